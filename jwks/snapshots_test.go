// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// shared returns options of a cache that shares the store.
func shared(t testing.TB, store jwks.Store) *jwks.Options {
	t.Helper()
	return &jwks.Options{Snapshots: snapshots(t, store, ring(t, 1))}
}

// A process that starts while B2C is away accepts tokens from its first request,
// however B2C is away.
func TestStartWhileB2CIsAway(t *testing.T) {
	for name, away := range map[string]func(*emulator.Tenant){"fails": fail, "hangs": hang} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c, store := emulator.NewTenant(nil), &memory{}
				kid := b2c.CurrentKey("").ID()
				if err := warm(t, b2c, shared(t, store)).Close(); err != nil {
					t.Fatal(err)
				}
				away(b2c)
				time.Sleep(3 * time.Hour)
				b2c.ResetCounts()
				c := open(t, b2c.Transport(), shared(t, store))
				if store.asked()["load"] == 0 || c.Current() != nil {
					t.Error("the constructor did I/O, or the first process did none")
				}
				start := time.Now()
				if !finds(t, c, kid) || time.Since(start) != 0 {
					t.Errorf("no key after %v", time.Since(start))
				}
				if s := c.State(); !s.FromSnapshot || s.Age < 3*time.Hour || !s.Usable || time.Since(s.LastSuccess) != s.Age {
					t.Errorf("got %+v, want a snapshot of 3 hours", s)
				}
				time.Sleep(10 * time.Second) // in the background it is refreshed
				if b2c.Counts().Metadata == 0 {
					t.Error("the old snapshot was not refreshed")
				}
				b2c.Intercept(nil)
				time.Sleep(2 * time.Minute)
				if s := c.State(); s.FromSnapshot || s.Age > 2*time.Minute || s.LastError != nil {
					t.Errorf("got %+v, want keys of the server", s)
				}
			})
		})
	}
}

// What is fresh needs no fetch, and is refreshed when it is due.
func TestFreshSnapshotSavesTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		warm(t, b2c, shared(t, store))
		time.Sleep(10 * time.Minute)
		b2c.ResetCounts()
		c := open(t, b2c.Transport(), shared(t, store))
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Fatal("the key is missing")
		}
		if got := b2c.Counts(); got.Metadata != 0 || got.Keys != 0 {
			t.Errorf("got %+v, want no request", got)
		}
		next := time.Until(c.State().NextRefresh)
		if next < 33*time.Minute || next > 43*time.Minute {
			t.Errorf("refreshed in %v, want what is left of 80 %% of an hour", next)
		}
		// A token that no longer fits finds the server.
		b2c.Rotate("", true)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Error("the new key is missing")
		}
		if c.State().FromSnapshot {
			t.Error("the keys are the server's now")
		}
	})
}

// While the host is left alone, or the budget is used up, the store is asked.
func TestStoreIsAskedWhereTheServerMustNotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		here, there := warm(t, b2c, shared(t, store)), warm(t, b2c, shared(t, store))
		for range 3 {
			seeks(t, here, randomKid())
		}
		time.Sleep(time.Second)
		b2c.Rotate("", true)
		kid := b2c.CurrentKey("").ID()
		if seeks(t, here, kid) {
			t.Fatal("the budget is not used up")
		}
		if !finds(t, there, kid) {
			t.Fatal("the other process doesn't find the key")
		}
		time.Sleep(1100 * time.Millisecond)
		b2c.ResetCounts()
		if !finds(t, here, kid) || b2c.Counts().Keys != 0 {
			t.Errorf("not found, or by %d requests", b2c.Counts().Keys)
		}
	})
}

// An authority that may not be asked, since another's host is held, has its
// snapshot all the same.
func TestSnapshotDespiteHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		warm(t, b2c, shared(t, store))
		synctest.Wait() // it is saved
		o := shared(t, store)
		o.Limiter = new(jwks.Limiter)
		o.Limiter.Hold("contoso.b2clogin.com", time.Minute)
		b2c.ResetCounts()
		if err := ready(t.Context(), open(t, b2c.Transport(), o)); err != nil || b2c.Counts().Metadata != 0 {
			t.Errorf("got %v, %+v", err, b2c.Counts())
		}
	})
}

// A flood of made-up keys asks the store a second at most, and the server as much
// as its budget allows.
func TestFloodAsksTheStoreSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		c := warm(t, b2c, shared(t, store))
		store.asked()
		b2c.ResetCounts()
		for range 1000 {
			seeks(t, c, randomKid())
			time.Sleep(10 * time.Millisecond)
		}
		if got := store.asked()["load"]; got < 5 || got > 15 {
			t.Errorf("got %d loads in 10 s, want about one a second", got)
		}
		if got := b2c.Counts(); got.Keys != 2 || got.Metadata != 0 {
			t.Errorf("got %+v, want the budget of 2", got)
		}
	})
}

type released struct{}

// A store that is away, hangs or panics costs the first caller its bound, and
// nobody a fetch.
func TestStoreAway(t *testing.T) {
	for name, fault := range map[string]func(context.Context, string) error{
		"fails":          func(context.Context, string) error { return errors.New("no such host") },
		"hangs":          func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() },
		"hangs for good": func(ctx context.Context, _ string) error { <-ctx.Value(released{}).(chan struct{}); return nil },
		"panics":         func(context.Context, string) error { panic("oops") },
		"fails at saving": func(_ context.Context, call string) error {
			return map[string]error{"save": errors.ErrUnsupported}[call]
		},
		"fails at leases": func(_ context.Context, call string) error {
			if call == "lease" {
				panic(errors.New("oops"))
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c, store := emulator.NewTenant(nil), &memory{}
				release := make(chan struct{})
				defer close(release)
				store.set(func(ctx context.Context, call string) error {
					return fault(context.WithValue(ctx, released{}, release), call)
				})
				var log journal
				o := shared(t, store)
				o.Logger = slog.New(&log)
				c := open(t, b2c.Transport(), o)
				start := time.Now()
				if !finds(t, c, b2c.CurrentKey("").ID()) || time.Since(start) > 500*time.Millisecond {
					t.Errorf("found it after %v, want the bound of one call", time.Since(start))
				}
				for range 6 { // in 9 hours
					time.Sleep(90 * time.Minute)
					b2c.Rotate("", true)
					start := time.Now()
					if !finds(t, c, b2c.CurrentKey("").ID()) || time.Since(start) > 500*time.Millisecond {
						t.Errorf("found it after %v", time.Since(start))
					}
				}
				lines := log.with("the store of key snapshots fails")
				if len(lines) == 0 || len(lines) > 12 {
					t.Errorf("got %d lines in 9 hours: %q", len(lines), lines)
				}
				if calls := store.asked(); name == "hangs for good" && calls["load"] > 16 {
					t.Errorf("%d calls hang", calls["load"])
				}
			})
		})
	}
}

// Close ends what the store is asked, and a wait for another process.
func TestCloseEndsStoreCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		store.set(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		c := open(t, b2c.Transport(), shared(t, store))
		go func() { unavailable(t, ready(t.Context(), c)) }()
		time.Sleep(time.Millisecond)
		start := time.Now()
		if err := c.Close(); err != nil || time.Since(start) != 0 {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

// A key that the fleet no longer publishes is gone here as well, and what is
// published again is not undone by an older snapshot.
func TestOlderSnapshotIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		c := warm(t, b2c, shared(t, store))
		synctest.Wait() // it is saved after it can be used
		name, old := store.only(t)
		gone := b2c.CurrentKey("").ID()
		time.Sleep(time.Minute)
		b2c.Rotate("", false)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Fatal("the new key is missing")
		}
		for range 20 {
			store.put(name, slices.Clone(old))
			time.Sleep(10 * time.Minute)
			seeks(t, c, gone)
			if _, ok := c.Current().Key(gone); ok {
				t.Fatal("an older snapshot has brought back a key that is gone")
			}
		}
	})
}

// What a store has says nothing of whether the host answers this process.
func TestSnapshotLiftsNoHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		o := shared(t, store)
		o.Limiter = new(jwks.Limiter)
		c := open(t, b2c.Transport(), o)
		o.Limiter.Hold("contoso.b2clogin.com", 5*time.Minute)
		time.Sleep(time.Second)
		saved(t, susi(t), b2c.Transport(), store, shared(t, store))
		b2c.ResetCounts()
		if !finds(t, c, b2c.CurrentKey("").ID()) || b2c.Counts().Metadata != 0 {
			t.Errorf("got %+v, want keys from the store alone", b2c.Counts())
		}
		if got := o.Limiter.Held("contoso.b2clogin.com"); got != 5*time.Minute-time.Second {
			t.Errorf("the host is held for %v, want the rest of 5 minutes", got)
		}
	})
}

// Where metadata came before its keys did, the snapshot is saved once it is whole.
func TestSnapshotOfTwoFetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		interceptKeys(b2c, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		c := open(t, b2c.Transport(), shared(t, store))
		unavailable(t, ready(t.Context(), c))
		b2c.Intercept(nil)
		time.Sleep(time.Minute)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Fatal("the key is missing")
		}
		synctest.Wait() // it is saved
		store.only(t)
	})
}

// Keys are not stored beside metadata that has changed since they came.
func TestSnapshotIsOfOnePiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, meta, keys := &memory{}, atomic.Value{}, atomic.Value{}
		meta.Store(metadataOf(issuer, keysURL))
		keys.Store(keySet(jwk("first", 2048)))
		server := roundTripper(func(r *http.Request) (*http.Response, error) {
			return documents(meta.Load().(string), keys.Load().(string))(r)
		})
		c := open(t, server, shared(t, store))
		if !finds(t, c, "first") {
			t.Fatal("the key is missing")
		}
		meta.Store(metadataOf(tfpIssuer, keysURL+"?changed"))
		keys.Store("<html>")
		time.Sleep(time.Hour)
		if c.State().LastError == nil || c.Current().Issuer() != issuer {
			t.Fatalf("got %+v, want the keys to fail", c.State())
		}
		next := open(t, roundTripper(away), shared(t, store))
		if err := ready(t.Context(), next); err != nil || next.Current().Issuer() != issuer {
			t.Errorf("got the first keys under the issuer %s", next.Current().Issuer())
		}
		keys.Store(keySet(jwk("second", 2048)))
		time.Sleep(2 * time.Minute)
		last := open(t, roundTripper(away), shared(t, store))
		if !finds(t, last, "second") || last.Current().Issuer() != tfpIssuer {
			t.Error("what is whole again was not saved")
		}
	})
}

// A slow store keeps nobody for longer than one look.
func TestSlowStoreHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		o := shared(t, store)
		o.FetchTimeout = 20 * time.Second
		c := warm(t, b2c, o)
		for range 3 {
			seeks(t, c, randomKid())
		}
		time.Sleep(time.Second)
		store.set(func(context.Context, string) error { time.Sleep(1900 * time.Millisecond); return nil })
		start := time.Now()
		if seeks(t, c, randomKid()); time.Since(start) > 2*time.Second {
			t.Errorf("refused after %v, want one look", time.Since(start))
		}
	})
}

// A lease is given back once, whatever else the store fails at.
func TestLeaseIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		store.set(func(_ context.Context, call string) error {
			return map[string]error{"save": errors.ErrUnsupported}[call]
		})
		if err := warm(t, b2c, shared(t, store)).Close(); err != nil {
			t.Fatal(err)
		}
		if got := store.asked(); got["lease"] != 1 || got["release"] != 1 {
			t.Errorf("got %v, want one lease and its release", got)
		}
	})
}

// A store that ended its goroutine, as a test's FailNow does, is asked again.
func TestStoreEndsItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		store.set(func(context.Context, string) error { runtime.Goexit(); return nil })
		warm(t, b2c, shared(t, store))
		time.Sleep(48 * time.Hour)
		store.set(nil)
		store.asked()
		time.Sleep(2 * time.Hour)
		if got := store.asked(); got["load"] == 0 || got["save"] == 0 {
			t.Errorf("got %v in the 2 hours in which it is sound", got)
		}
	})
}
