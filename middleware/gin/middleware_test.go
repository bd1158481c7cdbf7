// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cgin_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/b2ckit/b2ckit/guard"
	b2cgin "github.com/b2ckit/b2ckit/middleware/gin"
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

func answer(h http.Handler, token string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func noContent(c *gin.Context) { c.Status(204) }

func TestHandOverToErrorMiddleware(t *testing.T) {
	reports := 0
	m := b2cgin.New(newGuard(func(*http.Request, *guard.Refusal) { reports++ }), &b2cgin.Options{HandOver: true})
	r := gin.New()
	r.Use(func(c *gin.Context) {
		c.Next()
		if len(c.Errors) == 0 {
			return
		}
		refusal, ok := errors.AsType[*guard.Refusal](c.Errors.Last())
		if !ok || !errors.Is(c.Errors.Last(), validator.ErrExpired) {
			t.Errorf("got error %v, want a refusal because of an expired token", c.Errors.Last())
			return
		}
		c.String(-1, "sorry: "+refusal.Reason())
	})
	r.GET("/", m.Require(), noContent)
	rec := answer(r, "bad")
	if got, want := rec.Body.String(), "sorry: expired"; rec.Code != 401 || got != want {
		t.Errorf("got %d %s, want 401 %s", rec.Code, got, want)
	}
	if got := rec.Header().Get("WWW-Authenticate"); !strings.Contains(got, `error="invalid_token"`) {
		t.Errorf("got challenge %q, want the guard's", got)
	}
	if reports != 1 {
		t.Errorf("got %d reports, want 1", reports)
	}
	if got := answer(r, "good").Code; got != 204 {
		t.Errorf("good token: got status %d, want 204", got)
	}
}

// What an error middleware changes stays when it falls back on the guard's own answer.
func TestHandOverFallsBack(t *testing.T) {
	r := gin.New()
	r.Use(func(c *gin.Context) {
		c.Next()
		if refusal, ok := errors.AsType[*guard.Refusal](c.Errors.Last()); ok {
			c.Header("WWW-Authenticate", `Bearer realm="mine"`)
			c.Header("Cache-Control", "") // Gin's way to delete it
			refusal.ServeHTTP(c.Writer, c.Request)
		}
	})
	r.GET("/", b2cgin.New(newGuard(nil), &b2cgin.Options{HandOver: true}).Require(), noContent)
	rec := answer(r, "bad")
	if got := rec.Result().Header; got.Get("WWW-Authenticate") != `Bearer realm="mine"` || got.Get("Cache-Control") != "" {
		t.Errorf("got headers %v, want them as the middleware changed them", got)
	}
	if got := rec.Body.String(); rec.Code != 401 || !strings.Contains(got, `"error":"invalid_token"`) {
		t.Errorf("got %d %s, want the guard's own answer", rec.Code, got)
	}
}

// If nobody answers, the status and the challenge do.
func TestHandOverToNobody(t *testing.T) {
	r := gin.New()
	r.GET("/", b2cgin.New(newGuard(nil), &b2cgin.Options{HandOver: true}).Optional(), noContent)
	rec := answer(r, "bad")
	if rec.Code != 401 || rec.Body.Len() != 0 || rec.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("got %d, body %q and headers %v, want 401 with a challenge and no body", rec.Code, rec.Body, rec.Header())
	}
}

// Gin's ErrorLogger shows clients all errors.
func TestHandOverToErrorLogger(t *testing.T) {
	r := gin.New()
	r.Use(gin.ErrorLogger())
	r.GET("/", b2cgin.New(newGuard(nil), &b2cgin.Options{HandOver: true}).Require(), noContent)
	rec := answer(r, "bad")
	if got, want := rec.Body.String(), `{"error":"401 invalid_token: The access token is not valid for this resource."}`; rec.Code != 401 || got != want {
		t.Errorf("got %d %s, want 401 %s", rec.Code, got, want)
	}
}

func TestRefusalAborts(t *testing.T) {
	r := gin.New()
	var aborted bool
	var status, failures int
	r.Use(func(c *gin.Context) {
		c.Next()
		aborted, status, failures = c.IsAborted(), c.Writer.Status(), len(c.Errors)
	})
	r.Use(b2cgin.New(newGuard(nil), nil).Require())
	r.GET("/", func(*gin.Context) { t.Error("the handler was called, want it left out") })
	answer(r, "bad")
	if !aborted || status != 401 || failures != 0 {
		t.Errorf("got aborted %v, status %d and %d errors, want true, 401 and none", aborted, status, failures)
	}
}

// With no engine around, as in a unit test of a chain of handlers.
func TestAnswerIsWrittenWithoutEngine(t *testing.T) {
	rec := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(rec)
	if token, ok := b2cgin.Token(c); ok || token != nil {
		t.Errorf("Token without a request: got %v, %v, want none", token, ok)
	}
	c.Request = httptest.NewRequest(http.MethodHead, "/", nil)
	b2cgin.New(newGuard(nil), nil).Require()(c)
	if rec.Code != 401 {
		t.Errorf("HEAD: got status %d, want 401", rec.Code)
	}
}

func TestContextAlone(t *testing.T) {
	r := gin.New()
	r.GET("/", b2cgin.New(newGuard(nil), nil).Require(), func(c *gin.Context) {
		if _, ok := guard.FromContext(c); ok {
			t.Error("FromContext(c): got a token; if Gin has changed, change the documentation")
		}
		if token, ok := b2cgin.Token(c); !ok || token.ObjectID != "ada" {
			t.Errorf("Token(c): got %v, %v, want ada's", token, ok)
		}
	})
	answer(r, "good")
}

func TestMistakesPanicAtRegistration(t *testing.T) {
	for name, f := range map[string]func(){
		"New(nil)":            func() { b2cgin.New(nil, nil) },
		"invalid requirement": func() { b2cgin.New(newGuard(nil), nil).Require(validator.Scope("")) },
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
