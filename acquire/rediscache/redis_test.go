// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/keyring"
)

// patient is for tests whose Redis works, on a machine that may be slow.
var patient = rediscache.Options{Timeout: far}

// impatient is for tests whose Redis fails.
var impatient = rediscache.Options{MinPause: 10 * time.Millisecond, MaxPause: 50 * time.Millisecond}

func TestConformance(t *testing.T) {
	server := redistest.Start(t)
	admin := dial(t, server.Addr, nil)
	if err := admin.Do(t.Context(), "acl", "setuser", "app", "on", ">pa55word", "~b2ckit:*", "+getrange", "+set", "+del", "+eval", "+get").Err(); err != nil {
		t.Fatal(err)
	}
	async := func(t *testing.T) redis.UniversalClient {
		t.Helper()
		client, err := dial(t, server.Addr, nil).AsyncAutoPipeline()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	for _, tc := range []struct {
		name   string
		client func(t *testing.T) redis.UniversalClient
	}{
		{"Defaults", func(t *testing.T) redis.UniversalClient { t.Helper(); return dial(t, server.Addr, nil) }},
		{"ContextTimeoutEnabled", func(t *testing.T) redis.UniversalClient {
			t.Helper()
			return dial(t, server.Addr, func(o *redis.Options) { o.ContextTimeoutEnabled = true })
		}},
		{"RESP2", func(t *testing.T) redis.UniversalClient {
			t.Helper()
			return dial(t, server.Addr, func(o *redis.Options) { o.Protocol = 2 })
		}},
		{"OneConnection", func(t *testing.T) redis.UniversalClient {
			t.Helper()
			return dial(t, server.Addr, func(o *redis.Options) { o.PoolSize = 1 })
		}},
		{"AutoPipeline", async},
		{"Ring", func(t *testing.T) redis.UniversalClient {
			t.Helper()
			client := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": server.Addr}})
			t.Cleanup(func() { _ = client.Close() })
			return client
		}},
		// The rights that the package comment asks for are enough.
		{"FewRights", func(t *testing.T) redis.UniversalClient {
			t.Helper()
			return dial(t, server.Addr, func(o *redis.Options) { o.Username, o.Password = "app", "pa55word" })
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := tc.client(t)
			cachetest.Run(t, func(t *testing.T) acquire.Cache { return newCache(t, client, patient) })
		})
	}
}

// wait fails unless the condition holds soon.
func wait(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(far)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s, want it sooner", far, what)
		}
		time.Sleep(5 * time.Millisecond) // a real server, in real time
	}
}

// works waits until the cache keeps a value.
func works(t *testing.T, c *rediscache.Cache) {
	t.Helper()
	wait(t, "the cache to work", func() bool {
		if err := c.Set(t.Context(), "works", []byte("yes"), time.Minute); err != nil {
			return false
		}
		got, err := c.Get(t.Context(), "works")
		return string(got) == "yes" && err == nil
	})
}

// broken waits until the cache is unavailable at once. Whatever it does takes
// no longer than it should.
func broken(t *testing.T, c *rediscache.Cache) {
	t.Helper()
	wait(t, "Redis to be left alone", func() bool {
		_, err := c.Get(t.Context(), "works")
		return errors.Is(err, rediscache.ErrUnavailable) && strings.Contains(err.Error(), "left alone")
	})
	for range 5 {
		for _, op := range operations {
			err := within(t, op.name, func() error { return op.do(t.Context(), c) })
			if !errors.Is(err, rediscache.ErrUnavailable) {
				t.Errorf("%s: got %v, want %v", op.name, err, rediscache.ErrUnavailable)
			}
		}
	}
}

func TestServerIsKilledAndComesBack(t *testing.T) {
	server := redistest.Start(t)
	c := newCache(t, dial(t, server.Addr, nil), impatient)
	for range 2 {
		works(t, c)
		server.Kill()
		broken(t, c)
		server.Restart()
		works(t, c)
		if got, err := c.Get(t.Context(), "lost"); got != nil || err != nil && !errors.Is(err, rediscache.ErrUnavailable) {
			t.Errorf("a value from before: got %q, %v, want a miss", got, err)
		}
	}
}

func TestServerHangsAndGoesOn(t *testing.T) {
	server := redistest.Start(t)
	for _, tc := range []struct {
		name   string
		change func(*redis.Options)
	}{
		{"a client that waits", func(o *redis.Options) { o.ReadTimeout, o.PoolTimeout = time.Minute, time.Minute }},
		{"a client that heeds deadlines", func(o *redis.Options) { o.ContextTimeoutEnabled = true }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCache(t, dial(t, server.Addr, tc.change), impatient)
			works(t, c)
			server.Pause()
			broken(t, c)
			server.Resume()
			works(t, c)
		})
	}
}

// A holder that hangs with the server, or is cut off, comes back too late.
func TestLeaseOfARestartedServer(t *testing.T) {
	server := redistest.Start(t)
	a, b := newCache(t, dial(t, server.Addr, nil), patient), newCache(t, dial(t, server.Addr, nil), patient)
	release, ok, err := a.Lease(t.Context(), "key", time.Hour)
	if !ok || err != nil {
		t.Fatalf("got %v, %v, want the lease", ok, err)
	}
	server.Kill()
	server.Restart()
	if _, ok, err := b.Lease(t.Context(), "key", time.Hour); !ok || err != nil {
		t.Fatalf("another, after a restart: got %v, %v, want the lease", ok, err)
	}
	release()
	if _, ok, err := a.Lease(t.Context(), "key", time.Hour); ok || err != nil {
		t.Errorf("after a late release: got %v, %v, want the other to hold it", ok, err)
	}
}

func TestPoisonInRedis(t *testing.T) {
	server := redistest.Start(t)
	raw := dial(t, server.Addr, func(o *redis.Options) { o.WriteTimeout = far })
	c := newCache(t, dial(t, server.Addr, nil), patient)
	other, err := rediscache.New(dial(t, server.Addr, nil), ring(t, 2), &patient)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		poison func() error
		is     error
	}{
		{"random bytes", func() error { return raw.Set(t.Context(), at("key"), key(3), 0).Err() }, rediscache.ErrEntry},
		{"another key's entry", func() error {
			set(t, c, "other", "value")
			return raw.Copy(t.Context(), at("other"), at("key"), 0, true).Err()
		}, keyring.ErrCorrupt},
		{"another version", func() error { return raw.SetRange(t.Context(), at("key"), 0, "\x00").Err() }, rediscache.ErrEntry},
		{"another ring", func() error { return other.Set(t.Context(), "key", []byte("value"), time.Minute) }, keyring.ErrUnknownKey},
		{"cut", func() error {
			s, err := raw.Get(t.Context(), at("key")).Result()
			return errors.Join(err, raw.Set(t.Context(), at("key"), s[:len(s)-1], 0).Err())
		}, keyring.ErrCorrupt},
		{"a list", func() error {
			return errors.Join(raw.Del(t.Context(), at("key")).Err(), raw.RPush(t.Context(), at("key"), "value").Err())
		}, rediscache.ErrEntry},
		{"64 MiB", func() error { return raw.SetRange(t.Context(), at("key"), 64<<20, "x").Err() }, rediscache.ErrEntry},
	} {
		set(t, c, "key", "genuine")
		if err := tc.poison(); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := c.Get(t.Context(), "key")
		runtime.ReadMemStats(&after)
		if got != nil || !errors.Is(err, rediscache.ErrEntry) || !errors.Is(err, tc.is) {
			t.Errorf("%s: got %q, %v, want %v", tc.name, got, err, tc.is)
		}
		if read := after.TotalAlloc - before.TotalAlloc; read > 4<<20 {
			t.Errorf("%s: got %d bytes allocated, want far less than 64 MiB", tc.name, read)
		}
		set(t, c, "key", "next")
		if got, err := c.Get(t.Context(), "key"); string(got) != "next" || err != nil {
			t.Errorf("%s, replaced: got %q, %v, want next", tc.name, got, err)
		}
		if ttl, err := raw.PTTL(t.Context(), at("key")).Result(); ttl <= 0 || ttl > time.Minute || err != nil {
			t.Errorf("%s, replaced: got ttl %v, %v, want at most a minute", tc.name, ttl, err)
		}
	}
}

// Somebody takes the expiry away in Redis.
func TestPersistedEntryExpires(t *testing.T) {
	server := redistest.Start(t)
	raw := dial(t, server.Addr, nil)
	c := newCache(t, dial(t, server.Addr, nil), patient)
	var persisted bool
	for ttl := 100 * time.Millisecond; !persisted; ttl *= 2 {
		if err := c.Set(t.Context(), "key", []byte("value"), ttl); err != nil {
			t.Fatal(err)
		}
		var err error
		if persisted, err = raw.Persist(t.Context(), at("key")).Result(); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, "the value to expire", func() bool {
		got, err := c.Get(t.Context(), "key")
		if err != nil {
			t.Fatal(err)
		}
		return got == nil
	})
	if n, err := raw.Exists(t.Context(), at("key")).Result(); n != 1 || err != nil {
		t.Errorf("got %d, %v, want the entry in Redis still", n, err)
	}
}
