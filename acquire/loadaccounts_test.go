// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
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
}

func (c listing) Keys(_ context.Context, prefix string) ([]string, error) {
	if c.panic {
		panic("no list")
	}
	var keys []string
	for key := range c.entries() {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys, c.err
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
		_ = c.Set(t.Context(), "1:account:x", []byte("{}"), time.Hour)
		err := newNative(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", &acquire.Options{Cache: readless{c, awayCache{errors.New("I/O error")}}}).LoadAccounts(t.Context())
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
