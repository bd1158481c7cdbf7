// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

func scope(names ...string) validator.Requirement { return validator.Scope(names...) }

// challengeOf returns the challenge of what the rule must refuse.
func challengeOf(rule *guard.Rule, req *http.Request) string {
	rec := httptest.NewRecorder()
	ctx, err := rule.Check(req)
	if err == nil {
		return fmt.Sprint("accepted: ", ctx)
	}
	rule.Deny(rec, req, err)
	return strings.Join(rec.Header()["Www-Authenticate"], "\n")
}

// granted is a validator of one token, which has these scopes.
func granted(scopes ...string) validateFunc {
	return func(_ context.Context, raw string) (*validator.Token, error) {
		switch raw {
		case "good":
			return &validator.Token{ObjectID: "ada", Scopes: scopes, AuthTime: time.Unix(0, 0)}, nil
		case "down":
			return nil, validator.ErrUnavailable
		}
		return nil, validator.ErrExpired
	}
}

const (
	metadataOf = `, resource_metadata="https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp"`
	bare       = `Bearer realm="api"`
	badRequest = bare + `, error="invalid_request", error_description="The request must carry exactly one well-formed access token."`
	badToken   = bare + `, error="invalid_token", error_description="The access token is not valid for this resource."`
	lacksScope = bare + `, error="insufficient_scope", error_description="The access token does not permit this request."`
	oldSignIn  = bare + `, error="insufficient_user_authentication", error_description="A more recent sign-in is required."`
)

// full writes a scope attribute by full names.
func full(names ...string) string {
	for i, n := range names {
		names[i] = tasksURI + "/" + n
	}
	return `, scope="` + strings.Join(names, " ") + `"`
}

// The challenges, to the byte. The API has the scopes read, write and list, and the
// app role all; the token has list, an app role, and two scopes that are not the API's.
func TestChallengesOfAResource(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{
		AppIDURI: tasksURI, Scopes: []string{"read", "write", "list"}, AppRoles: []string{"all", "some"},
	})
	g := guard.New(granted("foreign", "list", "some", "offline_access"), &guard.Options{Resource: res, Logger: quiet().Logger, OmitUser: true})
	good, expired := get("Bearer good"), get("Bearer expired")
	for _, c := range []struct {
		name string
		rule *guard.Rule
		req  *http.Request
		want string
	}{
		{"no token", g.Rule(), get(), bare + metadataOf},
		{"no token, a scope", g.Rule(scope("write")), get(), bare + full("write") + metadataOf},
		{"no token, scopes", g.Rule(scope("write"), scope("read", "write")), get(), bare + full("read", "write") + metadataOf},
		{"no token, either", g.Rule(validator.AnyScope("write", "read")), get(), bare + full("read", "write") + metadataOf},
		{"no token, a role", g.Rule(validator.Role("all")), get(), bare + metadataOf},
		{"no token, app role in scp", g.Rule(scope("all")), get(), bare + metadataOf},
		{"no token, scope or role", g.Rule(validator.ScopeOrRole("read", "all")), get(), bare + full("read") + metadataOf},
		{"no token, scope or app role in scp", g.Rule(validator.AnyOf(scope("read"), scope("all"))), get(), bare + full("read") + metadataOf},
		{"malformed", g.Rule(scope("read")), get("Bearer"), badRequest + metadataOf},
		{"several", g.Rule(scope("read")), get("Bearer a", "Bearer b"), badRequest + metadataOf},
		{"refused token", g.Rule(scope("read")), expired, badToken + full("read") + metadataOf},
		{"optional, refused token", g.Optional(scope("read")), expired, badToken + full("read") + metadataOf},
		{"lacks a scope", g.Rule(scope("write")), good, lacksScope + full("write", "list") + metadataOf},
		{"lacks scopes", g.Rule(scope("write", "read")), good, lacksScope + full("read", "write", "list") + metadataOf},
		{"lacks one of two", g.Rule(scope("list", "write")), good, lacksScope + full("write", "list") + metadataOf},
		{"lacks either", g.Rule(validator.AnyScope("write", "read")), good, lacksScope + full("read", "write", "list") + metadataOf},
		{"lacks an app role in scp", g.Rule(scope("all")), good, lacksScope + metadataOf},
		{"lacks scope and app role in scp", g.Rule(validator.AnyOf(scope("all"), scope("read"))), good, lacksScope + full("read", "list") + metadataOf},
		{"lacks scope or role", g.Rule(validator.ScopeOrRole("read", "all")), good, lacksScope + full("read", "list") + metadataOf},
		{"lacks a role", g.Rule(scope("list"), validator.Role("all")), good, lacksScope + metadataOf},
		{"lacks an app role in scp, and has the scope", g.Rule(scope("list", "all")), good, lacksScope + metadataOf},
		{"lacks a client, and has the scope", g.Rule(validator.AnyOf(validator.AllOf(scope("list"), validator.Client("eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee")), validator.Role("all"))), good, lacksScope + metadataOf},
		{"another client", g.Rule(validator.Client("eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee")), good, lacksScope + metadataOf},
		{"old sign-in", g.Rule(scope("list"), validator.SignedInWithin(5*time.Minute)), good, oldSignIn + full("list") + metadataOf + `, max_age="300"`},
		{"outage", g.Rule(scope("read")), get("Bearer down"), ""},
	} {
		if got := challengeOf(c.rule, c.req); got != c.want {
			t.Errorf("%s: got challenge\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// Where scopes are not declared, those of the routes are known.
func TestScopesAreLearntFromRoutes(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, AppRoles: []string{"all"}})
	options := &guard.Options{Resource: res, Logger: quiet().Logger}
	g := guard.New(granted("read", "foreign", "all", "list"), options)
	before := answerOf(res, httptest.NewRequest(http.MethodGet, res.Paths()[0], nil))
	write := g.Rule(scope("write"))
	if got, want := challengeOf(write, get("Bearer good")), lacksScope+full("write")+metadataOf; got != want {
		t.Errorf("got challenge\n%s\nwant\n%s", got, want)
	}
	guard.New(granted(), options).Optional(validator.AnyOf(scope("all"), scope("read"), scope("offline_access")))
	if got, want := challengeOf(write, get("Bearer good")), lacksScope+full("write", "read")+metadataOf; got != want {
		t.Errorf("with another guard's route: got challenge\n%s\nwant\n%s", got, want)
	}
	rule := g.Rule(scope("offline_access"), scope("openid"))
	if got, want := challengeOf(rule, get()), bare+metadataOf; got != want {
		t.Errorf("got challenge\n%s\nwant\n%s", got, want)
	}
	if after := answerOf(res, httptest.NewRequest(http.MethodGet, res.Paths()[0], nil)); after != before || strings.Contains(after, "scopes_supported") {
		t.Errorf("got answer\n%s\nwant it as before\n%s", after, before)
	}
}

// Without a resource, a challenge is what it was.
func TestChallengesWithoutAResource(t *testing.T) {
	g := guard.New(granted("list"), quiet())
	for _, c := range []struct {
		rule *guard.Rule
		req  *http.Request
		want string
	}{
		{g.Rule(scope("read")), get(), bare},
		{g.Rule(scope("read")), get("Bearer expired"), badToken},
		{g.Rule(scope("read", "write")), get("Bearer good"), lacksScope + `, scope="read write"`},
	} {
		if got := challengeOf(c.rule, c.req); got != c.want {
			t.Errorf("got challenge\n%s\nwant\n%s", got, c.want)
		}
	}
}

// What a handler refuses later has the same challenge.
func TestChallengesOfHandlers(t *testing.T) {
	ruleOf := func(names ...string) *guard.Rule {
		res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, Scopes: names})
		return guard.New(granted("read"), &guard.Options{Resource: res, Logger: quiet().Logger}).Rule(scope("read"))
	}
	rule := ruleOf()
	ctx, err := rule.Check(get("Bearer good"))
	if err != nil {
		t.Fatal(err)
	}
	token, _ := guard.FromContext(ctx)
	rec := httptest.NewRecorder()
	ruleOf("read", "list").Deny(rec, get("Bearer good"), &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{"write", "list"}})
	if got, want := rec.Header().Get("WWW-Authenticate"), bare+`, error="insufficient_scope"`+full("list")+metadataOf; got != want {
		t.Errorf("a scope that is not declared: got challenge\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a requirement of its own", scope("write").Check(ctx, token), lacksScope + full("read", "write") + metadataOf},
		{"its own refusal", &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{"write", "write", "read"}}, bare + `, error="insufficient_scope"` + full("read", "write") + metadataOf},
		{"its own, of a full name", &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{tasksURI + "/write"}}, bare + `, error="insufficient_scope"` + full("read", "write") + metadataOf},
		{"its own 401", &guard.Refusal{Status: 401}, bare + full("read") + metadataOf},
		{"a scope that would break out", &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{`x", realm="y`}}, bare + `, error="insufficient_scope"` + metadataOf},
		{"several scopes in one", &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{"list offline_access"}}, bare + `, error="insufficient_scope"` + metadataOf},
		{"an empty scope beside a good one", &guard.Refusal{Status: 403, Code: "insufficient_scope", Scopes: []string{"", "write"}}, bare + `, error="insufficient_scope"` + full("read", "write") + metadataOf},
		{"an outage", errors.New("down"), ""},
	} {
		rec := httptest.NewRecorder()
		rule.Deny(rec, get("Bearer good").WithContext(ctx), c.err)
		if got := rec.Header().Get("WWW-Authenticate"); got != c.want {
			t.Errorf("%s: got challenge\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// What is not this API's takes no room from what is.
func TestForeignScopesTakeNoRoom(t *testing.T) {
	many := make([]string, 2000)
	for i := range many {
		many[i] = fmt.Sprintf("foreign%04d", i)
	}
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, Scopes: []string{"read", "write"}})
	g := guard.New(granted(slices.Concat(many, []string{"read"})...), &guard.Options{Resource: res, Logger: quiet().Logger})
	if got, want := challengeOf(g.Rule(scope("write")), get("Bearer good")), lacksScope+full("read", "write")+metadataOf; got != want {
		t.Errorf("got challenge\n%s\nwant\n%s", got, want)
	}
}

// A token with very many scopes, and an API with very many, make no header that
// proxies refuse; what lacks is always named.
func TestChallengesAreBounded(t *testing.T) {
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprintf("scope%04d", i)
	}
	for name, declared := range map[string][]string{"declared": append([]string{"write"}, many...), "learnt": nil} {
		res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, Scopes: declared})
		g := guard.New(granted(many...), &guard.Options{Resource: res, Logger: quiet().Logger})
		for _, s := range many {
			g.Rule(scope(s))
		}
		got := challengeOf(g.Rule(scope("write")), get("Bearer good"))
		if len(got) > 5<<10 || len(got) < 3<<10 || !strings.Contains(got, tasksURI+"/write") || !strings.Contains(got, tasksURI+"/scope0000 ") || strings.Contains(got, "scope4999") {
			t.Errorf("%s: got a challenge of %d bytes, %.300s…, want the scope that lacks and some of the others", name, len(got), got)
		}
	}
}

func TestRulesOfScopesThatAreNotDeclaredPanic(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, Scopes: []string{"tasks.read"}, AppRoles: []string{"all"}})
	g := guard.New(granted(), &guard.Options{Resource: res, Logger: quiet().Logger})
	for _, c := range []struct {
		req  validator.Requirement
		want string
	}{
		{scope("tasks.read", "all"), ""},
		{validator.Role("admin"), ""},
		{scope("tasks.raed"), `guard: requirement 1 asks for ["tasks.raed"], which ResourceOptions names neither in Scopes nor in AppRoles`},
		{validator.AnyOf(validator.Role("admin"), scope("tasks.read", "Tasks.Read", "tasks.write")), `guard: requirement 1 asks for ["Tasks.Read" "tasks.write"], which ResourceOptions names neither in Scopes nor in AppRoles`},
	} {
		if got := panicText(func() { g.Rule(c.req) }); got != c.want {
			t.Errorf("got panic %q, want %q", got, c.want)
		}
		if got := panicText(func() { g.Optional(c.req) }); got != c.want {
			t.Errorf("optional: got panic %q, want %q", got, c.want)
		}
	}
}

func TestResourceAndGuardContradict(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI})
	for _, c := range []struct {
		name string
		opts *guard.Options
		want string
	}{
		{"beside Authorization", &guard.Options{Resource: res, Extractors: []guard.Extractor{guard.Cookie("token")}}, ""},
		{"empty", &guard.Options{Resource: new(guard.Resource)}, "Options.Resource is empty; make one with guard.NewResource"},
		{"another header", &guard.Options{Resource: res, Header: "X-Token"}, `Options.Header is "X-Token", and Options.Resource tells clients that the token comes in Authorization`},
	} {
		if got := panicText(func() { guard.New(granted(), c.opts) }); !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: got panic %q, want %q", c.name, got, c.want)
		}
	}
}

// What is handed over is a refusal of its own: that of Check stays fit for other
// responses and goroutines.
func TestHandOverLeavesTheErrorAlone(t *testing.T) {
	rule := guard.New(granted(), quiet()).Rule()
	_, err := rule.Check(get())
	rec := httptest.NewRecorder()
	handed := rule.HandOver(rec.Header(), get(), err)
	rec.Header().Set("WWW-Authenticate", "mine")
	handed.ServeHTTP(rec, get())
	if got := rec.Header().Get("WWW-Authenticate"); got != "mine" {
		t.Errorf("got challenge %q, want it as it was changed", got)
	}
	if refusal, ok := errors.AsType[*guard.Refusal](err); ok {
		refusal.ServeHTTP(rec, get())
	}
	if got := rec.Header().Get("WWW-Authenticate"); got != bare {
		t.Errorf("got challenge %q, want %q of the refusal that was not handed over", got, bare)
	}
}
