// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

// send sends a request with a token to a handler, and returns the status.
func send(t *testing.T, h http.Handler, raw string) int {
	t.Helper()
	r, w := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), httptest.NewRecorder()
	if raw != "" {
		r.Header.Set("Authorization", "Bearer "+raw)
	}
	h.ServeHTTP(w, r)
	return w.Code
}

func (p *probe) guarded(v guard.Validator, reqs ...validator.Requirement) http.Handler {
	api := b2chttp.New(guard.New(v, p.Guard(&guard.Options{Logger: slog.New(slog.DiscardHandler)})), nil)
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	return api.Require()(api.Require(reqs...)(ok))
}

func TestRequests(t *testing.T) {
	p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
	h := p.guarded(p.newValidator(t, b2c, validator.Options{}), validator.Scope("tasks.read"))
	for raw, want := range map[string]int{
		b2c.MustMint(emulator.Spec{}):                          200,
		b2c.MustMint(emulator.Spec{Scopes: []string{"other"}}): 403,
		"x": 401, "": 401, "a b": 400,
	} {
		if got := send(t, h, raw); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	p.want(t, "b2ckit.guard.refusals",
		"error.type=scope_required,http.response.status_code=403 1", "b2ckit.guard.hint=opaque_token,error.type=malformed,http.response.status_code=401 1",
		"error.type=no_credential,http.response.status_code=401 1", "error.type=malformed_credential,http.response.status_code=400 1")
	p.want(t, "b2ckit.guard.acceptances", "b2ckit.guard.acceptance=token 2", "b2ckit.guard.acceptance=nested 1")
}

// What passes without a token is told apart.
func TestAnonymousRequests(t *testing.T) {
	p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
	api := b2chttp.New(guard.New(p.newValidator(t, b2c, validator.Options{}), p.Guard(&guard.Options{OmitUser: true})), nil)
	h := api.Optional()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	send(t, h, "")
	send(t, h, b2c.MustMint(emulator.Spec{}))
	p.want(t, "b2ckit.guard.acceptances", "b2ckit.guard.acceptance=token 1", "b2ckit.guard.acceptance=anonymous 1")
}

// A validator of the application's own may make reasons up: they get no series each.
func TestReasonsAreBounded(t *testing.T) {
	p := newProbe(t, b2cotel.Options{})
	h := p.guarded(made(func(raw string) error { return &validator.Error{Reason: validator.Reason(raw)} }))
	for i := range 600 {
		send(t, h, fmt.Sprintf("reason%d", i))
	}
	if got := p.lines(t, "b2ckit.guard.refusals"); len(got) != 501 || got[500] != "error.type=reason99,http.response.status_code=401 1" || got[0] != "error.type=_OTHER 100" {
		t.Errorf("got %d series from %v on, want 500 and one for the rest", len(got), got[0])
	}
}

type made func(raw string) error

func (f made) Validate(_ context.Context, raw string) (*validator.Token, error) {
	return nil, errors.Join(f(raw))
}
