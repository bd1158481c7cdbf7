// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

const (
	// long is for what must not expire while the suite runs.
	long = time.Hour
	// short is for what must expire. The suite only waits for that, so it may
	// as well take longer.
	short = 50 * time.Millisecond
	// patience is how long the suite waits for what must happen.
	patience = 30 * time.Second
)

// Run tests the caches that newCache returns, one for each test. They may
// share a store, and what is in it already does not matter: keys are random.
// A working cache takes well under a second; the tests wait for expiry, but
// demand nothing of how soon it comes, so a slow store or machine fails none.
//
// If a cache is an [acquire.Leaser] its leases are tested too, and if it is an
// [acquire.Lister] its lists.
func Run(t *testing.T, newCache func(t *testing.T) acquire.Cache) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { c.run(t, newCache(t)) })
	}
	if _, ok := newCache(t).(acquire.Leaser); ok {
		for _, c := range leaseChecks {
			t.Run(c.name, func(t *testing.T) { c.run(t, as[acquire.Leaser](t, newCache(t))) })
		}
	}
	if _, ok := newCache(t).(acquire.Lister); ok {
		for _, c := range listChecks {
			t.Run(c.name, func(t *testing.T) { c.run(t, as[acquire.Lister](t, newCache(t))) })
		}
	}
}

// as returns the cache as what others of its kind are.
func as[C acquire.Cache](t *testing.T, c acquire.Cache) C {
	t.Helper()
	more, ok := c.(C)
	if !ok {
		t.Fatalf("got a %T, want a cache like the others", c)
	}
	return more
}

// tb is what a check needs of a test, so that the checks can be tested.
type tb interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

type check struct {
	name string
	run  func(t tb, c acquire.Cache)
}

var checks = []check{
	{"Miss", miss},
	{"SetAndGet", setAndGet},
	{"Replace", replace},
	{"Delete", deletes},
	{"Copies", copies},
	{"AnyBytes", anyBytes},
	{"LargeValue", largeValue},
	{"KeysDontMix", keysDontMix},
	{"Expiry", expiry},
	{"ReplaceRenewsTTL", replaceRenewsTTL},
	{"Concurrency", concurrency},
	{"CancelledContext", cancelledContext},
}

type leaseCheck struct {
	name string
	run  func(t tb, l acquire.Leaser)
}

var leaseChecks = []leaseCheck{
	{"LeaseExcludes", leaseExcludes},
	{"LeaseRelease", leaseRelease},
	{"LeaseExpiry", leaseExpiry},
	{"LeaseLateRelease", leaseLateRelease},
	{"LeaseKeysDontMix", leaseKeysDontMix},
	{"LeaseLeavesValues", leaseLeavesValues},
	{"LeaseConcurrency", leaseConcurrency},
	{"LeaseCancelledContext", leaseCancelledContext},
}

// newKey returns a key like those of package acquire.
func newKey() string { return "1:cachetest:" + rand.Text() }

func set(t tb, c acquire.Cache, key string, value []byte, ttl time.Duration) {
	t.Helper()
	if err := c.Set(t.Context(), key, value, ttl); err != nil {
		t.Fatalf("Set(%q, %d bytes, %v): got error %v, want none", key, len(value), ttl, err)
	}
}

// expect fails unless the key has the value, or none if want is nil.
func expect(t tb, c acquire.Cache, key string, want []byte) {
	t.Helper()
	got, err := c.Get(t.Context(), key)
	switch {
	case err != nil:
		t.Fatalf("Get(%q): got error %v, want none", key, err)
	case want == nil && got != nil:
		t.Errorf("Get(%q): got %s, want nil", key, brief(got))
	case !bytes.Equal(got, want):
		t.Errorf("Get(%q): got %s, want %s", key, brief(got), brief(want))
	}
}

func brief(value []byte) string {
	if value == nil {
		return "nil"
	}
	const limit = 40
	if len(value) > limit {
		return string(value[:limit]) + "…"
	}
	return string(value)
}

// eventually fails unless the condition holds within the suite's patience.
func eventually(t tb, what string, condition func() bool) {
	t.Helper()
	timeout := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("waited %v for %s, want it sooner", patience, what)
		}
	}
}

// gone waits until the key has no value any more.
func gone(t tb, c acquire.Cache, key string) {
	t.Helper()
	eventually(t, "the value to expire", func() bool {
		value, err := c.Get(t.Context(), key)
		if err != nil {
			t.Fatalf("Get(%q): got error %v, want none", key, err)
		}
		return value == nil
	})
}

// returns fails unless f ends within the suite's patience.
func returns(t tb, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: got no answer within %v, want one at once", what, patience)
	}
}
