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

func TestErrorHandlerAnswers(t *testing.T) {
	reports := 0
	m := b2chttp.New(newGuard(func(*http.Request, *guard.Refusal) { reports++ }), &b2chttp.Options{
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal) {
			http.Error(w, "sorry: "+refusal.Reason(), refusal.Status)
		},
	})
	for name, h := range map[string]http.Handler{
		"Require": m.Require()(http.HandlerFunc(ok)), "Optional": m.Optional()(http.HandlerFunc(ok)),
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

// What an error handler changes stays when it falls back on the guard's own answer, and
// a response of its own gets all.
func TestErrorHandlerFallsBack(t *testing.T) {
	elsewhere := httptest.NewRecorder()
	m := b2chttp.New(newGuard(nil), &b2chttp.Options{
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="mine"`)
			w.Header().Del("Cache-Control")
			refusal.ServeHTTP(w, r)
			refusal.ServeHTTP(elsewhere, r)
		},
	})
	rec := answer(m.Require()(http.HandlerFunc(ok)), "bad")
	if got := rec.Result().Header; got.Get("WWW-Authenticate") != `Bearer realm="mine"` || got.Get("Cache-Control") != "" || len(got["Www-Authenticate"]) != 1 {
		t.Errorf("got headers %v, want them as the handler changed them", got)
	}
	if got, want := rec.Body.String(), elsewhere.Body.String(); rec.Code != 401 || got != want || !strings.Contains(got, "invalid_token") {
		t.Errorf("got %d %s, want the guard's own answer", rec.Code, got)
	}
	if got := elsewhere.Header(); !strings.Contains(got.Get("WWW-Authenticate"), "invalid_token") || got.Get("Cache-Control") != "no-store" {
		t.Errorf("another response: got headers %v, want the guard's", got)
	}
}

func TestMistakesPanicAtRegistration(t *testing.T) {
	m := b2chttp.New(newGuard(nil), nil)
	for name, f := range map[string]func(){
		"New(nil)":            func() { b2chttp.New(nil, nil) },
		"invalid requirement": func() { m.Require(validator.Scope("")) },
		"nil handler":         func() { m.Require()(nil) },
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
