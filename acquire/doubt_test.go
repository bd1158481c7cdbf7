// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

var errBored = errors.New("the caller is bored")

// TestCallersHurryIsNoOutage: a caller who leaves while the cache is asked learns
// that, and the App does not take the cache for failed: it tells others to sign
// in, and the log tells nothing.
func TestCallersHurryIsNoOutage(t *testing.T) {
	timeout := errors.New("read tcp 192.0.2.1:6379: i/o timeout")
	for name, c := range map[string]struct {
		hurry func(ctx context.Context) (context.Context, context.CancelFunc)
		err   func(ctx context.Context) error
		want  error
	}{
		"deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 20*time.Millisecond)
			}, context.Context.Err, context.DeadlineExceeded,
		},
		"deadline, told by the client": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 20*time.Millisecond)
			}, func(context.Context) error { return timeout }, context.DeadlineExceeded,
		},
		"cancelled with a cause": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				time.AfterFunc(20*time.Millisecond, func() { cancel(errBored) })
				return ctx, func() { cancel(nil) }
			}, context.Cause, errBored,
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				m := newMemory()
				cache := scripted{memory: m, get: func(ctx context.Context, key string) ([]byte, error) {
					select {
					case <-time.After(100 * time.Millisecond):
						return m.Get(ctx, key)
					case <-ctx.Done():
						return nil, c.err(ctx)
					}
				}}
				logger, logged := newLogs()
				app := newWeb(t, newWire(strictTenant()), "B2C_1_susi", &acquire.Options{Cache: cache, Logger: logger})
				ctx, cancel := c.hurry(t.Context())
				defer cancel()
				if _, err := app.User(acquire.Account{ID: adaAccount}).Token(ctx, readScope); !errors.Is(err, c.want) {
					t.Errorf("in a hurry: got %v, want %v", err, c.want)
				}
				_, err := app.User(acquire.Account{ID: linAccount}).Token(t.Context(), readScope)
				wantClass(t, "another", err, acquire.ErrInteractionRequired)
				if n := logged.lines("the shared cache failed"); n != 0 {
					t.Errorf("got %d lines in the log, want none", n)
				}
			})
		})
	}
}

// TestSlowB2CIsNoOutageOfTheCache: the cache that is asked in the last moments
// of a renewal has not failed.
func TestSlowB2CIsNoOutageOfTheCache(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := newMemory()
		cache := scripted{memory: m, get: func(ctx context.Context, key string) ([]byte, error) {
			select {
			case <-time.After(200 * time.Millisecond):
				return m.Get(ctx, key)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}}
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 1, cache)
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		b2c.Revoke(adaID)
		time.Sleep(61 * time.Minute)
		w.cutting(func(post, *http.Request) (*http.Response, error) {
			time.Sleep(9450 * time.Millisecond)
			return nil, nil
		})
		_, err := fleet[0].User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "revoked, and not known whether elsewhere too", err, acquire.ErrRetry)
		_, err = fleet[0].User(acquire.Account{ID: linAccount}).Token(t.Context(), readScope)
		wantClass(t, "another", err, acquire.ErrInteractionRequired)
	})
}

// TestUnwantedIsNoOutage: that a cache does not take an entry of one user, as it
// is too large, puts nobody else off.
func TestUnwantedIsNoOutage(t *testing.T) {
	for name, limit := range map[string]int{"without the tokens it fits": 2500, "nor does it fit without them": 300} {
		bubble(t, func(t *testing.T) {
			b2c := strictTenant()
			fleet, _ := newWebs(t, b2c, 2, small{newMemory(), limit})
			signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
			_, err := fleet[0].User(acquire.Account{ID: linAccount}).Token(t.Context(), readScope)
			wantClass(t, name, err, acquire.ErrInteractionRequired)
		})
	}
}

// full is a cache that takes no writes for want of memory, and does delete.
type full struct{ *failover }

func (c full) Delete(ctx context.Context, key string) error { return c.memory.Delete(ctx, key) }

// TestCacheIsFull: a cache that refuses all writes for want of memory is not one
// that does not want an entry: it gets it later.
func TestCacheIsFull(t *testing.T) {
	for name, leases := range map[string]bool{"leases": true, "no leases": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := full{&failover{memory: newMemory()}}
				var cache acquire.Cache = c
				if !leases {
					cache = plain{c}
				}
				_, fleet, w, in := twoWebs(t, cache)
				fleet = append(fleet, newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: cache}))
				time.Sleep(61 * time.Minute)
				c.readOnly.Store(true)
				want := userToken(t, fleet[0], in.Account, readScope)
				for _, app := range fleet[1:] {
					_, err := app.User(in.Account).Token(t.Context(), readScope)
					wantClass(t, "full", err, acquire.ErrRetry)
				}
				time.Sleep(30 * time.Second)
				c.readOnly.Store(false)
				time.Sleep(6 * time.Second)
				for _, app := range fleet[1:] {
					if token, err := app.User(in.Account).Token(t.Context(), readScope); err != nil || token.AccessToken != want {
						t.Errorf("got %v, %v, want the token of the first process", token, err)
					}
				}
			})
		})
	}
}
