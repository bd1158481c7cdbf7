// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// What can validate nothing is never ready, whatever keys there are.
func TestReadyOfWhatValidatesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		closed := susiOf(t, b2c, nil)
		if err := errors.Join(closed.Ready(t.Context()), closed.Close()); err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]func(*validator.Validator) error{
			"Ready":    func(v *validator.Validator) error { return v.Ready(t.Context()) },
			"AllReady": func(v *validator.Validator) error { return v.AllReady(t.Context()) },
			"Refresh":  func(v *validator.Validator) error { return v.Refresh(t.Context()) },
		} {
			if err := ask(new(validator.Validator)); err == nil {
				t.Errorf("%s of an empty validator: got no error", name)
			}
			if err := ask(closed); !errors.Is(err, jwks.ErrClosed) {
				t.Errorf("%s after Close: got %v, want jwks.ErrClosed", name, err)
			}
		}
	})
}

// Ready asks a few authorities at a time, each in its turn, and is done with the
// first that answers.
func TestReadyAsksAFewAtATime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(1000)
		p.set(hang)
		v := p.validator(t)
		for round := 1; round <= 3; round++ {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if v.Ready(ctx) == nil {
				t.Error("ready without an answer")
			}
			cancel()
			if n := p.since(time.Time{}); n != 10*round {
				t.Errorf("round %d: got %d requests, want ten each", round, n)
			}
		}
		p.set(nil)
		start := time.Now()
		if err := v.Ready(t.Context()); err != nil {
			t.Errorf("Ready: %v", err)
		}
		if n := p.since(start); n > 20 || usableFlows(v) > 10 {
			t.Errorf("got %d requests and %d flows with keys, want those of ten flows", n, usableFlows(v))
		}
	})
}
