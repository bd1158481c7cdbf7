// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guardtest_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/guard/guardtest"
	"github.com/b2ckit/b2ckit/validator"
)

func TestTokenHasItsClaims(t *testing.T) {
	token := guardtest.Token(t, map[string]any{
		"oid": "ada", "scp": "tasks.read tasks.write", "roles": []string{"admin"}, "tfp": "B2C_1_susi",
		"emails": []string{"ada@example.org"}, "auth_time": 1767225600, "extension_Plan": "gold",
	})
	if id, err := token.UserID(); id != "ada" || err != nil {
		t.Errorf("UserID: got %q, %v, want ada", id, err)
	}
	for _, r := range []validator.Requirement{
		validator.Scope("tasks.read", "tasks.write"), validator.Role("admin"), validator.Flow("b2c_1_susi"), validator.Claim("extension_Plan", "gold"),
	} {
		if err := r.Check(t.Context(), token); err != nil {
			t.Errorf("requirement: got %v, want it satisfied", err)
		}
	}
	if got, want := token.AuthTime.UTC(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("AuthTime: got %v, want %v", got, want)
	}
}

func TestEmptyClaimsAreFine(t *testing.T) {
	for _, claims := range []map[string]any{nil, {}} {
		if token := guardtest.Token(t, claims); token == nil {
			t.Errorf("claims %v: got no token, want an empty one", claims)
		}
	}
}

func TestContextCarriesTheToken(t *testing.T) {
	token := guardtest.Token(t, map[string]any{"oid": "ada"})
	ctx := guardtest.Context(t.Context(), token)
	if got, ok := guard.FromContext(ctx); got != token || !ok {
		t.Errorf("FromContext: got %v, %v, want the token", got, ok)
	}
	if _, ok := guard.FromContext(t.Context()); ok {
		t.Error("FromContext of the context around it: got a token, want none")
	}
}

type acceptAll struct{}

func (acceptAll) Validate(context.Context, string) (*validator.Token, error) {
	return &validator.Token{}, nil
}

// A made-up token opens no guard.
func TestGuardsDontTakeIt(t *testing.T) {
	g := guard.New(acceptAll{}, nil)
	req := httptest.NewRequestWithContext(guardtest.Context(t.Context(), guardtest.Token(t, map[string]any{"oid": "ada"})), http.MethodGet, "/", nil)
	if _, err := g.Rule().Check(req); err == nil {
		t.Error("Rule: got no error, want the request refused")
	}
	ctx, err := g.Optional().Check(req)
	if err != nil {
		t.Fatalf("Optional: got %v, want no error", err)
	}
	if token, ok := guard.FromContext(ctx); ok {
		t.Errorf("behind Optional: got token %v, want none", token)
	}
}

// A handler that passes the token on can be tested too.
func TestForwarderSendsRawInItsPlace(t *testing.T) {
	var got []string
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header["Authorization"] }))
	forwarder, err := guard.NewForwarder(nil, service.URL)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(guardtest.Context(t.Context(), guardtest.Token(t, nil)), http.MethodGet, service.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := forwarder.RoundTrip(req)
	service.Close()
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if want := "Bearer " + guardtest.Raw; len(got) != 1 || got[0] != want {
		t.Errorf("got Authorization %q, want %q", got, want)
	}
}

// What it sends opens no guard either.
func TestRawMatchesNoGuardsOwnToken(t *testing.T) {
	asked := 0
	g := guard.New(validateFunc(func() error { asked++; return validator.ErrMalformed }), &guard.Options{Logger: slog.New(slog.DiscardHandler)})
	req := httptest.NewRequestWithContext(guardtest.Context(t.Context(), guardtest.Token(t, nil)), http.MethodGet, "/", nil)
	req.Header.Set("Authorization", "Bearer "+guardtest.Raw)
	if _, err := g.Rule().Check(req); err == nil || asked != 1 {
		t.Errorf("got error %v after asking the validator %d times, want one after asking it once", err, asked)
	}
}

// validateFunc is a Validator that refuses with what it returns.
type validateFunc func() error

func (f validateFunc) Validate(context.Context, string) (*validator.Token, error) { return nil, f() }

// failing is a testing.TB that notes that it failed.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(string, ...any) {
	f.failed = true
	runtime.Goexit()
}

func TestBadClaimsEndTheTest(t *testing.T) {
	for name, claims := range map[string]map[string]any{
		"not JSON":      {"f": func() {}},
		"scp no string": {"scp": 1},
	} {
		tb, done := &failing{TB: t}, make(chan struct{})
		go func() {
			defer close(done)
			guardtest.Token(tb, claims)
		}()
		<-done
		if !tb.failed {
			t.Errorf("%s: got a token, want the test to end", name)
		}
	}
}
