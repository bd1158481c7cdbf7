// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

func TestHangingProvider(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() })
		v := susiOf(t, b2c, nil)
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{})
		var wg sync.WaitGroup
		for i := range 20 {
			limit := time.Duration(i+1) * 100 * time.Millisecond
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				start := time.Now()
				_, err := v.Validate(ctx, raw)
				if took := time.Since(start); took > limit {
					t.Errorf("deadline %v: returned after %v", limit, took)
				}
				wantReason(t, "hanging", err, validator.ErrUnavailable)
				if e, _ := errors.AsType[*validator.Error](err); e.Reason.Kind() != validator.Unavailable || e.RetryAfter <= 0 || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got kind %v, RetryAfter %v, %v", e.Reason.Kind(), e.RetryAfter, err)
				}
			})
		}
		wg.Wait()
		// A caller without a deadline waits no longer than about five seconds.
		start := time.Now()
		_, err := v.Validate(context.Background(), raw)
		wantReason(t, "no deadline", err, validator.ErrUnavailable)
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("a caller without a deadline waited %v", took)
		}
	})
}

func TestOneCallersCancellationFailsNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(time.Second)
			next.ServeHTTP(w, r)
		})
		v := susiOf(t, b2c, nil)
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{})
		ctx, cancel := context.WithCancel(t.Context())
		var first error
		var wg sync.WaitGroup
		wg.Go(func() { _, first = v.Validate(ctx, raw) })
		synctest.Wait() // the first caller has started the fetch
		var accepted atomic.Int32
		for range 5 {
			wg.Go(func() {
				if _, err := v.Validate(t.Context(), raw); err == nil {
					accepted.Add(1)
				}
			})
		}
		time.Sleep(500 * time.Millisecond)
		cancel()
		wg.Wait()
		wantReason(t, "cancelled", first, validator.ErrUnavailable)
		if accepted.Load() != 5 {
			t.Errorf("%d of 5 others were accepted", accepted.Load())
		}
		wantCounts(t, b2c, 1, 1)
	})
}
