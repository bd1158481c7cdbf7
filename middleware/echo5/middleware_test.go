// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho5_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v5"

	"github.com/b2ckit/b2ckit/guard"
	b2cecho5 "github.com/b2ckit/b2ckit/middleware/echo5"
	"github.com/b2ckit/b2ckit/validator"
)

// one is a validator that accepts one token.
type one struct{}

func (one) Validate(_ context.Context, raw string) (*validator.Token, error) {
	if raw != "good" {
		return nil, &validator.Error{Reason: validator.ErrExpired, Detail: "operators-only"}
	}
	return &validator.Token{ObjectID: "ada"}, nil
}

func newGuard(onRefusal func(*http.Request, *guard.Refusal)) *guard.Guard {
	return guard.New(one{}, &guard.Options{Logger: slog.New(slog.DiscardHandler), OnRefusal: onRefusal})
}

func answer(h http.Handler, path, token string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func TestHandOverToDefaultErrorHandler(t *testing.T) {
	reports := 0
	m := b2cecho5.New(newGuard(func(*http.Request, *guard.Refusal) { reports++ }), &b2cecho5.Options{HandOver: true})
	e := echo.New()
	e.GET("/", func(c *echo.Context) error { return c.NoContent(204) }, m.Require())
	rec := answer(e, "/", "bad")
	if got, want := strings.TrimSpace(rec.Body.String()), `{"message":"The access token is not valid for this resource."}`; rec.Code != 401 || got != want {
		t.Errorf("got %d %s, want 401 %s", rec.Code, got, want)
	}
	if got := rec.Header().Get("WWW-Authenticate"); !strings.Contains(got, `error="invalid_token"`) {
		t.Errorf("got challenge %q, want the guard's", got)
	}
	if got := rec.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("got Cache-Control %q, want no-store", got)
	}
	if reports != 1 {
		t.Errorf("got %d reports, want 1", reports)
	}
	e.HTTPErrorHandler = echo.DefaultHTTPErrorHandler(true) // shows clients the whole error
	if got := answer(e, "/", "bad").Body.String(); strings.Contains(got, "operators-only") {
		t.Errorf("got body %s, want no cause in it", got)
	}
	if got := answer(e, "/", "good").Code; got != 204 {
		t.Errorf("good token: got status %d, want 204", got)
	}
}

func TestHandOverToOwnErrorHandler(t *testing.T) {
	m := b2cecho5.New(newGuard(nil), &b2cecho5.Options{HandOver: true})
	e := echo.New()
	e.HTTPErrorHandler = func(c *echo.Context, err error) {
		refusal, ok := errors.AsType[*guard.Refusal](err)
		if !ok || !errors.Is(err, validator.ErrExpired) {
			t.Errorf("got error %v, want a refusal because of an expired token", err)
			return
		}
		_ = c.String(refusal.Status, "sorry: "+refusal.Reason())
	}
	e.GET("/", func(c *echo.Context) error { return c.NoContent(204) }, m.Optional())
	rec := answer(e, "/", "bad")
	if got, want := rec.Body.String(), "sorry: expired"; rec.Code != 401 || got != want {
		t.Errorf("got %d %s, want 401 %s", rec.Code, got, want)
	}
}

// What an error handler changes stays when it falls back on the guard's own answer.
func TestHandOverFallsBack(t *testing.T) {
	m := b2cecho5.New(newGuard(nil), &b2cecho5.Options{HandOver: true})
	e := echo.New()
	e.HTTPErrorHandler = func(c *echo.Context, err error) {
		if refusal, ok := errors.AsType[*guard.Refusal](err); ok {
			c.Response().Header().Set("WWW-Authenticate", `Bearer realm="mine"`)
			c.Response().Header().Del("Cache-Control")
			refusal.ServeHTTP(c.Response(), c.Request())
		}
	}
	e.GET("/", func(c *echo.Context) error { return c.NoContent(204) }, m.Require())
	rec := answer(e, "/", "bad")
	if got := rec.Result().Header; got.Get("WWW-Authenticate") != `Bearer realm="mine"` || got.Get("Cache-Control") != "" {
		t.Errorf("got headers %v, want them as the handler changed them", got)
	}
	if got := rec.Body.String(); rec.Code != 401 || !strings.Contains(got, `"error":"invalid_token"`) {
		t.Errorf("got %d %s, want the guard's own answer", rec.Code, got)
	}
}

// Echo's own middleware sees a refusal that the guard answered.
func TestStatusIsSeenOutside(t *testing.T) {
	e := echo.New()
	var status int
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			err := next(c)
			_, status = echo.ResolveResponseStatus(c.Response(), err)
			return err
		}
	})
	e.GET("/", func(c *echo.Context) error { return c.NoContent(204) }, b2cecho5.New(newGuard(nil), nil).Require())
	answer(e, "/", "bad")
	if status != 401 {
		t.Errorf("got status %d outside of the guard, want 401", status)
	}
}

func TestMistakesPanicAtRegistration(t *testing.T) {
	for name, f := range map[string]func(){
		"New(nil)":            func() { b2cecho5.New(nil, nil) },
		"invalid requirement": func() { b2cecho5.New(newGuard(nil), nil).Require(validator.Scope("")) },
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
