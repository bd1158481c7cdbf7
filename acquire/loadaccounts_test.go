// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// listing is a Cache that can list.
type listing struct {
	*memory
	err   error
	panic bool
	given *int // counts the keys that were listed; may be nil
}

func (c listing) Keys(_ context.Context, prefix, page string, limit int) (keys []string, next string, err error) {
	if c.panic {
		panic("no list")
	}
	if c.given != nil {
		defer func() { *c.given += len(keys) }()
	}
	for _, key := range slices.Sorted(maps.Keys(c.entries())) {
		switch {
		case !strings.HasPrefix(key, prefix) || key <= page:
		case len(keys) == limit:
			return keys, keys[limit-1], c.err
		default:
			keys = append(keys, key)
		}
	}
	return keys, "", c.err
}

// TestLoadAccounts: a program that keeps its Cache finds its users after a
// restart, and nobody else's.
func TestLoadAccounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w, cache := newWire(b2c), listing{memory: newMemory()}
		o := &acquire.Options{Cache: cache}
		app := newNative(t, w, "B2C_1_susi", o)
		ada := signedIn(t, app, newBrowser(t, b2c), readScope)
		everyoneIs(b2c, linID, nil)
		lin := signedIn(t, app, newBrowser(t, b2c), readScope)
		signedIn(t, newWeb(t, w, "B2C_1_susi", o), newBrowser(t, b2c), readScope)
		signedIn(t, newNative(t, w, "B2C_1A_partner", o), newBrowser(t, b2c), readScope)
		if err := app.Remove(t.Context(), lin.Account); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		again := newNative(t, w, "B2C_1_susi", o)
		if err := again.LoadAccounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := again.Accounts(); len(got) != 1 || got[0].ID != ada.Account.ID {
			t.Errorf("got accounts %v, want Ada's", got)
		}
		n := w.count()
		if got := userToken(t, again, again.Accounts("ada@example.org")[0], readScope); got != ada.Token.AccessToken {
			t.Error("got another token than the one kept")
		}
		w.wantCount(t, "after the restart", n)
	})
}

// TestLoadAccountsErrors: what can't be listed or read is an error.
func TestLoadAccountsErrors(t *testing.T) {
	for name, c := range map[string]struct {
		cache acquire.Cache
		want  string
	}{
		"none":    {nil, "no acquire.Lister"},
		"no list": {newMemory(), "no acquire.Lister"},
		"fails":   {listing{memory: newMemory(), err: errors.New("disk full")}, "disk full"},
		"panics":  {listing{memory: newMemory(), panic: true}, "panicked"},
	} {
		bubble(t, func(t *testing.T) {
			err := newNative(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", &acquire.Options{Cache: c.cache}).LoadAccounts(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q in it", name, err, c.want)
			}
		})
	}
	bubble(t, func(t *testing.T) {
		c := listing{memory: newMemory()}
		b2c := emulator.NewTenant(nil)
		signedIn(t, newNative(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: c}), newBrowser(t, b2c), readScope)
		err := newNative(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: readless{c, awayCache{errors.New("I/O error")}}}).LoadAccounts(t.Context())
		if err == nil || !strings.Contains(err.Error(), "I/O error") {
			t.Errorf("unread: got %v, want the cache's error", err)
		}
	})
}

// readless lists what it can't read.
type readless struct {
	listing
	away acquire.Cache
}

func (c readless) Get(ctx context.Context, key string) ([]byte, error) { return c.away.Get(ctx, key) }

// bottomless is a Lister whose pages have no end.
type bottomless struct{ listing }

func (bottomless) Keys(context.Context, string, string, int) (keys []string, next string, err error) {
	return nil, "more", nil
}

// Many accounts come page by page, up to the limit, and nobody else's are asked for.
func TestLoadAccountsPages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w, cache := newWire(b2c), listing{memory: newMemory(), given: new(int)}
		app := newNative(t, w, "B2C_1_susi", &acquire.Options{Cache: cache})
		const users = 230
		for i := range users {
			u, err := b2c.AddUser(emulator.User{Name: fmt.Sprintf("User %d", i)})
			if err != nil {
				t.Fatal(err)
			}
			everyoneIs(b2c, u.ObjectID, nil)
			signedIn(t, app, newBrowser(t, b2c), readScope)
		}
		for _, limit := range []int{10, users, users + 100} {
			again := newNative(t, w, "B2C_1_susi", &acquire.Options{Cache: cache, MaxAccounts: limit})
			if err := again.LoadAccounts(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got, want := len(again.Accounts()), min(limit, users); got != want || *cache.given != want {
				t.Errorf("limit %d: got %d accounts and %d keys, want %d", limit, got, *cache.given, want)
			}
			*cache.given = 0
		}
		err := newNative(t, w, "B2C_1_susi", &acquire.Options{Cache: bottomless{cache}}).LoadAccounts(t.Context())
		if err == nil || !strings.Contains(err.Error(), "without end") {
			t.Errorf("got %v, want an end", err)
		}
	})
}
