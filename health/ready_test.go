// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/health"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// answer is what a handler answers a request without a body.
func answer(t *testing.T, h http.Handler, method string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/", nil))
	return w
}

func wantAnswer(t *testing.T, what string, w *httptest.ResponseRecorder, status int, body, retry string) {
	t.Helper()
	if w.Code != status || w.Body.String() != body || w.Header().Get("Retry-After") != retry || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%s: got %d %q with %v; want %d %q, Retry-After %q, no-store", what, w.Code, w.Body.String(), w.Header(), status, body, retry)
	}
}

func TestReadyOfAValidator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		b2c := emulator.NewTenant(nil)
		v := newValidator(t, b2c, &log)
		h := health.Ready(v)
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "down", http.StatusServiceUnavailable)
		})
		w := answer(t, h, "GET")
		if retry := w.Header().Get("Retry-After"); w.Code != 503 || w.Body.String() != "not ready\n" || (retry != "1" && retry != "2") { // there is jitter
			t.Errorf("no keys: got %d %q with %v", w.Code, w.Body, w.Header())
		}
		if got := log.with("not ready"); len(got) != 1 || !strings.Contains(got[0], "level=WARN") || !strings.Contains(got[0], "answered 503") {
			t.Errorf("got the lines %q, want one that tells why", got)
		}
		b2c.Intercept(nil)
		time.Sleep(3 * time.Second)
		wantAnswer(t, "keys", answer(t, h, "GET"), 200, "ready\n", "")
		wantAnswer(t, "keys", answer(t, h, "HEAD"), 200, "ready\n", "") // net/http leaves out the body
		if got := log.with("ready again"); len(got) != 1 || !strings.Contains(got[0], "level=INFO") {
			t.Errorf("got the lines %q, want one that all is well", got)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		wantAnswer(t, "closed", answer(t, h, "GET"), 503, "not ready\n", "5")
	})
}

func TestReadyRefusesOtherMethods(t *testing.T) {
	asked := false
	h := health.Ready(health.PartFunc(func(context.Context) error { asked = true; return nil }))
	w := answer(t, h, "POST")
	wantAnswer(t, "POST", w, 405, "method not allowed\n", "")
	if w.Header().Get("Allow") != "GET, HEAD" || asked {
		t.Errorf("got Allow %q, and asked %v", w.Header().Get("Allow"), asked)
	}
}

// All parts are asked, and the answer tells nothing of theirs.
func TestReadyOfManyParts(t *testing.T) {
	for name, c := range map[string]struct {
		errs  []error
		retry string
	}{
		"all":          {[]error{nil, nil}, ""},
		"plain":        {[]error{nil, errors.New("the secret reason")}, "5"},
		"keys":         {[]error{errors.New("x"), &jwks.UnavailableError{RetryAfter: 1500 * time.Millisecond, Err: jwks.ErrClosed}}, "2"},
		"keys at once": {[]error{&jwks.UnavailableError{Err: jwks.ErrClosed}}, "1"},
		"outage":       {[]error{&validator.Error{Reason: validator.ErrUndecided}, outage(7 * time.Second)}, "7"},
		"panic":        {[]error{errPanic}, "5"},
		"ended":        {[]error{errEnd}, "5"},
	} {
		t.Run(name, func(t *testing.T) {
			var parts []health.Part
			var asked atomic.Int32
			for _, err := range c.errs {
				parts = append(parts, health.PartFunc(func(context.Context) error {
					asked.Add(1)
					switch {
					case errors.Is(err, errPanic):
						panic(err)
					case errors.Is(err, errEnd):
						runtime.Goexit()
					}
					return err
				}))
			}
			status, body := 200, "ready\n"
			if c.retry != "" {
				status, body = 503, "not ready\n"
			}
			wantAnswer(t, name, answer(t, health.Ready(append(parts, logging{ok, new(lines)})...), "GET"), status, body, c.retry)
			if int(asked.Load()) != len(c.errs) {
				t.Errorf("%d of %d parts were asked", asked.Load(), len(c.errs))
			}
		})
	}
}

var ok = health.PartFunc(func(context.Context) error { return nil })

var (
	errPanic = errors.New("panic")
	errEnd   = errors.New("end")
)

type outage time.Duration

func (o outage) Error() string                      { return "away" }
func (o outage) Unavailable() (time.Duration, bool) { return time.Duration(o), true }

// A part that hangs costs one goroutine, and each probe a known time.
func TestReadyOfAPartThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		var asked atomic.Int32
		release := make(chan struct{})
		h := health.Ready(logging{health.PartFunc(func(context.Context) error { asked.Add(1); <-release; return nil }), &log})
		start := time.Now()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { wantAnswer(t, "hanging", answer(t, h, "GET"), 503, "not ready\n", "5") })
		}
		all.Wait()
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("got the answers after %v, want 10s", took)
		}
		wantAnswer(t, "still hanging", answer(t, h, "GET"), 503, "not ready\n", "5")
		if took := time.Since(start); took != 10*time.Second || asked.Load() != 1 {
			t.Errorf("got an answer after %v and asked %d times; want at once, and once", took, asked.Load())
		}
		if got := log.with("has not answered within 10s"); len(got) != 3 {
			t.Errorf("got %d lines, want 3 at once", len(got))
		}
		close(release)
		synctest.Wait()
		wantAnswer(t, "released", answer(t, h, "GET"), 200, "ready\n", "")
		time.Sleep(10 * time.Second)
		wantAnswer(t, "later", answer(t, h, "GET"), 200, "ready\n", "")
		if got := log.with("ready again"); len(got) != 1 || !strings.Contains(got[0], "omitted=48") {
			t.Errorf("got the lines %q, want one that tells of 48 left out", got)
		}
	})
}

// Who hangs up neither ends what others wait for nor is logged.
func TestReadyOfAProbeThatGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		h := health.Ready(logging{health.PartFunc(func(ctx context.Context) error {
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}), &log})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		start := time.Now()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
		if took := time.Since(start); took != time.Second {
			t.Errorf("the first probe was held for %v", took)
		}
		wantAnswer(t, "the second", answer(t, h, "GET"), 200, "ready\n", "")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("the second probe had its answer after %v, want 3s: that of the first one's question", took)
		}
		if got := log.with(""); len(got) != 0 {
			t.Errorf("got the lines %q", got)
		}
	})
}

func TestReadyPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"no part":         func() { health.Ready() },
		"a nil part":      func() { health.Ready(nil) },
		"a nil validator": func() { health.Ready((*validator.Validator)(nil)) },
		"no name":         func() { health.Debug(health.Of("", new(validator.Validator))) },
		"a nil in Debug":  func() { health.Debug(health.Of("api", (*validator.Validator)(nil))) },
		"the same name": func() {
			health.Debug(health.Of("api", new(validator.Validator)), health.Of("api", new(validator.Validator)))
		},
		"not made by Of":  func() { health.Debug(health.Stated{}) },
		"a nil interface": func() { health.Debug(health.Of[validator.State]("api", nil)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "health: ") {
					t.Errorf("got the panic %q, want one that says health", text)
				}
			}()
			f()
		})
	}
}

// Each framework serves the handlers as it serves those of others.
func TestFrameworks(t *testing.T) {
	gin.SetMode(gin.ReleaseMode) // it prints otherwise
	ready := health.Ready(ok)
	mux, e, r := http.NewServeMux(), echo.New(), gin.New()
	mux.Handle("/readyz", ready)
	e.GET("/readyz", echo.WrapHandler(ready))
	r.GET("/readyz", gin.WrapH(ready))
	for name, h := range map[string]http.Handler{"net/http": mux, "echo": e, "gin": r} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		if body, _ := io.ReadAll(w.Body); w.Code != 200 || string(body) != "ready\n" {
			t.Errorf("%s: got %d %q", name, w.Code, body)
		}
	}
}
