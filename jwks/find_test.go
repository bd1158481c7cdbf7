// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestRotatedKeyIsFoundAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		first := b2c.CurrentKey("").ID()
		b2c.Rotate("", true)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Error("the first Find after a rotation found nothing")
		}
		if !finds(t, c, first) {
			t.Error("the old key, still published, is gone")
		}
		if got := b2c.Counts(); got.Keys != 2 || got.Metadata != 1 {
			t.Errorf("got %+v, want one more request for the keys, none for the metadata", got)
		}
	})
}

func TestTwoRotationsInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		for i := range 2 {
			b2c.Rotate("", true)
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Errorf("rotation %d is not found at once", i+1)
			}
		}
		if got := b2c.Counts(); got.Keys != 3 {
			t.Errorf("got %d key fetches, want 3", got.Keys)
		}
	})
}

func TestKnownKeyFetchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		fail(b2c)
		for range 1000 {
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Fatal("a known key is missing")
			}
		}
		if got := b2c.Counts(); got.Keys != 1 {
			t.Errorf("got %d key fetches, want 1", got.Keys)
		}
	})
}

func TestManyMadeUpKidsThenARotation(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *emulator.Tenant) *jwks.Cache{
		"warm": func(t *testing.T, b2c *emulator.Tenant) *jwks.Cache { return warm(t, b2c, nil) },
		"cold": func(t *testing.T, b2c *emulator.Tenant) *jwks.Cache { return open(t, b2c.Transport(), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				c := prepare(t, b2c)
				slowly(b2c, 50*time.Millisecond)
				var wg sync.WaitGroup
				for range 500 {
					wg.Go(func() {
						if seeks(t, c, randomKid()) {
							t.Error("found a made-up key")
						}
					})
				}
				wg.Wait()
				for seeks(t, c, randomKid()) { // whatever is left of the budget
					t.Error("found a made-up key")
				}
				got := b2c.Counts()
				if got.Keys > 3 || got.Metadata > 1 {
					t.Errorf("got %+v, want at most 3 requests for keys", got)
				}
				t.Logf("500 made-up kids: %+v", got)

				b2c.Rotate("", true)
				start := time.Now()
				for !seeks(t, c, b2c.CurrentKey("").ID()) {
					time.Sleep(100 * time.Millisecond)
				}
				// The poll and the fetch itself take their time, too.
				if d := time.Since(start); d > 30*time.Second+150*time.Millisecond {
					t.Errorf("the genuine new key was found after %v, want one refill, 30 s", d)
				}
			})
		})
	}
}

func TestFloodIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		b2c.ResetCounts()
		const minutes = 10
		for range minutes * 60 * 20 {
			if seeks(t, c, randomKid()) {
				t.Fatal("found a made-up key")
			}
			time.Sleep(50 * time.Millisecond)
		}
		got := b2c.Counts()
		if want := 2 + minutes*2; got.Keys > want || got.Keys < want-1 || got.Metadata != 0 {
			t.Errorf("got %+v in %d min, want about %d requests for keys", got, minutes, want)
		}
		t.Logf("flood of %d min: %+v", minutes, got)
	})
}

// However long a flood goes on, each fetch it causes serves a genuine key too.
func TestFloodDelaysARotationByOneRefill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, &jwks.Options{MinRefetch: 10 * time.Second})
		flood := func() { _ = seeks(t, c, randomKid()) }
		for range 600 {
			flood()
			time.Sleep(50 * time.Millisecond)
		}
		b2c.Rotate("", false)
		kid := b2c.CurrentKey("").ID()
		start := time.Now()
		for {
			flood()
			if seeks(t, c, kid) {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if d := time.Since(start); d > 10*time.Second+100*time.Millisecond {
			t.Errorf("found after %v, want one refill, 10 s", d)
		}
	})
}

func TestBudgetIsNeverWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		start := time.Now()
		for i := range 1000 {
			set, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
			switch {
			case i < 2 && (err != nil || set == nil):
				t.Fatalf("got set %v, error %v; want the set without the key, since a fetch has shown that", set, err)
			case i < 2:
			case err == nil:
				t.Fatal("got no error while nothing was asked; the key may be new")
			default:
				if e := unavailable(t, err); !e.Usable || e.RetryAfter != 30*time.Second || !strings.Contains(e.Error(), "MinRefetch") {
					t.Fatalf("got %v, RetryAfter %v; want the budget named, and its refill of 30 s", e, e.RetryAfter)
				}
			}
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("took %v", d)
		}
		if got := b2c.Counts().Keys; got != 3 {
			t.Errorf("got %d key fetches, want 3", got)
		}
	})
}

func TestFailedFetchCostsNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		fail(b2c)
		for range 10 {
			_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
			if e := unavailable(t, err); e.RetryAfter <= 0 {
				t.Errorf("got RetryAfter %v, want more than 0", e.RetryAfter)
			}
			time.Sleep(20 * time.Second)
		}
		b2c.Intercept(nil)
		time.Sleep(time.Minute + time.Second) // recovered in the background
		b2c.ResetCounts()
		for range 5 {
			_ = seeks(t, c, "unknown")
		}
		if got := b2c.Counts().Keys; got != 2 {
			t.Errorf("got %d key fetches, want the full burst of 2", got)
		}
	})
}

// Callers hammer a failing server all the time; only the back-off holds them.
func TestBackOff(t *testing.T) {
	for _, tt := range []struct {
		name     string
		usable   bool
		cap      time.Duration
		min, max int // requests in 10 min
	}{
		{"while stale keys serve", true, 5 * time.Second, 118, 125},
		{"without usable keys", false, 2 * time.Second, 296, 305},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				c := open(t, b2c.Transport(), nil)
				if tt.usable {
					if err := ready(t.Context(), c); err != nil {
						t.Fatal(err)
					}
				}
				var requests timeline
				b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					requests.mark()
					w.WriteHeader(http.StatusInternalServerError)
				})
				for range 10 * 60 * 20 {
					_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
					if e := unavailable(t, err); e.RetryAfter <= 0 || e.RetryAfter > tt.cap {
						t.Fatalf("got RetryAfter %v, want up to %v", e.RetryAfter, tt.cap)
					}
					time.Sleep(50 * time.Millisecond)
				}
				if got := requests.len(); got < tt.min || got > tt.max {
					t.Errorf("got %d requests in 10 min, want %d to %d", got, tt.min, tt.max)
				}
				t.Logf("%d requests in 10 min", requests.len())
				for i, gap := range requests.gaps(0) {
					low := min(time.Duration(0.8*float64(time.Second<<min(i, 6))), tt.cap)
					if gap < low || gap > tt.cap+50*time.Millisecond {
						t.Errorf("gap %d is %v, want %v to %v", i, gap, low, tt.cap)
					}
				}
			})
		})
	}
}
