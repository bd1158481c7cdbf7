// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

func lease(t tb, l acquire.Leaser, key string, ttl time.Duration) (release func(), ok bool) {
	t.Helper()
	release, ok, err := l.Lease(t.Context(), key, ttl)
	if err != nil {
		t.Fatalf("Lease(%q, %v): got error %v, want none", key, ttl, err)
	}
	if ok && release == nil {
		t.Fatalf("Lease(%q, %v): got a nil release, want a function", key, ttl)
	}
	return release, ok
}

// take fails unless the lease is given.
func take(t tb, l acquire.Leaser, key string, ttl time.Duration) (release func()) {
	t.Helper()
	release, ok := lease(t, l, key, ttl)
	if !ok {
		t.Fatalf("Lease(%q) that nobody holds: got false, want true", key)
	}
	return release
}

// taken fails if the lease is given.
func taken(t tb, l acquire.Leaser, key string) {
	t.Helper()
	if _, ok := lease(t, l, key, long); ok {
		t.Errorf("Lease(%q) that another holds: got true, want false", key)
	}
}

func leaseExcludes(t tb, l acquire.Leaser) {
	key := newKey()
	release := take(t, l, key, long)
	taken(t, l, key)
	taken(t, l, key) // asking again doesn't help
	release()
}

func leaseRelease(t tb, l acquire.Leaser) {
	key := newKey()
	for range 3 {
		returns(t, "release", take(t, l, key, long))
	}
}

func leaseExpiry(t tb, l acquire.Leaser) {
	lasting := newKey()
	take(t, l, lasting, long)
	for _, ttl := range []time.Duration{short, 1} {
		key := newKey()
		take(t, l, key, ttl)
		eventually(t, "the lease to expire", func() bool {
			_, ok := lease(t, l, key, long)
			return ok
		})
	}
	taken(t, l, lasting)
}

// leaseLateRelease is the classic mistake: who comes back too late must not
// give away what belongs to another by now.
func leaseLateRelease(t tb, l acquire.Leaser) {
	key := newKey()
	late := take(t, l, key, short)
	var release func()
	eventually(t, "the lease to expire", func() (ok bool) {
		release, ok = lease(t, l, key, long)
		return ok
	})
	late()
	taken(t, l, key)
	release()
	take(t, l, key, long)
}

func leaseKeysDontMix(t tb, l acquire.Leaser) {
	base := newKey()
	a, b := take(t, l, base, long), take(t, l, base+"x", long)
	a()
	taken(t, l, base+"x")
	b()
	take(t, l, base+"x", long)
}

func leaseLeavesValues(t tb, l acquire.Leaser) {
	key := newKey()
	set(t, l, key, []byte("old"), long)
	release := take(t, l, key, long)
	expect(t, l, key, []byte("old"))
	set(t, l, key, []byte("new"), long)
	taken(t, l, key)
	release()
	expect(t, l, key, []byte("new"))
}

func leaseConcurrency(t tb, l acquire.Leaser) {
	key := newKey()
	var holders atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, ok, err := l.Lease(t.Context(), key, long)
			if err != nil {
				t.Errorf("Lease(%q): got error %v, want none", key, err)
			}
			if ok {
				holders.Add(1)
			}
		})
	}
	wg.Wait()
	if n := holders.Load(); n != 1 {
		t.Errorf("16 at once: got %d holders of one lease, want 1", n)
	}
}

func leaseCancelledContext(t tb, l acquire.Leaser) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	returns(t, "Lease with a cancelled context", func() {
		release, ok, err := l.Lease(ctx, newKey(), long)
		if ok && (err != nil || release == nil) {
			t.Errorf("Lease with a cancelled context: got true, %v, want an error, or false, or a lease", err)
		}
	})
	take(t, l, newKey(), long) // nobody else suffers
}
