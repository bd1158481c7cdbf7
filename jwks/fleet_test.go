// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// machines is so many caches of one authority, each as if in a process of its
// own, on one store.
func machines(t *testing.T, n int, b2c *emulator.Tenant, store *memory) []*jwks.Cache {
	t.Helper()
	fleet := make([]*jwks.Cache, n)
	for i := range fleet {
		var o *jwks.Options
		if store != nil {
			o = shared(t, store)
		}
		fleet[i] = open(t, b2c.Transport(), o)
	}
	return fleet
}

// all has each of the fleet find a key at once.
func all(t *testing.T, fleet []*jwks.Cache, kid string) {
	t.Helper()
	var wg sync.WaitGroup
	for _, c := range fleet {
		wg.Go(func() {
			if !finds(t, c, kid) {
				t.Error("the key is missing")
			}
		})
	}
	wg.Wait()
}

// Fifty processes make the requests of one.
func TestFleetFetchesOnce(t *testing.T) {
	for _, tt := range []struct {
		name        string
		machines    int
		alone       bool // without a store
		start, turn int
		least, most int // key sets in a day without rotations
	}{
		{"one", 1, false, 1, 1, 27, 34},
		{"fifty", 50, false, 1, 1, 27, 40},
		{"fifty without a store", 50, true, 50, 50, 27 * 50, 34 * 50},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c, store := emulator.NewTenant(nil), &memory{}
				if tt.alone {
					store = nil
				}
				slowly(b2c, 100*time.Millisecond)
				fleet := machines(t, tt.machines, b2c, store)
				all(t, fleet, b2c.CurrentKey("").ID())
				start := b2c.Counts()
				if start.Metadata != tt.start || start.Keys != tt.start {
					t.Errorf("start: got %+v, want %d of each", start, tt.start)
				}

				b2c.ResetCounts()
				time.Sleep(24 * time.Hour)
				day := b2c.Counts()
				if day.Keys < tt.least || day.Keys > tt.most || day.Metadata != day.Keys {
					t.Errorf("a day: got %+v, want from %d to %d", day, tt.least, tt.most)
				}
				for _, c := range fleet {
					if s := c.State(); !s.Usable || s.Age > time.Hour {
						t.Errorf("a day: got %+v, want keys of the last hour", s)
					}
				}

				b2c.ResetCounts()
				b2c.Rotate("", true)
				all(t, fleet, b2c.CurrentKey("").ID())
				turn := b2c.Counts()
				if turn.Keys != tt.turn || turn.Metadata != 0 {
					t.Errorf("rotation: got %+v, want %d for keys", turn, tt.turn)
				}
				t.Logf("requests for keys: start %d, day %d, rotation %d", start.Keys, day.Keys, turn.Keys)
			})
		})
	}
}

// Where the process that fetches hangs or has gone, the others wait a little and
// then fetch for themselves.
func TestLeaseOfOneThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		kid := b2c.CurrentKey("").ID()
		name, _ := saved(t, susi(t), b2c.Transport(), store, shared(t, store))
		delete(store.values, name)
		store.leases = map[string]time.Time{name: time.Now().Add(time.Hour)} // of somebody who never returns
		c := open(t, b2c.Transport(), shared(t, store))
		start := time.Now()
		if !finds(t, c, kid) || time.Since(start) < 900*time.Millisecond || time.Since(start) > 1200*time.Millisecond {
			t.Errorf("found after %v, want a fifth of Options.FetchTimeout", time.Since(start))
		}
	})
}

// A process that takes over what another has fetched saves its own fetch only: a
// made-up key asks B2C as often as without a store.
func TestMadeUpKeysInAFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		fleet := machines(t, 5, b2c, store)
		all(t, fleet, b2c.CurrentKey("").ID())
		b2c.ResetCounts()
		start := time.Now()
		for time.Since(start) < 5*time.Minute {
			for _, c := range fleet {
				seeks(t, c, randomKid())
			}
			time.Sleep(time.Second)
		}
		if got := b2c.Counts(); got.Keys > 5*(2+10+1) || got.Metadata != 0 {
			t.Errorf("got %+v in 5 minutes, want the budget of each at most", got)
		}
		// A genuine new key is found all the same.
		b2c.Rotate("", true)
		kid := b2c.CurrentKey("").ID()
		rotated := time.Now()
		for _, c := range fleet {
			for !seeks(t, c, kid) {
				time.Sleep(time.Second)
			}
		}
		if took := time.Since(rotated); took > 31*time.Second {
			t.Errorf("the whole fleet has the new key after %v, want a refill of the budget", took)
		}
	})
}

// B2C is away for one process only, as where its proxy fails: it lives on what
// the others fetch.
func TestOneIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		machines := machines(t, 2, b2c, store)
		all(t, machines, b2c.CurrentKey("").ID())
		cut := open(t, roundTripper(away), shared(t, store))
		start := time.Now()
		for time.Since(start) < 48*time.Hour {
			time.Sleep(time.Hour)
			set, err := cut.Find(t.Context(), jwks.Query{KeyID: b2c.CurrentKey("").ID()})
			if err != nil {
				t.Fatalf("after %v: %v", time.Since(start), err)
			}
			if _, ok := set.Key(b2c.CurrentKey("").ID()); !ok {
				t.Fatalf("after %v the key is missing", time.Since(start))
			}
		}
		b2c.Rotate("", true)
		kid := b2c.CurrentKey("").ID()
		if !finds(t, machines[0], kid) {
			t.Fatal("the rotated key is missing")
		}
		time.Sleep(2 * time.Second)
		if !finds(t, cut, kid) {
			t.Error("the rotated key is missing where B2C can't be asked")
		}
	})
}

// While the store is away each fetches for itself, as without one.
func TestFleetWithoutItsStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		fleet := machines(t, 5, b2c, store)
		all(t, fleet, b2c.CurrentKey("").ID())
		store.set(func(context.Context, string) error { return errors.New("away") })
		b2c.ResetCounts()
		time.Sleep(24 * time.Hour)
		if got := b2c.Counts(); got.Keys < 5*27 || got.Keys > 5*34 {
			t.Errorf("got %+v in a day, want that of each", got)
		}
		b2c.Rotate("", true)
		start := time.Now()
		all(t, fleet, b2c.CurrentKey("").ID())
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
		store.set(nil)
		time.Sleep(2 * time.Hour)
		b2c.ResetCounts()
		time.Sleep(24 * time.Hour)
		if got := b2c.Counts(); got.Keys > 40 {
			t.Errorf("got %+v a day after it is back", got)
		}
	})
}

// What another process has fetched costs nothing of this one's budget.
func TestNewsOfTheFleetIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		here := warm(t, b2c, shared(t, store))
		for range 3 {
			time.Sleep(2 * time.Second)
			b2c.Rotate("", true)
			kid := b2c.CurrentKey("").ID()
			if !finds(t, open(t, b2c.Transport(), shared(t, store)), kid) || !finds(t, here, kid) {
				t.Fatal("the new key is missing")
			}
		}
		time.Sleep(2 * time.Second)
		b2c.Rotate("", true)
		if !seeks(t, here, b2c.CurrentKey("").ID()) {
			t.Error("the budget is used up")
		}
		if got := here.State(); got.KeyFetches != 2 {
			t.Errorf("got %d requests of its own, want the first and the last", got.KeyFetches)
		}
	})
}

// A process that takes over keys alone, as others fetch them for made-up key ids,
// still refreshes metadata when that is due.
func TestMadeUpKeysHoldOffNoMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		fleet := machines(t, 2, b2c, store)
		all(t, fleet, b2c.CurrentKey("").ID())
		b2c.ResetCounts()
		for i := range 23 * 6 {
			time.Sleep(10 * time.Minute)
			seeks(t, fleet[i%2], randomKid())
		}
		if got := b2c.Counts(); got.Metadata < 23 || got.Metadata > 40 {
			t.Errorf("got %+v in 23 hours, want metadata about once in 43 to 53 minutes", got)
		}
		fail(b2c)
		time.Sleep(22 * time.Hour)
		for _, c := range fleet {
			if s := c.State(); !s.Usable {
				t.Errorf("got %+v after 22 hours of an outage", s)
			}
		}
	})
}
