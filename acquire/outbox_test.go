// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// failover is a Leaser that can be away, or take no writes, as a Redis does
// while another node takes over.
type failover struct {
	*memory
	away, readOnly atomic.Bool
	calls          atomic.Int64
	hook           atomic.Pointer[func()] // called once, before a call
}

var errFailover = errors.New("READONLY You can't write against a read only replica")

func (c *failover) err(write bool) error {
	c.calls.Add(1)
	if f := c.hook.Swap(nil); f != nil {
		(*f)()
	}
	if c.away.Load() || write && c.readOnly.Load() {
		return errFailover
	}
	return nil
}

func (c *failover) Get(ctx context.Context, key string) ([]byte, error) {
	if err := c.err(false); err != nil {
		return nil, err
	}
	return c.memory.Get(ctx, key)
}

func (c *failover) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := c.err(true); err != nil {
		return err
	}
	return c.memory.Set(ctx, key, value, ttl)
}

func (c *failover) Delete(ctx context.Context, key string) error {
	if err := c.err(true); err != nil {
		return err
	}
	return c.memory.Delete(ctx, key)
}

func (c *failover) Lease(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	if err := c.err(true); err != nil {
		return nil, false, err
	}
	return c.memory.Lease(ctx, key, ttl)
}

// twoWebs are two processes whose user has signed in at the first, and whose
// tokens are good in both.
func twoWebs(t *testing.T, cache acquire.Cache) (b2c *emulator.Tenant, fleet []*acquire.App, w *wire, in *acquire.SignIn) {
	t.Helper()
	b2c = strictTenant()
	fleet, w = newWebs(t, b2c, 2, cache)
	in = signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
	userToken(t, fleet[1], in.Account, readScope)
	return b2c, fleet, w, in
}

// TestCacheOutage: refresh tokens die with their use, the tokens of both
// processes end while the shared cache is away for twelve seconds or takes no
// writes, and nobody is sent to sign in.
func TestCacheOutage(t *testing.T) {
	for name, begin := range map[string]func(*failover) *atomic.Bool{
		"away":      func(c *failover) *atomic.Bool { return &c.away },
		"read-only": func(c *failover) *atomic.Bool { return &c.readOnly },
	} {
		for kind, leases := range map[string]bool{"leases": true, "no leases": false} {
			t.Run(name+", "+kind, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := &failover{memory: newMemory()}
					var cache acquire.Cache = c
					if !leases {
						cache = plain{c}
					}
					_, fleet, _, in := twoWebs(t, cache)
					outage := begin(c)
					for round := range 10 {
						time.Sleep(61*time.Minute + time.Duration(round)*137*time.Millisecond)
						outage.Store(true)
						time.AfterFunc(12*time.Second, func() { outage.Store(false) })
						retries := poll(t, fleet, in.Account, 30*time.Second)
						t.Logf("round %d: %d of 240 calls told to try again", round, retries)
						for i, app := range fleet {
							if _, err := app.User(in.Account).Token(t.Context(), readScope); err != nil {
								t.Errorf("round %d, App %d, 18 s after the cache came back: %v", round, i, err)
							}
						}
					}
				})
			})
		}
	}
}

// poll asks each App for the user's token, four times a second, and fails if one
// would have the user sign in.
func poll(t *testing.T, fleet []*acquire.App, account acquire.Account, during time.Duration) (retries int64) {
	t.Helper()
	var wg sync.WaitGroup
	var n atomic.Int64
	for i, app := range fleet {
		wg.Go(func() {
			for begun := time.Now(); time.Since(begun) < during; time.Sleep(250 * time.Millisecond) {
				switch _, err := app.User(account).Token(t.Context(), readScope); {
				case err == nil:
				case errors.Is(err, acquire.ErrRetry):
					n.Add(1)
				default:
					t.Errorf("App %d after %v: %v", i, time.Since(begun), err)
				}
			}
		})
	}
	wg.Wait()
	return n.Load()
}

// TestCacheOutageOfAnHour: the cache comes back long after the tokens that it
// should have got, and while nobody asks for any.
func TestCacheOutageOfAnHour(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &failover{memory: newMemory()}
		_, fleet, _, in := twoWebs(t, c)
		time.Sleep(61 * time.Minute)
		c.away.Store(true)
		want := userToken(t, fleet[0], in.Account, readScope)
		calls := c.calls.Load()
		time.Sleep(40 * time.Minute)
		if n := c.calls.Load() - calls; n < 40*60/5 || n > 40*60/2 {
			t.Errorf("got %d calls in 40 minutes, want one each 2.5 to 5 seconds", n)
		}
		_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
		e := wantClass(t, "while it is away", err, acquire.ErrRetry)
		if e.RetryAfter != time.Second || !strings.Contains(e.Advice, "the shared cache") || !strings.Contains(e.Advice, "can't be read") {
			t.Errorf("got %v, want a second and the cache named", err)
		}
		c.away.Store(false)
		time.Sleep(10 * time.Second)
		if got := userToken(t, fleet[1], in.Account, readScope); got != want {
			t.Error("got another token, want the one of the other process")
		}
		calls = c.calls.Load()
		time.Sleep(time.Minute)
		if n := c.calls.Load() - calls; n != 0 {
			t.Errorf("got %d calls once all was shared, want none", n)
		}
	})
}

// TestCacheOutageSignIn: a user who has signed in while the cache was away is
// known to the other process soon after, and is not sent to sign in before.
func TestCacheOutageSignIn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &failover{memory: newMemory()}
		b2c := strictTenant()
		fleet, _ := newWebs(t, b2c, 2, c)
		c.away.Store(true)
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		ask := func(what string) {
			t.Helper()
			_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
			wantClass(t, what, err, acquire.ErrRetry)
			_, err = fleet[1].Account(t.Context(), in.Account.ID)
			wantClass(t, what+": Account", err, acquire.ErrRetry)
		}
		ask("away")
		c.away.Store(false)
		ask("back, and not yet shared")
		time.Sleep(2 * time.Second)
		if got := userToken(t, fleet[1], in.Account, readScope); got != in.Token.AccessToken {
			t.Error("got another token than that of the sign-in")
		}
	})
}

// TestCacheOutageLost: what the other process had is gone for good. After a minute
// of doubt the user has to sign in.
func TestCacheOutageLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &failover{memory: newMemory()}
		b2c, fleet, _, in := twoWebs(t, c)
		time.Sleep(61 * time.Minute)
		c.away.Store(true)
		userToken(t, fleet[0], in.Account, readScope)
		_ = fleet[0].Close()
		_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "away", err, acquire.ErrRetry)
		c.away.Store(false)
		time.Sleep(59 * time.Second)
		_, err = fleet[1].User(in.Account).Token(t.Context(), readScope)
		e := wantClass(t, "in doubt", err, acquire.ErrRetry)
		if !strings.Contains(e.Advice, "has failed within the last minute") {
			t.Errorf("got advice %q, want it to tell why", e.Advice)
		}
		time.Sleep(2 * time.Second)
		_, err = fleet[1].User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "lost", err, acquire.ErrInteractionRequired)
		_, err = fleet[1].Account(t.Context(), linAccount)
		wantClass(t, "nobody", err, acquire.ErrInteractionRequired)
		signedIn(t, fleet[1], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
	})
}

// TestCloseShares: Close makes a last attempt.
func TestCloseShares(t *testing.T) {
	for name, back := range map[string]bool{"the cache is back": true, "the cache is away": false} {
		bubble(t, func(t *testing.T) {
			c := &failover{memory: newMemory()}
			_, fleet, _, in := twoWebs(t, c)
			time.Sleep(61 * time.Minute)
			c.readOnly.Store(true)
			want := userToken(t, fleet[0], in.Account, readScope)
			c.readOnly.Store(!back)
			start := time.Now()
			_ = fleet[0].Close()
			if took := time.Since(start); took != 0 {
				t.Errorf("%s: Close took %v, want no wait", name, took)
			}
			c.readOnly.Store(false)
			switch token, err := fleet[1].User(in.Account).Token(t.Context(), readScope); {
			case back && (err != nil || token.AccessToken != want):
				t.Errorf("%s: got %v, want the token of the closed one", name, err)
			case !back:
				wantClass(t, name, err, acquire.ErrReauthenticate)
			}
		})
	}
}

// TestCacheUnreadable: what can't be read is not taken for absent, and so not
// written over: it may be newer, or a note that the account was removed.
func TestCacheUnreadable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var unreadable atomic.Bool
		m := newMemory()
		cache := scripted{memory: m, get: func(ctx context.Context, key string) ([]byte, error) {
			if unreadable.Load() {
				return nil, errors.New("i/o timeout")
			}
			return m.Get(ctx, key)
		}}
		_, fleet, _, in := twoWebs(t, cache)
		time.Sleep(61 * time.Minute)
		if err := fleet[1].Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		unreadable.Store(true)
		userToken(t, fleet[0], in.Account, readScope)
		time.Sleep(time.Minute)
		unreadable.Store(false)
		time.Sleep(time.Minute)
		wantNoTokens(t, m.entries())
		time.Sleep(61 * time.Minute)
		_, err := fleet[0].User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "after the outage", err, acquire.ErrInteractionRequired)
	})
}

// TestRemoveDuringOutage: the note is written when the cache is back, unless the
// user has signed in since.
func TestRemoveDuringOutage(t *testing.T) {
	for name, again := range map[string]bool{"gone": false, "signed in again elsewhere": true} {
		bubble(t, func(t *testing.T) {
			c := &failover{memory: newMemory()}
			b2c, fleet, _, in := twoWebs(t, c)
			time.Sleep(61 * time.Minute)
			c.away.Store(true)
			userToken(t, fleet[0], in.Account, readScope) // waits to be shared, and must not be
			if err := fleet[0].Remove(t.Context(), in.Account); !errors.Is(err, errFailover) {
				t.Errorf("%s: got %v, want the cache's error", name, err)
			}
			time.Sleep(time.Minute)
			if again {
				c.away.Store(false)
				signedIn(t, fleet[1], newBrowser(t, b2c), readScope)
			}
			c.away.Store(false)
			time.Sleep(time.Minute)
			if again {
				userToken(t, fleet[1], in.Account, readScope)
				userToken(t, newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: c}), in.Account, readScope)
				return
			}
			wantNoTokens(t, c.entries())
			_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
			wantClass(t, name, err, acquire.ErrInteractionRequired)
		})
	}
}

// TestRemoveWhileSharingFails: what can't be shared just then is not shared
// instead of the note.
func TestRemoveWhileSharingFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, begun, gate := &failover{memory: newMemory()}, make(chan struct{}), make(chan struct{})
		_, fleet, w, in := twoWebs(t, plain{c})
		time.Sleep(61 * time.Minute)
		c.away.Store(true)
		hold := func() { close(begun); <-gate }
		w.altering(func(post, map[string]any) { c.hook.Store(&hold) }) // what reads next is about to share
		go func() { _, _ = fleet[0].User(in.Account).Token(t.Context(), readScope) }()
		<-begun
		if err := fleet[0].Remove(t.Context(), in.Account); !errors.Is(err, errFailover) {
			t.Fatalf("got %v, want the cache's error", err)
		}
		close(gate)
		synctest.Wait()
		c.away.Store(false)
		time.Sleep(time.Minute)
		wantNoTokens(t, c.entries())
	})
}

// overdue is a cache that does what it is asked, and tells that it was too late.
type overdue struct{ *memory }

func (c overdue) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return errors.Join(c.memory.Set(ctx, key, value, ttl), errFailover)
}

func (c overdue) Delete(ctx context.Context, key string) error {
	return errors.Join(c.memory.Delete(ctx, key), errFailover)
}

// TestOverdueWriteIsLeftAlone: what may have been written is not taken back, as
// the others have use for it.
func TestOverdueWriteIsLeftAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, _ := newWebs(t, b2c, 2, overdue{newMemory()})
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		if got := userToken(t, fleet[1], in.Account, readScope); got != in.Token.AccessToken {
			t.Error("got another token than that of the sign-in")
		}
	})
}

// TestUnwantedIsGivenUp: a cache that is well and does not take an entry is not
// asked for ever.
func TestUnwantedIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var calls atomic.Int64
		cache := scripted{memory: newMemory(), set: func(context.Context) error { calls.Add(1); return fmt.Errorf("too large: %w", acquire.ErrEntry) }}
		b2c := strictTenant()
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: cache})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(40 * time.Minute)
		if n := calls.Load(); n != 2 {
			t.Errorf("got %d attempts to write, want 2", n)
		}
		userToken(t, app, in.Account, readScope)
	})
}
