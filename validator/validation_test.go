// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

type contextKey struct{}

// watcher keeps what OnValidation is told.
type watcher struct {
	mu   sync.Mutex
	seen []validator.Validation
	ctx  context.Context // the one that it was told with
}

func (w *watcher) add(ctx context.Context, v validator.Validation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen, w.ctx = append(w.seen, v), ctx
}

// last returns the only one that it was told of since it was last asked.
func (w *watcher) last(t testing.TB) (v validator.Validation) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) != 1 {
		t.Errorf("told of %d validations, want one", len(w.seen))
		return v
	}
	v, w.seen = w.seen[0], nil
	return v
}

func TestOnValidation(t *testing.T) {
	key := keysOf(t).userFlow
	bad := errors.New("blocked")
	block := false
	w := new(watcher)
	v := staticValidator(t, &validator.Options{
		OnValidation: w.add,
		Requirements: []validator.Requirement{validator.Func("blocked", func(*validator.Token) error {
			if block {
				return bad
			}
			return nil
		})},
	})
	ctx := context.WithValue(t.Context(), contextKey{}, "caller's")
	good := goodToken(t)
	for _, tt := range []struct {
		name, raw  string
		block      bool
		remembered bool
		want       validator.Reason
	}{
		{"new", good, false, false, ""},
		{"again", good, false, true, ""},
		{"again, and refused by the application", good, true, true, validator.ErrRefused},
		{"refused by the application", goodToken(t, add("x", `"y"`)), true, false, validator.ErrRefused},
		{"malformed", "x.y.z", false, false, validator.ErrMalformed},
		{"expired", signToken(key, headerOf(key), payloadOf(set("exp", "1500000000"))), false, false, validator.ErrExpired},
	} {
		block = tt.block
		_, err := v.Validate(ctx, tt.raw)
		got := w.last(t)
		e, _ := errors.AsType[*validator.Error](err)
		if got.Err != e || got.Remembered != tt.remembered || w.ctx.Value(contextKey{}) != "caller's" {
			t.Errorf("%s: got %+v, and Validate returned %v", tt.name, got, err)
		}
		switch {
		case tt.want != "" && (e == nil || e.Reason != tt.want || got.Authority != authority.Authority{}):
			t.Errorf("%s: got %v of %v, want %s of nobody", tt.name, e, got.Authority, tt.want)
		case tt.want == "" && (e != nil || got.Authority != contosoTenant(t).Flow("B2C_1_susi")):
			t.Errorf("%s: got %v of %v", tt.name, e, got.Authority)
		}
	}
	var none context.Context
	if _, err := v.Validate(none, good); err != nil || w.last(t).Err != nil || w.ctx == nil {
		t.Errorf("without a context: got %v and %v", err, w.ctx)
	}
}

// Nobody else's validation is held up by the hook, and its panic is the caller's.
func TestOnValidationPanics(t *testing.T) {
	v := staticValidator(t, &validator.Options{OnValidation: func(context.Context, validator.Validation) { panic("the hook's") }})
	defer func() {
		if p := recover(); p != "the hook's" {
			t.Errorf("got %v, want the hook's panic", p)
		}
	}()
	_, _ = v.Validate(t.Context(), "x.y.z")
	t.Error("the panic did not come through")
}

func TestOnValidationTimes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, w := emulator.NewTenant(nil), new(watcher)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(2 * time.Second)
			next.ServeHTTP(w, r)
		})
		v := susiOf(t, b2c, &validator.Options{OnValidation: w.add})
		defer v.Close()
		time.Sleep(time.Minute)
		start := time.Now()
		raw := b2c.MustMint(emulator.Spec{})
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
		if got := w.last(t); !got.Start.Equal(start) || got.Duration != 4*time.Second {
			t.Errorf("got %v at %v, want the 4s of two documents from %v on", got.Duration, got.Start, start)
		}
	})
}

func TestOnValidationOfIDTokens(t *testing.T) {
	key, w := keysOf(t).userFlow, new(watcher)
	v := staticIDTokens(t, webClient, &validator.IDTokenOptions{OnValidation: w.add})
	raw := signToken(key, headerOf(key), idPayload(set("nonce", `"n"`)))
	if _, err := v.Validate(t.Context(), raw, validator.Expected{Nonce: "n"}); err != nil {
		t.Fatal(err)
	}
	if got := w.last(t); got.Err != nil || got.Remembered || got.Authority != contosoTenant(t).Flow("B2C_1_susi") || got.Start.IsZero() {
		t.Errorf("got %+v", got)
	}
	_, err := v.Validate(t.Context(), raw, validator.Expected{Nonce: "other"})
	if got := w.last(t); got.Err == nil || !errors.Is(err, got.Err) || got.Err.Reason != validator.ErrNonce || got.Authority != (authority.Authority{}) {
		t.Errorf("got %+v and %v", got, err)
	}
}

// A hook that is told costs no allocation.
func TestOnValidationAllocates(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates too
	}
	told := 0
	r := newRecaller(t, validator.Options{OnValidation: func(context.Context, validator.Validation) { told++ }})
	raw := goodToken(t)
	n := testing.AllocsPerRun(200, func() {
		if _, err := r.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
	})
	if n > 2 || told != 201 {
		t.Errorf("got %v allocations and %d calls, want at most 2 and 201", n, told)
	}
}

// Keys of the same authority are loaded for an API and for an app: the lines tell
// which is which.
func TestKeyLinesTellWhose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var text strings.Builder
		log := slog.New(slog.NewTextHandler(&text, nil))
		flow := []authority.Authority{contosoTenant(t).Flow("B2C_1_susi")}
		api, err := validator.New(flow, strings.ToUpper(contosoAPI), &validator.Options{Transport: b2c.Transport(), Logger: log})
		if err != nil {
			t.Fatal(err)
		}
		defer api.Close()
		app, err := validator.NewIDTokens(flow, webClient, &validator.IDTokenOptions{Transport: b2c.Transport(), Keys: &jwks.Options{Logger: log}})
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		for _, who := range []struct {
			ready func(context.Context) error
			want  string
		}{{api.Ready, "audience=" + contosoAPI}, {app.Ready, "client=" + webClient}} {
			if err := who.ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if got := text.String(); !strings.Contains(got, "keys loaded") || !strings.Contains(got, who.want) {
				t.Errorf("got %q, want %s", got, who.want)
			}
			text.Reset()
		}
	})
}
