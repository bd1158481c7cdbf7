// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
)

var errAway = errors.New("B2C is away")

func away(*http.Request) (*http.Response, error) { return nil, errAway }

// saved returns what a cache at the authority saves, after so long, and the
// name of it.
func saved(t testing.TB, a authority.Authority, rt http.RoundTripper, store *memory, o *jwks.Options) (name string, value []byte) {
	t.Helper()
	c := openAt(t, a, rt, o)
	if err := ready(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return store.only(t)
}

// unsealed returns what stands in a file of the attacker's own.
func unsealed(t testing.TB, rt http.RoundTripper) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := keyfile.New(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, rt, &jwks.Options{Snapshots: s})
	if err := errors.Join(ready(t.Context(), c), c.Close()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.keys"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got %q, %v", files, err)
	}
	value, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Whoever can write to the store can't have a key of theirs accepted: neither
// while B2C is away nor when it is back. The log has one line, with the reason.
func TestHostileSnapshots(t *testing.T) {
	var ours, theirs *emulator.Tenant // of the right issuer both
	attacks := []struct {
		name   string
		value  func(t *testing.T) []byte
		reason string
	}{
		{"documents as they are", func(*testing.T) []byte { return []byte(metadataOf(issuer, keysURL) + keySet(jwk("theirs", 2048))) }, "of no version"},
		{"not sealed", func(t *testing.T) []byte { return unsealed(t, theirs.Transport()) }, "not sealed"},
		{"sealed with another ring", func(t *testing.T) []byte {
			store := &memory{}
			_, value := saved(t, susi(t), theirs.Transport(), store, &jwks.Options{Snapshots: snapshots(t, store, ring(t, 7))})
			return value
		}, "key that is not in the ring"},
		{"of another flow", func(t *testing.T) []byte {
			store := &memory{}
			_, value := saved(t, contoso(t).Flow("B2C_1A_partner"), theirs.Transport(), store, shared(t, store))
			return value
		}, "another authority or place"},
		{"of another place", func(t *testing.T) []byte {
			store := &memory{place: "staging:"}
			_, value := saved(t, susi(t), theirs.Transport(), store, shared(t, store))
			return value
		}, "another authority or place"},
		{"endless", func(*testing.T) []byte { return slices.Repeat([]byte{2}, 64<<20) }, "longer than 262144 bytes"},
		{"a byte", func(*testing.T) []byte { return []byte{2} }, "changed, cut short"},
	}
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs = emulator.NewTenant(nil), emulator.NewTenant(nil)
				theirs.Rotate("", false) // all user flows of a process start with one key
				store := &memory{}
				name, _ := saved(t, susi(t), ours.Transport(), store, shared(t, store))
				value := attack.value(t)
				store.put(name, value)

				var log journal
				o := shared(t, store)
				o.Logger = slog.New(&log)
				var back atomic.Bool
				b2c := ours.Transport()
				c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					if back.Load() {
						return b2c.RoundTrip(r)
					}
					return away(r)
				}), o)
				for _, kid := range []string{theirs.CurrentKey("").ID(), "theirs"} {
					if _, err := c.Find(t.Context(), jwks.Query{KeyID: kid}); !errors.Is(err, errAway) && unavailable(t, err).Usable || c.Current() != nil {
						t.Errorf("while B2C is away: got %v, %v", err, c.Current())
					}
				}
				time.Sleep(10 * time.Minute) // tried again and again
				synctest.Wait()
				lines := log.with("WARN key snapshot not used")
				if len(lines) != 1 || len(log.with(attack.reason)) != 1 || len(log.with("authority="+susi(t).ID())) == 0 {
					t.Errorf("got %q, want one line with %q", lines, attack.reason)
				}
				back.Store(true)
				time.Sleep(2 * time.Minute)
				if !finds(t, c, ours.CurrentKey("").ID()) || seeks(t, c, theirs.CurrentKey("").ID()) {
					t.Error("with B2C back: the right key is missing, or theirs is there")
				}
				// The first good fetch has replaced it.
				if _, now := store.only(t); slices.Equal(now, value) {
					t.Error("it is still there")
				}
			})
		})
	}
}

// What is not whole is none, wherever it was cut and whichever bit was turned.
func TestDamagedSnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, store := emulator.NewTenant(nil), &memory{}
		name, value := saved(t, susi(t), b2c.Transport(), store, shared(t, store))
		try := func(what string, i int, damaged []byte) {
			store.put(name, damaged)
			c := open(t, roundTripper(away), shared(t, store))
			if _, err := c.Find(t.Context(), jwks.Query{KeyID: b2c.CurrentKey("").ID()}); err == nil || c.Current() != nil {
				t.Fatalf("%s at %d of %d: accepted", what, i, len(value))
			}
			_ = c.Close()
		}
		for i := range value {
			try("cut", i, value[:i])
			flipped := slices.Clone(value)
			flipped[i] ^= 1 << (i % 8)
			try("flipped", i, flipped)
		}
		try("longer", len(value), append(slices.Clone(value), 0))
		store.put(name, value) // the test can tell
		if err := ready(t.Context(), open(t, roundTripper(away), shared(t, store))); err != nil {
			t.Errorf("whole: %v", err)
		}
	})
}

// A snapshot's age counts from when the server confirmed it, by whatever clock,
// and is never below zero.
func TestSnapshotAge(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, tt := range []struct {
		name         string
		made, loaded time.Duration // by the clocks of two machines
		good         bool
		reason       string
	}{
		{"now", time.Hour, time.Hour, true, ""},
		{"a day, all but a second", time.Hour, 25*time.Hour - time.Second, true, ""},
		{"a day", time.Hour, 25 * time.Hour, false, "the server confirmed it 24h0m0s ago, and Options.MaxStale is 24h0m0s"},
		{"a month", time.Hour, 721 * time.Hour, false, "the server confirmed it 720h0m0s ago"},
		{"a minute ahead", time.Hour, 59 * time.Minute, true, ""},
		{"more than a minute ahead", time.Hour, 59*time.Minute - time.Second, false, "in the future: are the clocks right?"},
		{"a year ahead", 8760 * time.Hour, 0, false, "in the future"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := &memory{}
			synctest.Test(t, func(t *testing.T) { // each bubble has a clock of its own, from the same start
				time.Sleep(tt.made)
				saved(t, susi(t), b2c.Transport(), store, shared(t, store))
			})
			store = &memory{values: store.values, ttls: store.ttls}
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(tt.loaded)
				var log journal
				o := shared(t, store)
				o.Logger = slog.New(&log)
				c := open(t, roundTripper(away), o)
				_, err := c.Find(t.Context(), jwks.Query{})
				age := max(0, tt.loaded-tt.made)
				if s := c.State(); (err == nil) != tt.good || tt.good && s.Age != age {
					t.Errorf("got %v, age %v, want it used: %v, of %v", err, s.Age, tt.good, age)
				}
				if tt.good { // until MaxStale, and no longer
					time.Sleep(24*time.Hour - age - time.Nanosecond)
					if c.Current() == nil {
						t.Error("lapsed too early")
					}
					time.Sleep(time.Nanosecond)
					if c.Current() != nil {
						t.Error("used for longer than MaxStale")
					}
					return
				}
				time.Sleep(30 * time.Minute)
				if lines := log.with("WARN key snapshot not used"); len(lines) != 1 || len(log.with(tt.reason)) != 1 {
					t.Errorf("got %q, want one line with %q", lines, tt.reason)
				}
			})
		})
	}
}

// A snapshot is judged by today's configuration, not by that of whoever saved it.
func TestSnapshotIsJudgedAsIfFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		elsewhere := documents(metadataOf(issuer, "https://keys.contoso.com/keys"), keySet(jwk("kid", 2048)))
		wide := shared(t, store)
		wide.KeyHosts = []string{"keys.contoso.com"}
		saved(t, susi(t), roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "keys.contoso.com" {
				return reply(r, keySet(jwk("kid", 2048))), nil
			}
			return elsewhere(r)
		}), store, wide)
		var log journal
		narrow := shared(t, store)
		narrow.Logger = slog.New(&log)
		c := open(t, roundTripper(away), narrow)
		if _, err := c.Find(t.Context(), jwks.Query{KeyID: "kid"}); err == nil || c.Current() != nil {
			t.Error("keys of a host that is no longer allowed are used")
		}
		synctest.Wait()
		if got := log.with("key snapshot not used"); len(got) != 1 || len(log.with("see jwks.Options.KeyHosts")) != 1 {
			t.Errorf("got %q", got)
		}
		again := shared(t, store)
		again.KeyHosts = []string{"keys.contoso.com"}
		if err := ready(t.Context(), open(t, roundTripper(away), again)); err != nil {
			t.Errorf("allowed: %v", err)
		}
	})
}

func TestNewSnapshotsRefuses(t *testing.T) {
	if s, err := jwks.NewSnapshots(nil, ring(t, 1)); s != nil || err == nil || err.Error() != "jwks: store: nil" {
		t.Errorf("no store: got %v, %v", s, err)
	}
	if s, err := jwks.NewSnapshots(&memory{}, nil); s != nil || err == nil {
		t.Errorf("no ring: got %v, %v", s, err)
	}
}
