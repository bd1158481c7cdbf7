// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencontext_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// carry puts some token into the context.
func carry(ctx context.Context) context.Context {
	return with(ctx, &validator.Token{ObjectID: "ada"}, new(int), "raw-credential")
}

func has(ctx context.Context) bool {
	_, ok := tokencontext.From(ctx)
	return ok
}

func TestParentsEndAndCauseArePassedOn(t *testing.T) {
	cause := errors.New("the reason")
	parent, cancel := context.WithCancelCause(t.Context())
	ctx := carry(parent)
	child, stop := context.WithCancel(ctx)
	defer stop()
	hidden := tokencontext.Without(ctx)
	cancel(cause)
	for name, c := range map[string]context.Context{"itself": ctx, "child": child, "hidden": hidden, "beside a value": context.WithValue(ctx, http.ServerContextKey, 1)} {
		if !errors.Is(c.Err(), context.Canceled) || !errors.Is(context.Cause(c), cause) {
			t.Errorf("%s: got %v because of %v, want it canceled because of %v", name, c.Err(), context.Cause(c), cause)
		}
		select {
		case <-c.Done():
		default:
			t.Errorf("%s: got Done open, want it closed", name)
		}
	}
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ctx := carry(parent)
		want, _ := parent.Deadline()
		if got, ok := ctx.Deadline(); !ok || !got.Equal(want) {
			t.Errorf("Deadline: got %v, %v, want the parent's, %v", got, ok, want)
		}
		sooner, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		<-sooner.Done()
		if ctx.Err() != nil {
			t.Errorf("after a child's deadline: got %v, want it to go on", ctx.Err())
		}
		<-ctx.Done()
		if got := time.Until(want); got != 0 || ctx.Err() != context.DeadlineExceeded {
			t.Errorf("ended with %v, %v before the deadline, want at it", ctx.Err(), got)
		}
	})
}

// Work that goes on after the answer keeps the token and ends with nobody.
func TestWithoutCancelKeepsTheToken(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	detached := context.WithoutCancel(carry(parent))
	again := carry(detached)
	cancel()
	for name, c := range map[string]context.Context{"detached": detached, "with a token again": again} {
		if !has(c) || c.Err() != nil || c.Done() != nil || context.Cause(c) != nil {
			t.Errorf("%s: got token %v, %v, cause %v, want the token in a context that does not end", name, has(c), c.Err(), context.Cause(c))
		}
	}
	ctx, stop := context.WithCancel(again)
	stop()
	if ctx.Err() == nil || again.Err() != nil {
		t.Errorf("child canceled: got %v and %v above, want its end alone", ctx.Err(), again.Err())
	}
}

func TestAfterFunc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(t.Context())
		ran, stopped := 0, 0
		ctx := carry(parent)
		context.AfterFunc(ctx, func() { ran++ })
		if stop := context.AfterFunc(ctx, func() { stopped++ }); !stop() {
			t.Error("stop: got false, want the function stopped")
		}
		synctest.Wait()
		if ran != 0 {
			t.Errorf("before the end: got %d calls, want none", ran)
		}
		cancel()
		synctest.Wait()
		if ran != 1 || stopped != 0 {
			t.Errorf("after the end: got %d and %d calls, want 1 and none", ran, stopped)
		}
	})
}

// Package context starts a goroutine for each child of a context that it takes for
// a foreign one, unless that passes on its parent's own values.
func TestChildrenCostNoGoroutine(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	defer cancel()
	ctx := carry(carry(parent))
	before := runtime.NumGoroutine()
	for range 100 {
		_, stop := context.WithCancel(ctx)
		defer stop()
		defer context.AfterFunc(ctx, func() {})()
	}
	if got := runtime.NumGoroutine() - before; got > 10 {
		t.Errorf("got %d goroutines for 100 children, want none", got)
	}
}

type (
	keyA struct{}
	keyB struct{}
)

func TestValuesAreFoundThroughIt(t *testing.T) {
	ctx := context.WithValue(carry(context.WithValue(t.Context(), keyA{}, "outside")), keyB{}, "inside")
	if a, b := ctx.Value(keyA{}), ctx.Value(keyB{}); a != "outside" || b != "inside" || !has(ctx) {
		t.Errorf("got %v and %v, want both", a, b)
	}
	for _, k := range []any{nil, "key", struct{}{}, []int{1}} { // the last one can't be compared
		if got := ctx.Value(k); got != nil {
			t.Errorf("Value(%v): got %v, want nil", k, got)
		}
	}
}

// A context that is printed or logged tells neither token nor credential.
func TestPrintedItTellsNothing(t *testing.T) {
	ctx := carry(context.WithValue(context.Background(), keyA{}, "outside"))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("request", "context", ctx)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("request", "context", ctx)
	asJSON, err := json.Marshal(ctx)
	if err != nil {
		t.Error(err)
	}
	texts := []string{log.String(), string(asJSON), fmt.Sprint(context.WithValue(ctx, keyB{}, 1)), fmt.Sprint(struct{ C context.Context }{ctx})}
	for _, verb := range "vsqdxXtTpbcoeU" {
		for _, flags := range []string{"", "+", "#", " "} {
			texts = append(texts, fmt.Sprintf("%"+flags+string(verb), ctx))
		}
	}
	for _, text := range texts {
		if strings.Contains(text, "raw-credential") || strings.Contains(text, "ada") || strings.Contains(text, fmt.Sprintf("%x", "raw-")) {
			t.Errorf("got %q, want nothing of the token in it", text)
		}
	}
	if got, want := fmt.Sprint(carry(context.Background())), "context.Background.WithToken"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(carry(plain{context.Background()})), "tokencontext_test.plain.WithToken"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// plain is a context that does not say what it is.
type plain struct{ c context.Context }

func (p plain) Deadline() (time.Time, bool) { return p.c.Deadline() }
func (p plain) Done() <-chan struct{}       { return p.c.Done() }
func (p plain) Err() error                  { return p.c.Err() }
func (p plain) Value(k any) any             { return p.c.Value(k) }

func TestItCostsOneAllocation(t *testing.T) {
	parent, token, owner := context.WithValue(t.Context(), keyA{}, 1), &validator.Token{}, new(int)
	frozen := token.Freeze()
	var ctx context.Context
	if got := testing.AllocsPerRun(100, func() { ctx = tokencontext.With(parent, token, frozen, owner, "raw") }); got != 1 {
		t.Errorf("With: got %v allocations, want 1", got)
	}
	if got := testing.AllocsPerRun(100, func() {
		if _, ok := tokencontext.From(ctx); !ok || tokencontext.Without(parent) != parent {
			t.Error("got no token, want one")
		}
	}); got != 0 {
		t.Errorf("From and Without: got %v allocations, want none", got)
	}
}
