// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestColdHerdFetchesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, 100*time.Millisecond)
		kid := b2c.CurrentKey("").ID()
		c := open(t, b2c.Transport(), nil)
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				if !finds(t, c, kid) {
					t.Error("the key is missing")
				}
			})
		}
		wg.Wait()
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got %+v, want exactly one request for each document", got)
		}
	})
}

func TestHangingServerHoldsNobodyBeyondTheirDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		hang(b2c)
		c := open(t, b2c.Transport(), nil)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 20 {
			deadline := time.Duration(i+1) * 200 * time.Millisecond // up to 4 s; the fetch ends at 5 s
			wg.Go(func() {
				ctx, cancel := within(t.Context(), deadline)
				defer cancel()
				_, err := c.Find(ctx, jwks.Query{KeyID: "kid"})
				if got := time.Since(start); got != deadline {
					t.Errorf("returned after %v, want %v", got, deadline)
				}
				if e := unavailable(t, err); !errors.Is(err, context.DeadlineExceeded) || e.RetryAfter <= 0 {
					t.Errorf("got %v, RetryAfter %v", err, e.RetryAfter)
				}
			})
		}
		patient := time.Duration(0)
		wg.Go(func() {
			unavailable(t, ready(t.Context(), c))
			patient = time.Since(start)
		})
		wg.Wait()
		if patient != 5*time.Second {
			t.Errorf("a caller without deadline returned after %v, want 5 s, the bound of a fetch", patient)
		}
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 0 {
			t.Errorf("got %+v, want one request", got)
		}
	})
}

func TestOneCallersCancellationFailsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, time.Second)
		kid := b2c.CurrentKey("").ID()
		c := open(t, b2c.Transport(), nil)

		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("the first caller went away")
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Find(ctx, jwks.Query{KeyID: kid}); !errors.Is(err, gone) {
				t.Errorf("first caller: got %v, want its own cause", err)
			}
		})
		synctest.Wait() // it has started the fetch
		for range 20 {
			wg.Go(func() {
				if !finds(t, c, kid) {
					t.Error("another caller has no key")
				}
			})
		}
		time.Sleep(500 * time.Millisecond)
		cancel(gone)
		wg.Wait()
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got %+v, want one request for each document", got)
		}
	})
}

func TestFetchOutlivesAllCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, time.Second)
		c := open(t, b2c.Transport(), nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Find(ctx, jwks.Query{KeyID: "kid"})
		unavailable(t, err)
		time.Sleep(3 * time.Second)
		if c.Current() == nil {
			t.Error("the fetch ended with its caller")
		}
	})
}

// A fetch that is under way when a caller comes may have read the keys just
// before its key was published.
func TestFetchUnderWayIsFollowedByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		slowly(b2c, time.Second)
		var wg sync.WaitGroup
		wg.Go(func() {
			if finds(t, c, "unknown") {
				t.Error("found a key that is not published")
			}
		})
		time.Sleep(500 * time.Millisecond) // the old set is on its way
		b2c.Rotate("", true)
		kid := b2c.CurrentKey("").ID()
		for range 20 {
			wg.Go(func() {
				if !finds(t, c, kid) {
					t.Error("the key published during the fetch is missing")
				}
			})
		}
		wg.Wait()
		if got := b2c.Counts(); got.Keys != 3 || got.Metadata != 1 {
			t.Errorf("got %+v, want the first fetch, the one under way and one more for all", got)
		}
	})
}

// Twenty caches of twenty flows don't wait for each other.
func TestCachesAreIndependent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		kid := b2c.CurrentKey("B2C_1A_partner").ID()
		user := open(t, b2c.Transport(), nil)
		custom := openAt(t, contoso(t).Flow("B2C_1A_partner"), b2c.Transport(), nil)
		for c, want := range map[*jwks.Cache]bool{user: false, custom: true} {
			if got := finds(t, c, kid); got != want {
				t.Errorf("%v: found the policy's key: %v, want %v", c.Authority(), got, want)
			}
		}
	})
}

// A caller without a deadline waits for one fetch's time, also if the fetch it
// joined was another's and its own then hangs.
func TestFindIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, b2c.Transport(), nil)
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		first := true
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !first {
				<-r.Context().Done()
				return
			}
			first = false
			time.Sleep(4900 * time.Millisecond)
			next.ServeHTTP(w, r)
		})
		go func() { _, _ = c.Find(context.Background(), jwks.Query{KeyID: "made-up"}) }()
		time.Sleep(time.Millisecond)
		start := time.Now()
		_, err := c.Find(context.Background(), jwks.Query{KeyID: "made-up"})
		if _, ok := errors.AsType[*jwks.UnavailableError](err); !ok {
			t.Errorf("got %v, want an UnavailableError", err)
		}
		if took := time.Since(start); took > c.State().FindTimeout {
			t.Errorf("waited %v, want at most %v", took, c.State().FindTimeout)
		}
	})
}
