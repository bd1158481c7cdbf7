// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// holder accepts every token, as one of a client and a flow.
func holder(context.Context, string) (*validator.Token, error) {
	return &validator.Token{ObjectID: "ada", ClientID: "shop", Flow: "B2C_1_susi", Scopes: []string{"tasks.read"}}, nil
}

func TestAcceptanceTellsWhose(t *testing.T) {
	for _, omit := range []bool{false, true} {
		var got []*guard.Acceptance
		g := guard.New(validateFunc(holder), &guard.Options{Logger: quiet().Logger, OmitUser: omit, AllowPreflight: true, OnAcceptance: func(_ *http.Request, a *guard.Acceptance) {
			got = append(got, a)
		}})
		outer, inner, optional := g.Rule(), g.Rule(validator.Scope("tasks.read")), g.Optional()
		admit := func(rule *guard.Rule, req *http.Request) *http.Request {
			admitted, err := rule.Admit(req, "/tasks")
			if err != nil {
				t.Fatal(err)
			}
			return admitted
		}
		preflight := httptest.NewRequest(http.MethodOptions, "/tasks", nil)
		preflight.Header.Set("Origin", "https://app.test")
		preflight.Header.Set("Access-Control-Request-Method", "GET")
		nested := admit(inner, admit(outer, get("Bearer a")))
		nested.Header.Set("Authorization", "Bearer b")
		admit(inner, nested)
		admit(optional, get())
		admit(outer, preflight)

		user, tokens := "ada", 1
		if omit {
			user, tokens = "", 0
		}
		whose := fmt.Sprintf("&{ClientID:shop UserID:%s Flow:B2C_1_susi}", user)
		for i, want := range []string{
			whose + " false", whose + " true", whose + " false", "<nil> false", "<nil> false",
		} {
			if got := fmt.Sprintf("%+v %v", got[i].Holder, got[i].Nested); got != want {
				t.Errorf("omit %v, request %d: got %s, want %s", omit, i, got, want)
			}
			if has := got[i].Token() != nil; has != (i < 3*tokens) {
				t.Errorf("omit %v, request %d: got token %v", omit, i, got[i].Token())
			}
		}
	}
}

// What a hook writes to is its own.
func TestAcceptanceIsACopy(t *testing.T) {
	var told *http.Request
	g := guard.New(validateFunc(holder), &guard.Options{Logger: quiet().Logger, OnAcceptance: func(r *http.Request, a *guard.Acceptance) {
		a.Token().Scopes[0], a.Holder.UserID, told = "admin", "eve", r
		if again := a.Token(); again.Scopes[0] != "tasks.read" {
			t.Errorf("got token %+v a second time, want it as it was", again)
		}
	}})
	req := get("Bearer a")
	req.Pattern = "outer"
	admitted, err := g.Rule().Admit(req, "/tasks")
	if err != nil {
		t.Fatal(err)
	}
	if token, _ := guard.FromContext(admitted.Context()); token.Scopes[0] != "tasks.read" || token.ObjectID != "ada" {
		t.Errorf("got token %+v, want it as it was", token)
	}
	if token, ok := guard.FromContext(told.Context()); !ok || told.Pattern != "/tasks" || token.ObjectID != "ada" {
		t.Errorf("got request with pattern %q and token %v, want what the handler gets", told.Pattern, token)
	}
	if req.Pattern != "outer" || admitted.Pattern != "outer" {
		t.Errorf("got patterns %q and %q, want them as they were", req.Pattern, admitted.Pattern)
	}
	if refused, err := g.Rule(validator.Scope("admin")).Admit(admitted, ""); err == nil || refused != nil {
		t.Error("got the request accepted by what the hook wrote")
	}
}

func TestCheckTellsNobody(t *testing.T) {
	var log bytes.Buffer
	g := guard.New(validateFunc(holder), &guard.Options{
		Logger:       slog.New(rawHandler{&log}),
		OnAcceptance: func(*http.Request, *guard.Acceptance) { t.Error("got a call, want none") },
		OnRefusal:    func(*http.Request, *guard.Refusal) { t.Error("got a call, want none") },
	})
	for _, req := range []*http.Request{get("Bearer a"), get(), get("Bearer")} {
		_, _ = g.Rule().Check(req)
	}
	if log.Len() > 0 {
		t.Errorf("got log\n%s\nwant none", log.String())
	}
}

// logAt logs lines without time from a level on.
func logAt(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

func TestAcceptancesAreLoggedAtDebug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		admit := func(level slog.Level, times int) string {
			log.Reset()
			rule := guard.New(validateFunc(holder), &guard.Options{Logger: logAt(&log, level)}).Rule()
			for range times {
				if _, err := rule.Admit(get("Bearer a"), "/tasks\n"); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Second)
			_, _ = rule.Admit(get("Bearer a"), "")
			return log.String()
		}
		const line = "level=DEBUG msg=\"request accepted\" client=shop flow=B2C_1_susi method=GET"
		want := strings.Repeat(line+" route=/tasks\\n\n", 10) + line + " omitted=90\n"
		if got := admit(slog.LevelDebug, 100); got != want {
			t.Errorf("got log\n%s\nwant\n%s", got, want)
		}
		if got := admit(slog.LevelInfo, 1); got != "" {
			t.Errorf("at Info: got log\n%s\nwant none", got)
		}
	})
}

// What nobody asked for costs nothing: the request with its context is the handler's.
// Who counts pays for two words of whose token it is, and for no copy of it.
func TestAdmitCosts(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	var log bytes.Buffer
	g := guard.New(contosos(t, slog.New(slog.DiscardHandler), b2c, nil), &guard.Options{Logger: logAt(&log, slog.LevelInfo)})
	counted := 0
	counting := guard.New(contosos(t, slog.New(slog.DiscardHandler), b2c, nil), &guard.Options{
		Logger:       quiet().Logger,
		OnAcceptance: func(*http.Request, *guard.Acceptance) { counted++ },
	})
	for _, c := range []struct {
		guard *guard.Guard
		extra float64
	}{{g, 0}, {counting, 2}} {
		outer, inner, req := c.guard.Rule(validator.Scope("tasks.read")), c.guard.Rule(validator.Flow("B2C_1_susi")), get(bearer(b2c, emulator.Spec{}))
		ctx, err := outer.Check(req)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]struct {
			rule *guard.Rule
			req  *http.Request
		}{"first": {outer, req}, "nested": {inner, req.WithContext(ctx)}} {
			var passed *http.Request
			check := testing.AllocsPerRun(100, func() {
				ctx, _ := r.rule.Check(r.req)
				passed = r.req.WithContext(ctx)
			})
			admit := testing.AllocsPerRun(100, func() { passed, _ = r.rule.Admit(r.req, "") })
			if admit > check+c.extra || passed == nil {
				t.Errorf("%s: got %v allocations, want the %v of Check and WithContext, and %v", name, admit, check, c.extra)
			}
		}
	}
	if counted == 0 {
		t.Error("got no calls of the hook")
	}
}

// The keys of the log are those that teams search for and alert on. No other ever
// comes, and each is there when it should be.
func TestLogKeys(t *testing.T) {
	var log bytes.Buffer
	verdicts := map[string]error{
		"Bearer expired": &validator.Error{Reason: validator.ErrExpired, Detail: "an hour ago", Holder: &validator.Holder{UserID: "eve", ClientID: "shop", Flow: "B2C_1_susi"}},
		"Bearer clock":   &validator.Error{Reason: validator.ErrExpired, Hint: validator.HintClock, Detail: "a minute ago"},
		"Bearer down":    &validator.Error{Reason: validator.ErrUnavailable, RetryAfter: time.Second},
		"Bearer broken":  io.ErrUnexpectedEOF,
	}
	g := guard.New(validateFunc(func(ctx context.Context, raw string) (*validator.Token, error) {
		if err := verdicts["Bearer "+raw]; err != nil {
			return nil, err
		}
		return holder(ctx, raw)
	}), &guard.Options{Logger: logAt(&log, slog.LevelDebug)})
	plain, write, optional := g.Rule(), g.Rule(validator.Scope("write")), g.Optional()
	for _, c := range []struct {
		name string
		rule *guard.Rule
		req  *http.Request
		want string
	}{
		{"no token", plain, get(), "status reason detail method route"},
		{"malformed", plain, get("Bearer"), "status reason detail method route"},
		{"expired", plain, get("Bearer expired"), "status reason detail client user flow method route"},
		{"the clock", plain, get("Bearer clock"), "status reason hint detail method route"},
		{"down", plain, get("Bearer down"), "status reason method route"},
		{"broken", plain, get("Bearer broken"), "status reason detail method route"},
		{"lacks a scope", write, get("Bearer good"), "status reason detail client user flow method route"},
		{"accepted", plain, get("Bearer good"), "client flow method route"},
		{"accepted without a token", optional, get(), "method route"},
	} {
		log.Reset()
		c.req.Pattern = "GET /tasks"
		if _, err := c.rule.Admit(c.req, c.req.Pattern); err != nil {
			c.rule.Deny(httptest.NewRecorder(), c.req, err)
		}
		if got := strings.Join(keysOf(log.String()), " "); got != c.want {
			t.Errorf("%s: got keys %q, want %q", c.name, got, c.want)
		}
	}
}

var attribute = regexp.MustCompile(` ([a-z_]+)=("([^"\\]|\\.)*"|\S*)`)

// keysOf returns the keys of a line of slog's text, without level and message.
func keysOf(line string) (keys []string) {
	for _, m := range attribute.FindAllStringSubmatch(" "+line, -1) {
		keys = append(keys, m[1])
	}
	return slices.DeleteFunc(keys, func(k string) bool { return k == slog.LevelKey || k == slog.MessageKey })
}
