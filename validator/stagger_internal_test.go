// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// anchorsOf makes authorities of so many flows of each tenant, mixed.
func anchorsOf(t *testing.T, tenants, flows int) (all []*anchor) {
	t.Helper()
	for f := range flows {
		for n := range tenants {
			tenant, err := authority.B2C(fmt.Sprint("tenant", n), fmt.Sprintf("%08d-9a37-4307-8b3d-cc311f58d925", n))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, &anchor{authority: tenant.Flow(fmt.Sprint("B2C_1_f", f)), audiences: []string{"a"}})
		}
	}
	return all
}

// B2C counts by tenant, so each has its own rate, and what there are of them costs
// this machine alone.
func TestStagger(t *testing.T) {
	for _, tc := range []struct {
		tenants, flows int
		each           time.Duration // that an answer takes
		want           time.Duration
	}{
		{1, 8, 0, 0},
		{1, 9, 0, time.Second},
		{1, 1000, 0, 124 * time.Second},
		{1000, 1, 0, 0},
		{1000, 1, 100 * time.Millisecond, 2 * time.Second},
		{3, 20, 0, 2 * time.Second},
		{0, 0, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			running, most, asked := 0, 0, 0
			start := time.Now()
			answers, missing := stagger(t.Context(), anchorsOf(t, tc.tenants, tc.flows), func(jwks.Source) error {
				mu.Lock()
				running++
				asked++
				most = max(most, running)
				mu.Unlock()
				time.Sleep(tc.each)
				mu.Lock()
				running--
				mu.Unlock()
				return nil
			})
			if took := time.Since(start); took != tc.want || missing != 0 || asked != len(answers) || asked != tc.tenants*tc.flows || most > 50 {
				t.Errorf("%+v: took %v, %d asked, %d not, at most %d at a time", tc, took, asked, missing, most)
			}
			if slices.ContainsFunc(answers, func(a func() error) bool { return a == nil }) {
				t.Errorf("%+v: not all have an answer", tc)
			}
		})
	}
}

func TestStaggerEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		start := time.Now()
		answers, missing := stagger(ctx, anchorsOf(t, 1, 100), func(jwks.Source) error { return nil })
		begun := len(answers) - missing
		if took := time.Since(start); took != 2500*time.Millisecond || begun != 24 {
			t.Errorf("took %v, %d begun, want three portions of eight", took, begun)
		}
		// All that may run do, for ever: it begins no more, and waits for those.
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, missing := stagger(ctx, anchorsOf(t, 100, 1), func(jwks.Source) error { <-ctx.Done(); return nil }); missing != 50 {
			t.Errorf("%d were not begun, want 50 of 100", missing)
		}
	})
}
