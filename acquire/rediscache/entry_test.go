// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/keyring"
)

const secret = "eyJ0b3AiOiJzZWNyZXQifQ"

// at is where the value of a key is in Redis.
func at(key string) string { return "b2ckit:value:" + key }

// in runs a test with a cache on a small Redis in memory, in virtual time.
func in(t *testing.T, o rediscache.Options, test func(t *testing.T, c *rediscache.Cache, m *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		test(t, newCache(t, (&fake{reply: m.reply}).pipe(t, nil), o), m)
	})
}

func set(t *testing.T, c *rediscache.Cache, key, value string) {
	t.Helper()
	if err := c.Set(t.Context(), key, []byte(value), time.Minute); err != nil {
		t.Fatalf("Set(%q): got %v, want no error", key, err)
	}
}

func TestWhatIsStored(t *testing.T) {
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		set(t, c, "key", secret)
		if _, ok, err := c.Lease(t.Context(), "key", time.Minute); !ok || err != nil {
			t.Fatalf("lease: got %v, %v, want it", ok, err)
		}
		keys := slices.Sorted(maps.Keys(m.values))
		if want := []string{"b2ckit:lease:key", "b2ckit:value:key"}; !slices.Equal(keys, want) {
			t.Errorf("keys: got %q, want %q", keys, want)
		}
		stored := m.get(at("key"))
		if stored[0] != 1 || len(stored) != 1+keyring.Overhead+8+len(secret) {
			t.Errorf("stored: got version %d and %d bytes, want 1 and the value, its expiry and the keyring's overhead", stored[0], len(stored))
		}
		for n := range len(secret) - 4 {
			if strings.Contains(stored, secret[n:n+4]) {
				t.Errorf("stored: got %q, which has a piece of the value", stored)
			}
		}
		set(t, c, "key", secret)
		if again := m.get(at("key")); again == stored {
			t.Error("the same value was sealed to the same bytes")
		}
	})
	in(t, rediscache.Options{Prefix: "shop:"}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		set(t, c, "key", secret)
		if m.get("shop:value:key") == "" {
			t.Errorf("keys: got %q, want shop:value:key", slices.Collect(maps.Keys(m.values)))
		}
	})
}

// Nothing is ever stored without an expiry.
func TestTTL(t *testing.T) {
	for _, tc := range []struct {
		ttl  time.Duration
		want []string
	}{
		{time.Minute, []string{"ex", "60"}},
		{1500 * time.Millisecond, []string{"px", "1500"}},
		{1, []string{"px", "1"}},
		{1999 * time.Microsecond, []string{"px", "1"}},
		{1<<63 - 1, []string{"ex", "7776000"}},
	} {
		in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
			if err := c.Set(t.Context(), "key", []byte("value"), tc.ttl); err != nil {
				t.Errorf("Set for %v: got %v, want no error", tc.ttl, err)
			}
			if _, ok, err := c.Lease(t.Context(), "key", tc.ttl); !ok || err != nil {
				t.Errorf("Lease for %v: got %v, %v, want it", tc.ttl, ok, err)
			}
			if got := m.sets[0][3:]; !slices.Equal(got, tc.want) {
				t.Errorf("Set for %v: got %q, want %q", tc.ttl, got, tc.want)
			}
			if got, want := m.sets[1][3:], slices.Concat(tc.want, []string{"nx"}); !slices.Equal(got, want) {
				t.Errorf("Lease for %v: got %q, want %q", tc.ttl, got, want)
			}
		})
	}
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		for _, ttl := range []time.Duration{0, -1, -time.Hour} {
			if err := c.Set(t.Context(), "key", []byte("value"), ttl); err == nil || errors.Is(err, rediscache.ErrUnavailable) {
				t.Errorf("Set for %v: got %v, want the ttl refused", ttl, err)
			}
			if _, ok, err := c.Lease(t.Context(), "key", ttl); ok || err == nil || errors.Is(err, rediscache.ErrUnavailable) {
				t.Errorf("Lease for %v: got %v, %v, want the ttl refused", ttl, ok, err)
			}
		}
		if m.sets != nil {
			t.Errorf("got %q, want nothing set", m.sets)
		}
	})
}

func TestSizeLimit(t *testing.T) {
	for _, tc := range []struct{ option, limit int }{{0, 64 << 10}, {100, 100}, {1 << 20, 1 << 20}} {
		in(t, rediscache.Options{MaxValueBytes: tc.option}, func(t *testing.T, c *rediscache.Cache, m *memory) {
			set(t, c, "key", strings.Repeat("x", tc.limit))
			if got, err := c.Get(t.Context(), "key"); len(got) != tc.limit || err != nil {
				t.Errorf("limit %d: got %d bytes, %v, want them back", tc.limit, len(got), err)
			}
			before := m.get(at("key"))
			if err := c.Set(t.Context(), "key", make([]byte, tc.limit+1), time.Minute); !errors.Is(err, acquire.ErrEntry) {
				t.Errorf("limit %d: one byte more: got %v, want %v, as it will never be taken", tc.limit, err, acquire.ErrEntry)
			}
			if m.get(at("key")) != before {
				t.Errorf("limit %d: the value changed, want it kept", tc.limit)
			}
		})
	}
	// A process that takes larger values has set one.
	in(t, rediscache.Options{MaxValueBytes: 100}, func(t *testing.T, small *rediscache.Cache, m *memory) {
		large := newCache(t, (&fake{reply: m.reply}).pipe(t, nil), rediscache.Options{})
		set(t, large, "key", strings.Repeat("x", 101))
		got, err := small.Get(t.Context(), "key")
		if got != nil || !errors.Is(err, rediscache.ErrEntry) || !strings.Contains(err.Error(), "larger") {
			t.Errorf("got %q, %v, want %v as it is larger", got, err, rediscache.ErrEntry)
		}
	})
}

// What others have put in place of an entry is never taken for one, and is
// replaced by the next value.
func TestPoison(t *testing.T) {
	sealed := func(associated, plaintext string) string {
		return "\x01" + string(ring(t, 1).Seal([]byte(plaintext), []byte(associated)))
	}
	const label = "b2ckit rediscache value\x00"
	late := string(bytes.Repeat([]byte{0x01}, 8)) // an expiry, long from now
	for _, tc := range []struct {
		name   string
		poison func(genuine string) string
		is     error
	}{
		{"text", func(string) string { return "hello" }, rediscache.ErrEntry},
		{"one byte", func(string) string { return "\x01" }, keyring.ErrCorrupt},
		{"zeros", func(g string) string { return strings.Repeat("\x00", len(g)) }, rediscache.ErrEntry},
		{"version and zeros", func(g string) string { return "\x01" + strings.Repeat("\x00", len(g)) }, keyring.ErrCorrupt},
		{"a bare token", func(string) string { return secret }, rediscache.ErrEntry},
		{"an older version", func(g string) string { return "\x00" + g[1:] }, rediscache.ErrEntry},
		{"a newer version", func(g string) string { return "\x02" + g[1:] }, rediscache.ErrEntry},
		{"cut", func(g string) string { return g[:len(g)-1] }, keyring.ErrCorrupt},
		{"longer", func(g string) string { return g + "\x00" }, keyring.ErrCorrupt},
		{"far too large", func(g string) string { return g + strings.Repeat("\x00", 64<<20) }, rediscache.ErrEntry},
		{"one bit", func(g string) string { return g[:60] + string(g[60]^1) + g[61:] }, keyring.ErrCorrupt},
		{"for another key", func(string) string { return sealed(label+at("other"), late+"value") }, keyring.ErrCorrupt},
		{"for another prefix", func(string) string { return sealed(label+"shop:value:key", late+"value") }, keyring.ErrCorrupt},
		{"for another purpose", func(string) string { return sealed(at("key"), late+"value") }, keyring.ErrCorrupt},
		{"no expiry", func(string) string { return sealed(label+at("key"), "value") }, rediscache.ErrEntry},
		{"another keyring", func(string) string {
			return "\x01" + string(ring(t, 2).Seal([]byte(late+"value"), []byte(label+at("key"))))
		}, keyring.ErrUnknownKey},
	} {
		in(t, rediscache.Options{MaxFailures: 1}, func(t *testing.T, c *rediscache.Cache, m *memory) {
			set(t, c, "key", "genuine")
			m.put(at("key"), tc.poison(m.get(at("key"))))
			for range 3 { // however often, the server is not to blame
				got, err := c.Get(t.Context(), "key")
				if got != nil || !errors.Is(err, rediscache.ErrEntry) || !errors.Is(err, tc.is) {
					t.Errorf("%s: got %q, %v, want %v", tc.name, got, err, tc.is)
				}
				if err != nil && strings.Contains(err.Error(), secret[:8]) {
					t.Errorf("%s: got error %q, which holds the value", tc.name, err)
				}
			}
			set(t, c, "key", "next")
			if got, err := c.Get(t.Context(), "key"); string(got) != "next" || err != nil {
				t.Errorf("%s, replaced: got %q, %v, want next", tc.name, got, err)
			}
		})
	}
	// The layout above is the genuine one.
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		m.put(at("key"), sealed(label+at("key"), late+"value"))
		if got, err := c.Get(t.Context(), "key"); string(got) != "value" || err != nil {
			t.Errorf("not poisoned: got %q, %v, want value", got, err)
		}
	})
}

// Redis has lost the expiry, or somebody has put an old entry back.
func TestExpiryIsSealed(t *testing.T) {
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		set(t, c, "key", "value")
		time.Sleep(time.Minute - time.Millisecond)
		if got, err := c.Get(t.Context(), "key"); string(got) != "value" || err != nil {
			t.Errorf("before: got %q, %v, want value", got, err)
		}
		time.Sleep(time.Millisecond)
		if got, err := c.Get(t.Context(), "key"); got != nil || err != nil {
			t.Errorf("after: got %q, %v, want a miss", got, err)
		}
	})
}

// CVE-2025-29923: after a timeout, a client could get the answer to somebody
// else's question.
func TestAnswersThatAreMixedUp(t *testing.T) {
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		set(t, c, "ada", "token of ada")
		set(t, c, "bob", "token of bob")
		f := &fake{reply: func(args []string) string { return m.reply([]string{args[0], at("bob"), args[2], args[3]}) }}
		mixed := newCache(t, f.pipe(t, nil), rediscache.Options{})
		if got, err := mixed.Get(t.Context(), "bob"); string(got) != "token of bob" || err != nil {
			t.Errorf("bob: got %q, %v, want his token", got, err)
		}
		if got, err := mixed.Get(t.Context(), "ada"); got != nil || !errors.Is(err, rediscache.ErrEntry) {
			t.Errorf("ada: got %q, %v, want %v", got, err, rediscache.ErrEntry)
		}
	})
}

// Redis answers an empty string where there is nothing; not every server that
// speaks like it does.
func TestNilIsAMiss(t *testing.T) {
	for _, reply := range []string{"$-1\r\n", "_\r\n", bulk("")} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{reply: func([]string) string { return reply }}
			c := newCache(t, f.pipe(t, nil), rediscache.Options{})
			if got, err := c.Get(t.Context(), "key"); got != nil || err != nil {
				t.Errorf("%q: got %q, %v, want a miss", reply, got, err)
			}
		})
	}
}

// Whoever has a lease gives it back although its own work was cancelled.
func TestReleaseAfterCancellation(t *testing.T) {
	in(t, rediscache.Options{}, func(t *testing.T, c *rediscache.Cache, m *memory) {
		ctx, cancel := context.WithCancel(t.Context())
		release, ok, err := c.Lease(ctx, "key", time.Minute)
		if !ok || err != nil {
			t.Fatalf("got %v, %v, want the lease", ok, err)
		}
		cancel()
		release()
		if token := m.get("b2ckit:lease:key"); token != "" {
			t.Errorf("got lease %q in Redis, want it released", token)
		}
	})
}

// The keyring may be changed with no entry lost.
func TestKeysAreRotated(t *testing.T) {
	in(t, rediscache.Options{}, func(t *testing.T, _ *rediscache.Cache, m *memory) {
		cache := func(current int, older ...int) *rediscache.Cache {
			c, err := rediscache.New((&fake{reply: m.reply}).pipe(t, nil), ring(t, current, older...), nil)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for _, tc := range []struct {
			name           string
			writer, reader *rediscache.Cache
			want           string
		}{
			{"before the first rollout and after", cache(1), cache(1, 2), "value"},
			{"first and second", cache(1, 2), cache(2, 1), "value"},
			{"second and first", cache(2, 1), cache(1, 2), "value"},
			{"second and third", cache(2, 1), cache(2), "value"},
			{"first and third", cache(1, 2), cache(2), ""},
		} {
			set(t, tc.writer, "key", "value")
			if got, err := tc.reader.Get(t.Context(), "key"); string(got) != tc.want || (tc.want == "") != errors.Is(err, keyring.ErrUnknownKey) {
				t.Errorf("%s: got %q, %v, want %q", tc.name, got, err, tc.want)
			}
		}
	})
}
