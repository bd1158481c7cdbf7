// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func newHost() *host { return &host{failing: map[*share]bool{}} }

// What holds back all requests to a host, and what lifts it.
func TestHostHolds(t *testing.T) {
	usable := capsFor(true, 24*time.Hour)
	for name, tc := range map[string]struct {
		failure attempt
		low     time.Duration
		high    time.Duration
		why     error
		paced   [2]bool // first requests, retries
	}{
		"429":           {bad(failedThrottled, time.Minute), time.Minute, time.Minute, errHostThrottles, [2]bool{true, true}},
		"429, one year": {bad(failedThrottled, 365*24*time.Hour), 10 * time.Minute, 10 * time.Minute, errHostThrottles, [2]bool{true, true}},
		"unsent":        {bad(failedUnsent, time.Minute), 800 * time.Millisecond, 1200 * time.Millisecond, errHostAway, [2]bool{true, true}},
		"other":         {bad(failedOther, time.Minute), 0, 0, errHostThrottles, [2]bool{false, true}},
		"no such flow":  {bad(failedLasting, 0), 0, 0, errHostThrottles, [2]bool{false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, one, two := newHost(), new(share), new(share)
				tc.failure.begun = time.Now()
				h.failed(one, &tc.failure, false)
				if got, why := h.held(usable); got < tc.low || got > tc.high || why != tc.why { //nolint:errorlint // the very one
					t.Errorf("got %v for %v, want %v to %v for %v", got, why, tc.low, tc.high, tc.why)
				}
				if got := [2]bool{h.isPaced(false), h.isPaced(true)}; got != tc.paced {
					t.Errorf("paced: got %v, want %v", got, tc.paced)
				}
				held := tc.failure.err.kind.ofHost()
				// What was under way before the failure lifts nothing that was held.
				if h.good(two, time.Now()); held != h.isPaced(true) {
					t.Errorf("after an older answer: paced %v", h.isPaced(true))
				}
				time.Sleep(time.Nanosecond)
				h.failed(one, &tc.failure, false)
				time.Sleep(time.Nanosecond)
				waiting := h.good(two, time.Now())
				if got, _ := h.held(usable); got != 0 || h.isPaced(true) || h.isPaced(false) {
					t.Errorf("after a good answer: held for %v", got)
				}
				if want := tc.failure.err.kind != failedLasting; slices.Contains(waiting, one) != want {
					t.Errorf("woken: got %v, want %v", !want, want)
				}
			})
		})
	}
}

// One whose failure seems its flow's alone is woken by one that had failed too.
func TestHostWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, alone, hopeful, other := newHost(), new(share), new(share), new(share)
		fail := func(s *share, a bool) {
			x := bad(failedOther, 0)
			h.failed(s, &x, a)
		}
		fail(alone, true)
		fail(hopeful, false)
		time.Sleep(time.Nanosecond)
		if got := h.good(other, time.Now()); !slices.Equal(got, []*share{hopeful}) {
			t.Errorf("got %d woken, want the one", len(got))
		}
		if got := h.good(other, time.Now()); len(got) != 0 {
			t.Error("woken twice")
		}
		fail(other, false)
		time.Sleep(time.Nanosecond)
		if got := h.good(other, time.Now()); !slices.Equal(got, []*share{alone}) {
			t.Errorf("got %d woken, want the other one", len(got))
		}
	})
}

// Two a second in all, and in the background as many as there are over the time
// between two of each.
func TestPacer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pacer
		start := time.Now()
		for range 4 {
			for {
				wait := p.pass()
				if wait == 0 {
					break
				}
				time.Sleep(wait)
			}
		}
		if got := time.Since(start); got != 3*paceEvery {
			t.Errorf("four took %v, want %v", got, 3*paceEvery)
		}
		p.more()
		if got := p.pass(); got != 2*paceEvery {
			t.Errorf("after a second request: got %v", got)
		}
		now := time.Now()
		for i, want := range []time.Duration{0, 6 * time.Second, 12 * time.Second} {
			if got := p.reserve(10, time.Minute).Sub(now); got != want {
				t.Errorf("reserved %d: got %v, want %v", i, got, want)
			}
		}
		time.Sleep(time.Minute)
		p.reserve(1000, time.Second)
		if got := time.Until(p.reserve(1000, time.Second)); got != paceEvery {
			t.Errorf("a thousand: got %v between two, want %v", got, paceEvery)
		}
	})
}

// A cache that failed after hope is woken no more by answers of those that had
// not failed, until it has had good keys; one that has keys waits for none.
func TestShareReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		one, two := &share{limiter: &l}, &share{limiter: &l}
		report := func(s *share, metadata, keys attempt) []*share {
			time.Sleep(time.Nanosecond)
			metadata.begun, keys.begun = time.Now(), time.Now()
			return s.report(&metadata, &keys)
		}
		ok, failed := good(document{}), bad(failedOther, 0)
		for i, wake := range []bool{true, false} {
			report(one, ok, failed)
			if got := report(two, ok, ok); slices.Contains(got, one) != wake {
				t.Errorf("failure %d: woken %v, want %v", i+1, !wake, wake)
			}
		}
		report(one, ok, ok)
		report(one, ok, failed)
		if got := report(two, ok, ok); !slices.Contains(got, one) {
			t.Error("after good keys: not woken")
		}
		report(one, ok, ok)
		report(one, failed, ok)
		if got := report(two, ok, ok); len(got) != 0 {
			t.Error("woken, though it has keys")
		}
	})
}

// Hosts come and go with the tenants that have them: who leaves takes along those
// of which there is nothing to remember.
func TestHostsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		gone, stays := &share{limiter: &l}, &share{limiter: &l}
		hosts := func() int { return len(l.hosts) }
		failing := func(kind failure) {
			a, none := bad(kind, 0), attempt{}
			a.host, none.host = "fails.example", "fails.example"
			stays.report(&a, &none)
		}
		_, _ = gone.held("good.example", capsFor(true, time.Hour))
		failing(failedThrottled)
		gone.await("waits.example")
		stays.await("waits.example")
		if hosts() != 3 {
			t.Fatalf("got %d hosts, want 3", hosts())
		}
		if gone.leave(); hosts() != 2 {
			t.Errorf("got %d hosts, want those that fail and that one waits for", hosts())
		}
		if stays.leave(); hosts() != 1 {
			t.Errorf("got %d hosts, want the one that has failed: others that come are not to ask it at once", hosts())
		}
		l.Hold("held.example", 9*time.Minute)
		time.Sleep(15 * time.Minute)
		if stays.leave(); hosts() != 1 {
			t.Errorf("got %d hosts, want the one that was held until six minutes ago", hosts())
		}
		time.Sleep(5 * time.Minute)
		if stays.leave(); hosts() != 0 {
			t.Errorf("got %d hosts, want none", hosts())
		}
	})
}
