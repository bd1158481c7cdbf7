// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

func TestMistakesPanicAtRegistration(t *testing.T) {
	var noValidator *validator.Validator
	var noGuard *guard.Guard
	g := guard.New(validateFunc(accept), quiet())
	for _, c := range []struct {
		name string
		f    func()
		want string
	}{
		{"nil validator", func() { guard.New(nil, nil) }, "the validator is nil"},
		{"nil *Validator", func() { guard.New(noValidator, nil) }, "the validator is nil"},
		{"nil function", func() { guard.New(validateFunc(nil), nil) }, "the validator is nil"},
		{"quote in realm", func() { guard.New(validateFunc(accept), &guard.Options{Realm: `a"b`}) }, "Options.Realm"},
		{"backslash in realm", func() { guard.New(validateFunc(accept), &guard.Options{Realm: `a\b`}) }, "Options.Realm"},
		{"line in realm", func() { guard.New(validateFunc(accept), &guard.Options{Realm: "a\nb"}) }, "Options.Realm"},
		{"umlaut in realm", func() { guard.New(validateFunc(accept), &guard.Options{Realm: "ä"}) }, "Options.Realm"},
		{"nil extractor", func() {
			guard.New(validateFunc(accept), &guard.Options{Extractors: []guard.Extractor{guard.Cookie("a"), nil}})
		}, "Options.Extractors[1]"},
		{"nil level", func() {
			guard.New(validateFunc(accept), &guard.Options{ClientErrorLevel: (*slog.LevelVar)(nil)})
		}, "Options.ClientErrorLevel is a nil *slog.LevelVar"},
		{"cookie without name", func() { guard.Cookie("") }, `Cookie("")`},
		{"cookie with space", func() { guard.Cookie("a b") }, `Cookie("a b")`},
		{"marker without name", func() { guard.WebSocketProtocol("") }, `WebSocketProtocol("")`},
		{"marker with comma", func() { guard.WebSocketProtocol("a,b") }, `WebSocketProtocol("a,b")`},
		{"nil guard", func() { noGuard.Rule() }, "*Guard is nil"},
		{"nil guard, optional", func() { noGuard.Optional() }, "*Guard is nil"},
		{"empty guard", func() { new(guard.Guard).Rule() }, "*Guard is nil or empty"},
		{"invalid requirement", func() { g.Rule(validator.Scope("a"), validator.Scope("")) }, "requirement 2 is invalid"},
		{"empty requirement", func() { g.Optional(validator.Requirement{}) }, "requirement 1 is invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := panicText(c.f); !strings.Contains(got, c.want) || !strings.HasPrefix(got, "guard: ") {
				t.Errorf("got panic %q, want one of guard with %q", got, c.want)
			}
		})
	}
}

// A configuration is mended in one go, not mistake by mistake.
func TestAllMistakesAreNamedAtOnce(t *testing.T) {
	var noGuard *guard.Guard
	g := guard.New(validateFunc(accept), quiet())
	for _, c := range []struct {
		name string
		f    func()
		want []string
	}{
		{"New", func() {
			guard.New(nil, &guard.Options{Realm: `"`, Header: "Cookie", Extractors: []guard.Extractor{nil, guard.Cookie("a"), nil}})
		}, []string{"Options.Realm", "Options.Header", "Options.Extractors[0]", "Options.Extractors[2]", "the validator is nil"}},
		{"Rule", func() { g.Rule(validator.Scope(""), validator.Scope("a"), validator.Role("")) }, []string{"requirement 1 is", "requirement 3 is"}},
		{"Rule of no guard", func() { noGuard.Rule(validator.Scope("")) }, []string{"*Guard is nil", "requirement 1 is"}},
	} {
		got := panicText(c.f)
		for _, want := range c.want {
			if strings.Count(got, want) != 1 {
				t.Errorf("%s: got panic %q, want %q in it once", c.name, got, want)
			}
		}
		if lines := strings.Count(got, "\n") + 1; lines != len(c.want) {
			t.Errorf("%s: got %d mistakes, want %d", c.name, lines, len(c.want))
		}
	}
}

// picky is a validator that knows what its tokens can have: of every tenant
// and flow one.
type picky struct {
	validateFunc
	asked *[]validator.Requirement
}

var errImpossible = errors.New("no trusted authority issues that")

func (p picky) CanSatisfy(r validator.Requirement) error {
	*p.asked = append(*p.asked, r)
	firstAlone := r.Check(context.Background(), &validator.Token{Scopes: []string{"first"}})
	secondAlone := r.Check(context.Background(), &validator.Token{Scopes: []string{"second"}})
	if firstAlone != nil && secondAlone != nil {
		return errImpossible
	}
	return nil
}

// A validator that hides another's methods by wrapping it in an interface.
type wrapper struct{ guard.Validator }

func TestImpossibleRulesPanic(t *testing.T) {
	var asked []validator.Requirement
	v := picky{accept, &asked}
	first, second := validator.Scope("first"), validator.Scope("second")
	g := guard.New(v, quiet())
	for _, c := range []struct {
		name  string
		f     func()
		want  string // "" if it is possible
		asked int
	}{
		{"each alone", func() { g.Rule(first); g.Rule(second) }, "", 2},
		{"nothing", func() { g.Rule() }, "", 0},
		{"together", func() { g.Rule(first, second) }, errImpossible.Error(), 1},
		{"together, optional", func() { g.Optional(first, second) }, errImpossible.Error(), 1},
		{"within one", func() { g.Rule(validator.AllOf(first, second)) }, errImpossible.Error(), 1},
		{"invalid ones are not asked about", func() { g.Rule(validator.Scope("")) }, "requirement 1 is invalid", 0},
		{"a wrapper that doesn't pass it on", func() { guard.New(wrapper{v}, quiet()).Rule(first, second) }, "", 0},
	} {
		asked = nil
		got := panicText(c.f)
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") || len(asked) != c.asked {
			t.Errorf("%s: got panic %q after %d questions, want %q after %d", c.name, got, len(asked), c.want, c.asked)
		}
		if c.want == errImpossible.Error() && !strings.HasPrefix(got, "guard: no token can satisfy the requirements: ") {
			t.Errorf("%s: got panic %q, want one of guard that says what it is", c.name, got)
		}
	}
}

func TestOptionsAndArgumentsAreCopied(t *testing.T) {
	opts := quiet()
	opts.Extractors = []guard.Extractor{guard.Cookie("token")}
	reqs := []validator.Requirement{validator.Scope("tasks.read")}
	g := guard.New(validateFunc(accept), opts)
	rule := g.Rule(reqs...)
	opts.Extractors[0] = guard.Cookie("other")
	opts.Realm, opts.Header = "changed", "X-Api-Token"
	opts.Logger = slog.New(slog.NewTextHandler(failingWriter{t}, nil))
	reqs[0] = validator.Scope("tasks.write")

	req := get()
	req.AddCookie(&http.Cookie{Name: "token", Value: "x"})
	if _, err := rule.Check(req); err != nil {
		t.Errorf("Check after the options were changed: got %v, want no error", err)
	}
	h := http.Header{}
	refuse(t, rule, get()).SetHeader(h)
	if got, want := h.Get("WWW-Authenticate"), `Bearer realm="api"`; got != want {
		t.Errorf("challenge after the options were changed: got %q, want %q", got, want)
	}
	rule.Deny(httptest.NewRecorder(), get(), validator.ErrExpired)
}

// failingWriter is where nothing may be written.
type failingWriter struct{ t *testing.T }

func (w failingWriter) Write(p []byte) (int, error) {
	w.t.Errorf("got %q written, want nothing", p)
	return len(p), nil
}

func TestCheckPassesTokenAndContextOn(t *testing.T) {
	type key struct{}
	var seen context.Context
	g := guard.New(validateFunc(func(ctx context.Context, raw string) (*validator.Token, error) {
		seen = ctx
		return &validator.Token{ObjectID: raw}, nil
	}), quiet())
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	out, err := g.Rule().Check(get("Bearer ada").WithContext(ctx))
	if err != nil {
		t.Fatalf("Check: got %v, want no error", err)
	}
	if token, ok := guard.FromContext(out); !ok || token.ObjectID != "ada" {
		t.Errorf("FromContext: got %v, %v, want ada's token", token, ok)
	}
	if got := out.Value(key{}); got != "value" {
		t.Errorf("value of the request's context: got %v, want value", got)
	}
	cancel()
	if seen.Err() == nil || out.Err() == nil {
		t.Error("after the request's context ended: got a context of the validator or handler that lives, want it ended")
	}
	if token, ok := guard.FromContext(t.Context()); ok || token != nil {
		t.Errorf("FromContext behind no guard: got %v, %v, want none", token, ok)
	}
}

func TestCheckHasNoSideEffects(t *testing.T) {
	var log strings.Builder
	opts := &guard.Options{
		Logger:    textLogger(&log),
		OnRefusal: func(*http.Request, *guard.Refusal) { t.Error("OnRefusal was called, want no call") },
	}
	req := get("Bearer a b")
	before := req.Clone(req.Context())
	refuse(t, guard.New(validateFunc(accept), opts).Rule(), req)
	if log.Len() > 0 {
		t.Errorf("log: got %q, want none", log.String())
	}
	if got, want := req.Header.Get("Authorization"), before.Header.Get("Authorization"); got != want {
		t.Errorf("header of the request: got %q, want %q", got, want)
	}
}

func TestAnotherGuardsTokenIsHidden(t *testing.T) {
	outer := guard.New(validateFunc(accept), quiet())
	opts := quiet()
	opts.AllowPreflight = true
	opts.Extractors = []guard.Extractor{guard.Cookie("token")}
	inner := guard.New(fail(validator.ErrExpired), opts)

	ctx, err := outer.Rule().Check(get("Bearer x"))
	if err != nil {
		t.Fatal(err)
	}
	req := get().WithContext(ctx) // the header is gone, as behind a proxy
	if got := refuse(t, inner.Rule(), req).Status; got != http.StatusUnauthorized {
		t.Errorf("Rule of another guard: got status %d, want 401", got)
	}
	ctx, err = inner.Optional().Check(req)
	if err != nil {
		t.Fatalf("Optional of another guard: got %v, want no error", err)
	}
	if token, ok := guard.FromContext(ctx); ok {
		t.Errorf("behind Optional of another guard: got token %v, want none", token)
	}
	ctx, err = outer.Rule().Check(get("Bearer x").WithContext(ctx))
	if token, ok := guard.FromContext(ctx); err != nil || !ok {
		t.Errorf("behind the first guard again: got %v, %v, want the token", token, err)
	}
}

// A gateway makes requests of its own on the context of the one it serves.
// What they carry counts, not what the outer one carried.
func TestNestedRequestWithAnotherToken(t *testing.T) {
	var seen []string
	g := guard.New(validateFunc(func(_ context.Context, raw string) (*validator.Token, error) {
		seen = append(seen, raw)
		if raw == "bad" {
			return nil, &validator.Error{Reason: validator.ErrSignature}
		}
		return &validator.Token{Subject: raw}, nil
	}), quiet())
	rule := g.Rule()
	outer, err := rule.Check(get("Bearer ada"))
	if err != nil {
		t.Fatal(err)
	}
	if got := refuse(t, rule, get("Bearer bad").WithContext(outer)).Status; got != http.StatusUnauthorized {
		t.Errorf("a bad token inside: got status %d, want 401", got)
	}
	if got := refuse(t, rule, get("Basic Ym9iOnB3").WithContext(outer)).Status; got != http.StatusUnauthorized {
		t.Errorf("another scheme inside: got status %d, want 401", got)
	}
	if got := refuse(t, g.Optional(), get("Bearer a", "Bearer b").WithContext(outer)).Status; got != http.StatusBadRequest {
		t.Errorf("two tokens inside: got status %d, want 400", got)
	}
	for _, tc := range []struct {
		name, want string
		req        *http.Request
	}{
		{"the same", "ada", get("Bearer ada")}, {"none any more", "ada", get()}, {"emptied", "ada", get("")}, {"another's", "bob", get("Bearer bob")},
	} {
		ctx, err := rule.Check(tc.req.WithContext(outer))
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if token, _ := guard.FromContext(ctx); token.Subject != tc.want {
			t.Errorf("%s: got the token of %q, want that of %q", tc.name, token.Subject, tc.want)
		}
	}
	if want := []string{"ada", "bad", "bob"}; !slices.Equal(seen, want) {
		t.Errorf("validated %q, want %q: the same token once", seen, want)
	}
}

// net/http drops a malformed cookie without a word; the guard does not.
func TestMalformedCookieIsNotAbsent(t *testing.T) {
	opts := quiet()
	opts.Extractors = []guard.Extractor{guard.Cookie("session")}
	rule := guard.New(validateFunc(accept), opts).Optional()
	for cookies, want := range map[string]int{
		`session=abc"def`:             400,
		`session=good; session=a"b`:   400,
		`session=good; session=good`:  400,
		`session="a b\\"; x=1`:        400,
		`x=1; session=good; y="`:      0,
		`x=session; sessionx=1; =y`:   0,
		`session=`:                    0,
		` session=good ;session2=a"b`: 0,
	} {
		req := get()
		req.Header.Set("Cookie", cookies)
		_, err := rule.Check(req)
		got := 0
		if refusal, ok := errors.AsType[*guard.Refusal](err); ok {
			got = refusal.Status
		}
		if got != want {
			t.Errorf("Cookie: %s: got %d (%v), want %d", cookies, got, err, want)
		}
	}
}

// However an application's own validator refuses, it is a refusal.
func TestOwnRefusalThatWouldPass(t *testing.T) {
	for _, status := range []int{0, 200, 302, 600} {
		rule := guard.New(fail(&guard.Refusal{Status: status, Description: "no"}), quiet()).Rule()
		if got := refuse(t, rule, get("Bearer x")).Status; got != http.StatusInternalServerError {
			t.Errorf("status %d: got %d, want 500", status, got)
		}
	}
}

func TestOwnExtractor(t *testing.T) {
	opts := quiet()
	opts.Extractors = []guard.Extractor{func(req *http.Request) (string, error) {
		return req.Header.Get("X-Forwarded-Access-Token"), nil
	}}
	rule := guard.New(validateFunc(accept), opts).Rule()
	for value, want := range map[string]string{"": "no_credential", "a": "", "a b": "malformed_credential", "=": "malformed_credential"} {
		req := get()
		req.Header.Set("X-Forwarded-Access-Token", value)
		_, err := rule.Check(req)
		got := ""
		if err != nil {
			got = err.(*guard.Refusal).Reason()
		}
		if got != want {
			t.Errorf("value %q: got reason %q, want %q", value, got, want)
		}
	}
}

func TestOnlyHandshakesCarrySubprotocols(t *testing.T) {
	opts := quiet()
	opts.Extractors = []guard.Extractor{guard.WebSocketProtocol("bearer")}
	rule := guard.New(validateFunc(accept), opts).Rule()
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		want   bool
	}{
		{"handshake", func(*http.Request) {}, true},
		{"POST", func(r *http.Request) { r.Method = http.MethodPost }, false},
		{"HTTP/1.0", func(r *http.Request) { r.ProtoMinor = 0 }, false},
		{"HTTP/2", func(r *http.Request) { r.ProtoMajor, r.ProtoMinor = 2, 0 }, false},
		{"version 8", func(r *http.Request) { r.Header.Set("Sec-WebSocket-Version", "8") }, false},
		{"h2c", func(r *http.Request) { r.Header.Set("Upgrade", "h2c") }, false},
	} {
		req := get()
		for name, value := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "bearer, good",
		} {
			req.Header.Set(name, value)
		}
		c.change(req)
		if _, err := rule.Check(req); (err == nil) != c.want {
			t.Errorf("%s: got error %v, want that it passes: %v", c.name, err, c.want)
		}
	}
}

func TestLongTokenReachesTheValidatorAsItIs(t *testing.T) {
	long := strings.Repeat("\x00 ", 40<<10)
	var got string
	g := guard.New(validateFunc(func(_ context.Context, raw string) (*validator.Token, error) {
		got = raw
		return nil, validator.ErrTooLarge
	}), quiet())
	if r := refuse(t, g.Rule(), get("Bearer "+long)); r.Code != "invalid_token" {
		t.Errorf("got code %q, want invalid_token", r.Code)
	}
	if got != long {
		t.Errorf("the validator got %d bytes, want the %d that came", len(got), len(long))
	}
}

func TestRealm(t *testing.T) {
	opts := quiet()
	opts.Realm = "Tasks, Ltd."
	rec := httptest.NewRecorder()
	rule := guard.New(validateFunc(accept), opts).Rule()
	rule.Deny(rec, get(), refuse(t, rule, get()))
	if got, want := rec.Header().Get("WWW-Authenticate"), `Bearer realm="Tasks, Ltd."`; got != want {
		t.Errorf("got challenge %q, want %q", got, want)
	}
}
