// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// catalogue keeps of each event, by level and message, which attributes it had.
type catalogue struct {
	mu     sync.Mutex
	events map[string]map[string]bool
}

func (c *catalogue) Enabled(context.Context, slog.Level) bool { return true }
func (c *catalogue) WithAttrs([]slog.Attr) slog.Handler       { return c }
func (c *catalogue) WithGroup(string) slog.Handler            { return c }

func (c *catalogue) Handle(_ context.Context, r slog.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := r.Level.String() + " " + r.Message
	if c.events == nil {
		c.events = map[string]map[string]bool{}
	}
	if c.events[name] == nil {
		c.events[name] = map[string]bool{}
	}
	r.Attrs(func(a slog.Attr) bool {
		c.events[name][a.Key] = true
		return true
	})
	return nil
}

// All that is logged, and what each line may tell: others go by it.
func TestEvents(t *testing.T) {
	var got catalogue
	log := slog.New(&got)
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		opts := func() *jwks.Options {
			o := shared(t, store)
			o.Logger = log
			return o
		}
		c := warm(t, b2c, opts())
		other := warm(t, b2c, opts())
		time.Sleep(2 * time.Hour)
		b2c.Rotate("", false)
		finds(t, c, b2c.CurrentKey("").ID())
		finds(t, other, b2c.CurrentKey("").ID()) // which takes over what the first one got
		fail(b2c)
		time.Sleep(3 * time.Hour)
		b2c.Intercept(nil)
		time.Sleep(2 * time.Minute)
		intercept(b2c, false, status(http.StatusBadGateway))
		time.Sleep(3 * time.Hour)
		b2c.Intercept(nil)
		store.set(func(context.Context, string) error { return errors.New("away") })
		time.Sleep(5 * time.Hour)
		store.set(nil)
		forged := &memory{}
		for name := range store.values {
			forged.values = map[string][]byte{name: []byte("no snapshot")}
		}
		forged.set(func(_ context.Context, call string) error { // so that it stays there
			if call == "save" {
				return errors.New("read-only")
			}
			return nil
		})
		o := shared(t, forged)
		o.Logger = log
		_ = warm(t, b2c, o)
		time.Sleep(3 * time.Hour)
	})
	synctest.Test(t, func(t *testing.T) { // odd keys, a transport and a hook that panic
		var calls atomic.Int64
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if calls.Add(1) == 1 {
				panic("the transport's")
			}
			return documents(metadataOf(issuer, keysURL), keySet(jwk("good", 2048), with("odd", "use", `"enc"`)))(r)
		}), &jwks.Options{Logger: log, OnFetch: func(jwks.Fetch) { panic("the hook's") }})
		_ = ready(t.Context(), c)
		time.Sleep(time.Minute)
		if !finds(t, c, "good") {
			t.Error("no keys")
		}
	})
	var lines []string
	for name, keys := range got.events {
		lines = append(lines, name+": "+strings.Join(slices.Sorted(maps.Keys(keys)), " "))
	}
	slices.Sort(lines)
	if all := strings.Join(lines, "\n"); all != strings.TrimSpace(wantEvents) {
		t.Errorf("got\n%s\nwant\n%s", all, strings.TrimSpace(wantEvents))
	}
}

const wantEvents = `
DEBUG keys confirmed: age authority cause key_ids via
ERROR fetching keys failed: authority cause error failures panic stack usable_keys
ERROR jwks.Options.OnFetch panicked: authority panic stack
INFO fetching keys works again: authority cause failures key_ids outage via
INFO keys changed: added age authority cause key_ids removed via
INFO keys loaded: age authority cause ignored_key key_ids snapshot via
WARN fetching keys failed: authority cause error failures omitted status usable_keys
WARN fetching metadata failed, but not the keys: authority cause error failures omitted status usable_keys
WARN key snapshot not used: authority name omitted reason store
WARN the store of key snapshots fails, and keys are fetched without it: error omitted store
`
