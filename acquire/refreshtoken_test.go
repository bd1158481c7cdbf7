// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// store keeps refresh tokens as an app would that has no Cache.
type store struct {
	mu   sync.Mutex
	told []string
	last map[string]string // by Account.ID
}

func (s *store) put(ctx context.Context, account acquire.Account, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil || account.Username == "" {
		return
	}
	s.told = append(s.told, token)
	if s.last == nil {
		s.last = map[string]string{}
	}
	s.last[account.ID] = token
}

// TestOnRefreshToken: an app that keeps refresh tokens itself has the good one
// after days of silent refreshes, and a restart.
func TestOnRefreshToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		s, chain := &store{}, follow(w)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{OnRefreshToken: s.put})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		for range 10 {
			time.Sleep(61 * time.Minute)
			userToken(t, app, in.Account, readScope)
		}
		_ = app.Close()
		if got, want := strings.Join(s.told, "\n"), strings.Join(chain.given, "\n"); got != want || len(s.told) != 11 {
			t.Errorf("got %d refresh tokens told, want the %d that B2C gave", len(s.told), len(chain.given))
		}
		again, err := newWeb(t, w, "B2C_1_susi", nil).ImportRefreshToken(t.Context(), s.last[in.Account.ID], readScope)
		if err != nil || again.Account.ID != in.Account.ID {
			t.Errorf("after a restart: got %v, %v, want Ada", again, err)
		}
	})
}

// TestOnRefreshTokenOfOneInAHurry: the code is used up, so the refresh token is
// told though the caller has left.
func TestOnRefreshTokenOfOneInAHurry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w, s := newWire(b2c), &store{}
		app, b := newWeb(t, w, "B2C_1_susi", &acquire.Options{OnRefreshToken: s.put}), newBrowser(t, b2c)
		signedIn(t, app, b, readScope)
		pending, params := begun(t, app, b, nil, readScope)
		ctx, cancel := context.WithCancel(t.Context())
		w.altering(func(post, map[string]any) { cancel() })
		ret, err := app.Finish(ctx, pending, params)
		if err != nil || s.last[ret.SignIn.Account.ID] != ret.SignIn.RefreshToken {
			t.Errorf("got %v, %v, want the new refresh token told", ret, err)
		}
	})
}

// TestOnRefreshTokenOfNone: a refresh that brings none tells none.
func TestOnRefreshTokenOfNone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		s := &store{}
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{OnRefreshToken: s.put})
		signedIn(t, app, newBrowser(t, b2c), readScope)
		if len(s.told) != 0 {
			t.Errorf("got %d told, want none", len(s.told))
		}
	})
}

// TestOnRefreshTokenMisbehaves: the token that came along is good all the same,
// and the log does not tell what the panic may hold.
func TestOnRefreshTokenMisbehaves(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		logger, logged := newLogs()
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{
			Logger:         logger,
			OnRefreshToken: func(_ context.Context, _ acquire.Account, token string) { panic(token) },
		})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(61 * time.Minute)
		userToken(t, app, in.Account, readScope)
		if logged.lines("OnRefreshToken panicked") != 2 || strings.Contains(logged.String(), in.RefreshToken) {
			t.Errorf("got the log %s", logged)
		}
	})
}

// TestOnRefreshTokenKeepsOrder: the last one told is the good one, though the
// store is slow and another refresh, or sign-in, follows at once.
func TestOnRefreshTokenKeepsOrder(t *testing.T) {
	for name, follows := range map[string]func(t *testing.T, app *acquire.App, b2c *emulator.Tenant, account acquire.Account){
		"refresh": func(t *testing.T, app *acquire.App, _ *emulator.Tenant, account acquire.Account) {
			userToken(t, app, account, writeScope)
		},
		"sign-in": func(t *testing.T, app *acquire.App, b2c *emulator.Tenant, _ acquire.Account) {
			signedIn(t, app, newBrowser(t, b2c), readScope)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := strictTenant()
				w, s := newWire(b2c), &store{}
				chain := follow(w)
				var slowly atomic.Bool
				app := newWeb(t, w, "B2C_1_susi", &acquire.Options{OnRefreshToken: func(ctx context.Context, account acquire.Account, token string) {
					if slowly.Swap(false) {
						time.Sleep(time.Second)
					}
					s.put(ctx, account, token)
				}})
				in := signedIn(t, app, newBrowser(t, b2c), readScope, writeScope)
				for range 3 {
					time.Sleep(61 * time.Minute)
					slowly.Store(true)
					var wg sync.WaitGroup
					wg.Go(func() { signedIn(t, app, newBrowser(t, b2c), readScope, writeScope) })
					synctest.Wait()
					follows(t, app, b2c, in.Account)
					wg.Wait()
					if got, want := s.last[in.Account.ID], chain.given[len(chain.given)-1]; got != want {
						t.Errorf("the last one told is not the last one that B2C gave")
					}
				}
			})
		})
	}
}
