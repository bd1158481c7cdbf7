// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// TestLateNoteKnowsItsTime: a removal that reaches the shared cache late does not
// bury who has signed in at another process meanwhile, whoever is first once the
// cache is back.
func TestLateNoteKnowsItsTime(t *testing.T) {
	for i := range 8 {
		bubble(t, func(t *testing.T) {
			c := &failover{memory: newMemory()}
			b2c, fleet, _, in := twoWebs(t, c)
			time.Sleep(10 * time.Minute)
			c.away.Store(true)
			if err := fleet[0].Remove(t.Context(), in.Account); !errors.Is(err, errFailover) {
				t.Errorf("got %v, want the cache's error", err)
			}
			time.Sleep(2 * time.Minute)
			again := signedIn(t, fleet[1], newBrowser(t, b2c), readScope)
			time.Sleep(time.Duration(i) * 700 * time.Millisecond)
			c.away.Store(false)
			time.Sleep(time.Minute)
			for n, app := range fleet {
				if got, err := app.User(again.Account).Token(t.Context(), readScope); err != nil || got.AccessToken != again.Token.AccessToken {
					t.Errorf("round %d, App %d: got %v, want the token of the new sign-in", i, n, err)
				}
			}
			time.Sleep(61 * time.Minute)
			for n, app := range fleet {
				if _, err := app.User(again.Account).Token(t.Context(), readScope); err != nil {
					t.Errorf("round %d, App %d, an hour later: %v", i, n, err)
				}
			}
		})
	}
}

// TestLateNoteAndClocks: a sign-in before the removal, by a clock that is ahead,
// is not taken for one after it.
func TestLateNoteAndClocks(t *testing.T) {
	for name, known := range map[string]bool{"in memory": true, "known from a session": false} {
		bubble(t, func(t *testing.T) {
			c := &failover{memory: newMemory()}
			b2c := strictTenant()
			w := newWire(b2c)
			ahead := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: c, Now: func() time.Time { return time.Now().Add(40 * time.Second) }})
			right := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: c})
			in := signedIn(t, ahead, newBrowser(t, b2c), readScope, writeScope)
			time.Sleep(5 * time.Second)
			if known {
				userToken(t, right, in.Account, readScope, writeScope)
			}
			if _, err := ahead.User(in.Account).Replace(t.Context(), nil, readScope); err != nil { // which makes it newer by a little
				t.Fatal(err)
			}
			userToken(t, ahead, in.Account, writeScope)
			c.away.Store(true)
			if err := right.Remove(t.Context(), in.Account); !errors.Is(err, errFailover) {
				t.Errorf("%s: got %v, want the cache's error", name, err)
			}
			c.away.Store(false)
			time.Sleep(10 * time.Second)
			wantNoTokens(t, c.entries())
			time.Sleep(61 * time.Minute)
			_, err := ahead.User(in.Account).Token(t.Context(), readScope)
			wantClass(t, name, err, acquire.ErrInteractionRequired)
		})
	}
}

// slow is a Cache whose writes of accounts wait for a moment before they arrive.
type slow struct {
	*failover
	wait atomic.Int64
}

func (c *slow) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	time.Sleep(time.Duration(c.wait.Load()))
	return c.failover.Set(ctx, key, value, ttl)
}

// TestLateLetterAndSignIn: what is shared late does not end up in place of a
// sign-in that has come meanwhile.
func TestLateLetterAndSignIn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &slow{failover: &failover{memory: newMemory()}}
		b2c, fleet, _, in := twoWebs(t, c)
		time.Sleep(10 * time.Minute)
		pending, params := begun(t, fleet[0], newBrowser(t, b2c), nil, readScope)
		// A refresh is about to be written, slowly.
		c.wait.Store(int64(800 * time.Millisecond))
		go func() {
			_, _ = fleet[0].User(in.Account).Replace(t.Context(), &oauth2.Token{AccessToken: in.Token.AccessToken}, readScope)
		}()
		synctest.Wait()
		c.wait.Store(0)
		ret, err := fleet[0].Finish(t.Context(), pending, params)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		cold := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: c})
		got, err := cold.Account(t.Context(), in.Account.ID)
		if err != nil || !got.SignedInAt.Equal(ret.SignIn.Account.SignedInAt) {
			t.Errorf("got %v, %v, want the account of the new sign-in", got, err)
		}
		if got := userToken(t, cold, in.Account, readScope); got != ret.SignIn.Token.AccessToken {
			t.Error("got another token than that of the new sign-in")
		}
	})
}

// crowd signs in so many users.
func crowd(t *testing.T, b2c *emulator.Tenant, app *acquire.App, n int) []acquire.Account {
	t.Helper()
	var all []acquire.Account
	for i := range n {
		b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
			return emulator.SignIn{User: &emulator.User{Name: fmt.Sprintf("User %d", i), ObjectID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i)}}, nil
		})
		all = append(all, signedIn(t, app, newBrowser(t, b2c), readScope).Account)
	}
	return all
}

// TestOutboxPassesTheBusy: an account whose turn does not come holds up nobody
// else, neither while the App runs nor when it ends.
func TestOutboxPassesTheBusy(t *testing.T) {
	for name, closes := range map[string]bool{"running": false, "closing": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := &failover{memory: newMemory()}
				b2c := strictTenant()
				w := newWire(b2c)
				app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: c})
				c.away.Store(true)
				all := crowd(t, b2c, app, 12)
				time.Sleep(10 * time.Second)
				w.cutting(func(post, *http.Request) (*http.Response, error) {
					time.Sleep(9 * time.Second)
					return nil, errors.New("reset")
				})
				for _, account := range all[:8] {
					go func() { _, _ = app.User(account).Token(t.Context(), writeScope) }()
				}
				synctest.Wait()
				c.away.Store(false)
				if closes {
					_ = app.Close()
				} else {
					time.Sleep(7 * time.Second)
					all = all[8:]
				}
				cold := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: c})
				for i, account := range all {
					if _, err := cold.User(account).Token(t.Context(), readScope); err != nil {
						t.Errorf("user %d: %v", i, err)
					}
				}
			})
		})
	}
}

// TestCloseIsBounded: Close waits for a slow cache no longer than Options.Timeout.
func TestCloseIsBounded(t *testing.T) {
	for name, slow := range map[string]time.Duration{"slow": 900 * time.Millisecond, "hangs": time.Hour} {
		bubble(t, func(t *testing.T) {
			c := &failover{memory: newMemory()}
			var slowly atomic.Bool
			cache := scripted{memory: c.memory, get: func(ctx context.Context, key string) ([]byte, error) {
				if slowly.Load() {
					select {
					case <-time.After(slow):
					case <-ctx.Done():
						return nil, ctx.Err()
					}
				}
				return c.Get(ctx, key)
			}}
			b2c := strictTenant()
			app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: cache})
			c.away.Store(true)
			crowd(t, b2c, app, 40)
			slowly.Store(true)
			c.away.Store(false)
			for range 3 {
				time.Sleep(1100 * time.Millisecond)
			}
			start := time.Now()
			_ = app.Close()
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%s: Close took %v, want no more than Options.Timeout", name, took)
			}
		})
	}
}
