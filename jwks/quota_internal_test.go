// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"testing"
	"testing/synctest"
	"time"
)

// Twenty at once and two a second, first for who was served the longest ago.
func TestQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q quota
		flood, rare := new(share), new(share)
		served := 0
		for q.take(flood, 1) == 0 {
			served++
		}
		if served != quotaBurst {
			t.Errorf("got %d at once, want %d", served, quotaBurst)
		}
		if got := q.take(rare, 2); got != 2*quotaInterval {
			t.Errorf("got a wait of %v, want %v", got, 2*quotaInterval)
		}
		time.Sleep(quotaInterval) // enough for the flood, but the other one waits
		if got := q.take(flood, 1); got != 2*quotaInterval {
			t.Errorf("behind the other: got a wait of %v, want %v", got, 2*quotaInterval)
		}
		time.Sleep(quotaInterval)
		if got := q.take(rare, 2); got != 0 {
			t.Errorf("got a wait of %v, want none", got)
		}
		q.refund(2)
		if got := q.take(flood, 2); got != 0 {
			t.Errorf("after a refund: got a wait of %v", got)
		}
		// Who does not come back loses its place.
		q.take(rare, 20)
		time.Sleep(quotaMemory)
		if got := q.take(flood, 1); got != 0 {
			t.Errorf("behind one that has gone: got a wait of %v", got)
		}
	})
}

// Two at once and one each period, charged for good ones.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget{per: 30 * time.Second}
		for i, want := range []time.Duration{0, 0, 30 * time.Second} {
			if got := b.wait(); got != want {
				t.Errorf("after %d: got %v, want %v", i, got, want)
			}
			if i < 2 {
				b.charge()
			}
		}
		time.Sleep(30 * time.Second)
		if got := b.wait(); got != 0 {
			t.Errorf("a period later: got %v", got)
		}
		time.Sleep(time.Hour)
		b.charge()
		b.charge()
		if got := b.wait(); got != 30*time.Second {
			t.Errorf("an hour later: got %v, want no more than two saved", got)
		}
	})
}

func TestRefreshDelay(t *testing.T) {
	const minute = time.Minute
	for _, tc := range []struct{ hint, floor, ceiling, low, high time.Duration }{
		{-1, 5 * minute, 60 * minute, 43 * minute, 53 * minute},
		{24 * 60 * minute, 5 * minute, 60 * minute, 43 * minute, 53 * minute},
		{10 * minute, 5 * minute, 60 * minute, 7 * minute, 9 * minute},
		{0, 5 * minute, 60 * minute, 5 * minute, 5*minute + 30*time.Second},
		{-1, 60 * minute, 60 * minute, 54 * minute, 60 * minute},
	} {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := refreshDelay(tc.hint, tc.floor, tc.ceiling)
			if seen[d] = true; d < tc.low || d > tc.high {
				t.Errorf("%+v: got %v", tc, d)
			}
		}
		if len(seen) < 50 {
			t.Errorf("%+v: got %d different delays of 100", tc, len(seen))
		}
	}
}
