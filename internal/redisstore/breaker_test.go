// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errDown = errors.New("down")
	errLate = errors.New("too late")
)

func newBreaker() *breaker {
	return &breaker{maxFailures: 2, minPause: time.Second, maxPause: 4 * time.Second}
}

// opened returns a breaker in its first pause.
func opened(t *testing.T) *breaker {
	t.Helper()
	b := newBreaker()
	for range b.maxFailures {
		begin(t, b).failed(errDown)
	}
	return b
}

func begin(t *testing.T, b *breaker) *attempt {
	t.Helper()
	a, why := b.begin()
	if a == nil {
		t.Fatalf("left alone: %v", why)
	}
	return a
}

func TestBreaker(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  func(t *testing.T) *breaker
		open bool
	}{
		{"new", func(*testing.T) *breaker { return newBreaker() }, false},
		{"one failure too few", func(t *testing.T) *breaker { b := newBreaker(); begin(t, b).failed(errDown); return b }, false},
		{"enough failures", opened, true},
		{"failures not in a row", func(t *testing.T) *breaker {
			b := newBreaker()
			begin(t, b).failed(errDown)
			begin(t, b).worked(nil)
			begin(t, b).failed(errDown)
			return b
		}, false},
		{"overdue counts once", func(t *testing.T) *breaker {
			b := newBreaker()
			a := begin(t, b)
			a.overdue(errLate)
			a.overdue(errLate)
			a.failed(errDown)
			return b
		}, false},
		{"skipped counts nothing", func(t *testing.T) *breaker {
			b := newBreaker()
			begin(t, b).failed(errDown)
			begin(t, b).skipped()
			return b
		}, false},
		{"a pause is over", func(t *testing.T) *breaker { b := opened(t); time.Sleep(time.Second); return b }, false},
		{"one tries at a time", func(t *testing.T) *breaker { b := opened(t); time.Sleep(time.Second); begin(t, b); return b }, true},
		{"the try was skipped", func(t *testing.T) *breaker { b := opened(t); time.Sleep(time.Second); begin(t, b).skipped(); return b }, false},
		{"the try failed", func(t *testing.T) *breaker {
			b := opened(t)
			time.Sleep(time.Second)
			begin(t, b).failed(errDown)
			time.Sleep(time.Second) // the pause is longer now
			return b
		}, true},
		{"what began before the pause works", func(t *testing.T) *breaker {
			b := newBreaker()
			early := begin(t, b)
			begin(t, b).failed(errDown)
			begin(t, b).failed(errDown)
			early.worked(nil)
			return b
		}, false},
		{"what began before the pause fails", func(t *testing.T) *breaker {
			b := newBreaker()
			early := begin(t, b)
			begin(t, b).failed(errDown)
			begin(t, b).failed(errDown)
			early.failed(errDown)
			time.Sleep(time.Second) // still the first pause
			return b
		}, false},
		{"late works a few times", lateWorks(maxLateCloses), false},
		{"late works for ever", lateWorks(maxLateCloses + 1), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := tc.run(t)
				if a, why := b.begin(); (a == nil) != tc.open || tc.open && why == nil {
					t.Errorf("got attempt %v and %v, want open %v", a, why, tc.open)
				}
			})
		})
	}
}

// lateWorks is a Redis whose answers all come too late.
func lateWorks(times int) func(*testing.T) *breaker {
	return func(t *testing.T) *breaker {
		b := newBreaker()
		for range times {
			late := []*attempt{begin(t, b), begin(t, b)}
			late[0].overdue(errLate)
			late[1].overdue(errLate)
			late[0].worked(errLate)
		}
		return b
	}
}

// There is one line for a pause that begins, and one for its end.
func TestNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker()
		if n := begin(t, b).failed(errDown); n != (news{}) {
			t.Errorf("first failure: got %+v, want no news", n)
		}
		early := begin(t, b)
		if n := begin(t, b).failed(errDown); n.opened == nil || n.opened.pauses != 1 || n.opened.pause < 750*time.Millisecond || n.opened.pause > time.Second {
			t.Errorf("second failure: got %+v, want the first pause", n)
		}
		if n := early.failed(errDown); n != (news{}) {
			t.Errorf("another failure: got %+v, want no news", n)
		}
		time.Sleep(time.Second)
		if n := begin(t, b).worked(nil); !n.closed || n.pauses != 1 {
			t.Errorf("success: got %+v, want that the one pause is over", n)
		}
		if n := begin(t, b).worked(nil); n != (news{}) {
			t.Errorf("another success: got %+v, want no news", n)
		}
	})
}
