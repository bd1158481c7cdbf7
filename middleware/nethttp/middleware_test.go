// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// one is a validator that accepts one token.
type one struct{}

func (one) Validate(_ context.Context, raw string) (*validator.Token, error) {
	if raw != "good" {
		return nil, validator.ErrExpired
	}
	return &validator.Token{ObjectID: "ada"}, nil
}

func newGuard(onRefusal func(*http.Request, *guard.Refusal)) *guard.Guard {
	return guard.New(one{}, &guard.Options{Logger: slog.New(slog.DiscardHandler), OnRefusal: onRefusal})
}

func answer(h http.Handler, token string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }

func TestPlainFunctions(t *testing.T) {
	g := newGuard(nil)
	for _, c := range []struct {
		name, token string
		h           http.HandlerFunc
		want        int
	}{
		{"RequireFunc, good", "good", b2chttp.RequireFunc(g)(ok), 200},
		{"RequireFunc, none", "", b2chttp.RequireFunc(g)(ok), 401},
		{"RequireFunc, scope", "good", b2chttp.RequireFunc(g, validator.Scope("a"))(ok), 403},
		{"OptionalFunc, none", "", b2chttp.OptionalFunc(g)(ok), 200},
		{"OptionalFunc, bad", "bad", b2chttp.OptionalFunc(g)(ok), 401},
		{"OptionalFunc, scope", "good", b2chttp.OptionalFunc(g, validator.Scope("a"))(ok), 403},
	} {
		if got := answer(c.h, c.token).Code; got != c.want {
			t.Errorf("%s: got status %d, want %d", c.name, got, c.want)
		}
	}
}

func TestErrorHandlerAnswers(t *testing.T) {
	reports := 0
	m := b2chttp.New(newGuard(func(*http.Request, *guard.Refusal) { reports++ }), &b2chttp.Options{
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal) {
			http.Error(w, "sorry: "+refusal.Reason(), refusal.Status)
		},
	})
	for name, h := range map[string]http.Handler{
		"Require": m.Require()(http.HandlerFunc(ok)), "Optional": m.Optional()(http.HandlerFunc(ok)),
		"RequireFunc": m.RequireFunc()(ok), "OptionalFunc": m.OptionalFunc()(ok),
	} {
		reports = 0
		rec := answer(h, "bad")
		if got, want := rec.Body.String(), "sorry: expired\n"; rec.Code != 401 || got != want {
			t.Errorf("%s: got %d %q, want 401 %q", name, rec.Code, got, want)
		}
		if got := rec.Header().Get("WWW-Authenticate"); !strings.Contains(got, `error="invalid_token"`) {
			t.Errorf("%s: got challenge %q, want the guard's", name, got)
		}
		if reports != 1 {
			t.Errorf("%s: got %d reports, want 1", name, reports)
		}
		if got := answer(h, "good").Body.String(); got != "ok" {
			t.Errorf("%s, good token: got %q, want ok", name, got)
		}
	}
}

func TestMistakesPanicAtRegistration(t *testing.T) {
	g := newGuard(nil)
	for name, f := range map[string]func(){
		"New(nil)":            func() { b2chttp.New(nil, nil) },
		"Require(nil)":        func() { b2chttp.Require(nil) },
		"Optional(nil)":       func() { b2chttp.Optional(nil) },
		"invalid requirement": func() { b2chttp.Require(g, validator.Scope("")) },
		"nil handler":         func() { b2chttp.Require(g)(nil) },
		"nil function":        func() { b2chttp.RequireFunc(g)(nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: got no panic, want one", name)
				}
			}()
			f()
		}()
	}
}
