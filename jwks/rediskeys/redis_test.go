// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediskeys_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/rediskeys"
	"github.com/b2ckit/b2ckit/keyring"
)

func TestMain(m *testing.M) {
	logging.Disable() // of the client, which would tell of every failure here
	os.Exit(m.Run())
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var away = roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("B2C is away") })

// buffer is a log that may be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// has waits for a text, which may come a little after the cache is closed, and
// reports whether it is there once.
func (b *buffer) has(text string) bool {
	for range 3000 {
		if strings.Contains(b.String(), text) {
			break
		}
		time.Sleep(10 * time.Millisecond) // until the log has it, which nothing tells
	}
	return strings.Count(b.String(), text) == 1
}

func ring(t testing.TB, seed byte) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(slices.Repeat([]byte{seed}, keyring.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// process is what one process of a fleet has: a client, snapshots and a cache.
type process struct {
	client *redis.Client
	cache  *jwks.Cache
	log    buffer
}

// patient gives a machine under load more time than it would need, where a test
// is not about time.
var patient = rediskeys.Options{Timeout: 5 * time.Second}

func start(t testing.TB, addr string, r *keyring.Ring, rt http.RoundTripper, o rediskeys.Options) *process {
	t.Helper()
	p := &process{client: redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})}
	t.Cleanup(func() { _ = p.client.Close() })
	logger := slog.New(slog.NewTextHandler(&p.log, nil))
	o.Logger = logger
	snapshots, err := rediskeys.New(p.client, r, &o)
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	p.cache, err = jwks.New(tenant.Flow("B2C_1_susi"), &jwks.Options{
		Snapshots: snapshots, Transport: rt, Logger: logger, FetchTimeout: 50 * time.Second, // of which a store may take a tenth
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cache.Close() })
	return p
}

func (p *process) finds(t testing.TB, kid string) bool {
	t.Helper()
	set, err := p.cache.Find(t.Context(), jwks.Query{KeyID: kid})
	if err != nil {
		t.Logf("Find: %v", err)
		return false
	}
	_, ok := set.Key(kid)
	return ok
}

// keys returns the names in Redis that begin so.
func (p *process) keys(t testing.TB, prefix string) []string {
	t.Helper()
	names, err := p.client.Keys(t.Context(), prefix+"*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Of a fleet one process fetches, at the start and at a rotation.
func TestFleet(t *testing.T) {
	server := redistest.Start(t)
	b2c := emulator.NewTenant(nil)
	var fleet []*process
	for range 5 {
		fleet = append(fleet, start(t, server.Addr, ring(t, 1), b2c.Transport(), patient))
	}
	all := func(kid string) {
		var wg sync.WaitGroup
		for _, p := range fleet {
			wg.Go(func() {
				if !p.finds(t, kid) {
					t.Error("the key is missing")
				}
			})
		}
		wg.Wait()
	}
	all(b2c.CurrentKey("").ID())
	if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
		t.Errorf("start: got %+v, want one of each", got)
	}
	b2c.Rotate("", true)
	all(b2c.CurrentKey("").ID())
	if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 2 {
		t.Errorf("rotation: got %+v, want one more for keys", got)
	}
	for _, p := range fleet {
		_ = p.cache.Close() // which gives its lease back
	}
	if got := fleet[0].keys(t, "b2ckit:keys-lease:"); len(got) != 0 {
		t.Errorf("leases are left: %q", got)
	}
	names := fleet[0].keys(t, "b2ckit:keys:")
	if len(names) != 1 {
		t.Fatalf("got %q, want one snapshot", names)
	}
	if ttl, err := fleet[0].client.TTL(t.Context(), names[0]).Result(); err != nil || ttl <= 0 || ttl > 24*time.Hour {
		t.Errorf("got a snapshot that lives for %v, %v", ttl, err)
	}
}

// Whoever can write to Redis can't have a key of theirs accepted.
func TestHostileRedis(t *testing.T) {
	server := redistest.Start(t)
	theirs := emulator.NewTenant(nil) // under the right issuer, with other keys
	theirs.Rotate("", false)
	kid := theirs.CurrentKey("").ID()
	save := func(t *testing.T, r *keyring.Ring, o rediskeys.Options) string {
		p := start(t, server.Addr, r, theirs.Transport(), o)
		if !p.finds(t, kid) {
			t.Fatal("the attacker has no keys")
		}
		_ = p.cache.Close()
		names := p.keys(t, o.Prefix)
		if len(names) != 1 {
			t.Fatalf("got %q", names)
		}
		value, err := p.client.GetDel(t.Context(), names[0]).Result()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	elsewhere := patient
	elsewhere.Prefix = "staging:"
	for _, tt := range []struct {
		name   string
		put    func(t *testing.T, c *redis.Client, key string) error
		reason string
	}{
		{"sealed with another ring", func(t *testing.T, c *redis.Client, key string) error {
			return c.Set(t.Context(), key, save(t, ring(t, 9), elsewhere), 0).Err()
		}, "key that is not in the ring"},
		{"from another place", func(t *testing.T, c *redis.Client, key string) error {
			return c.Set(t.Context(), key, save(t, ring(t, 1), elsewhere), 0).Err()
		}, "another authority or place"},
		{"garbage", func(t *testing.T, c *redis.Client, key string) error {
			return c.Set(t.Context(), key, strings.Repeat("x", 5000), 0).Err()
		}, "of no version"},
		{"64 MiB", func(t *testing.T, c *redis.Client, key string) error {
			return c.SetRange(t.Context(), key, 64<<20, "x").Err()
		}, "longer than 262144 bytes"},
		{"a list", func(t *testing.T, c *redis.Client, key string) error {
			return errors.Join(c.Del(t.Context(), key).Err(), c.LPush(t.Context(), key, "x").Err())
		}, "of no version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours := emulator.NewTenant(nil)
			first := start(t, server.Addr, ring(t, 1), ours.Transport(), patient)
			if !first.finds(t, ours.CurrentKey("").ID()) {
				t.Fatal("no keys")
			}
			_ = first.cache.Close()
			names := first.keys(t, "b2ckit:keys:")
			if len(names) != 1 {
				t.Fatalf("got %q", names)
			}
			if err := tt.put(t, first.client, names[0]); err != nil {
				t.Fatal(err)
			}
			victim := start(t, server.Addr, ring(t, 1), away, patient)
			if victim.finds(t, kid) || victim.cache.Current() != nil {
				t.Error("accepted")
			}
			_ = victim.cache.Close()
			if !victim.log.has(tt.reason) {
				t.Errorf("got the log %s, want %q once", victim.log.String(), tt.reason)
			}
			healed := start(t, server.Addr, ring(t, 1), ours.Transport(), patient)
			if !healed.finds(t, ours.CurrentKey("").ID()) {
				t.Error("the right keys are missing")
			}
			_ = healed.cache.Close()
			last := start(t, server.Addr, ring(t, 1), away, patient)
			if !last.finds(t, ours.CurrentKey("").ID()) {
				t.Error("the good fetch has not replaced it")
			}
		})
	}
}

// A Redis that is gone or hangs costs nobody a fetch.
func TestRedisAway(t *testing.T) {
	for name, end := range map[string]func(*redistest.Server){"gone": (*redistest.Server).Kill, "hangs": (*redistest.Server).Pause} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t)
			b2c := emulator.NewTenant(nil)
			p := start(t, server.Addr, ring(t, 1), b2c.Transport(), rediskeys.Options{})
			if !p.finds(t, b2c.CurrentKey("").ID()) {
				t.Fatal("no keys")
			}
			end(server)
			b2c.Rotate("", true)
			began := time.Now()
			if !p.finds(t, b2c.CurrentKey("").ID()) {
				t.Error("the new key is missing")
			}
			if took := time.Since(began); took > 5*time.Second { // 50 ms for each of two calls, on a machine under load
				t.Errorf("took %v", took)
			}
			other := start(t, server.Addr, ring(t, 1), b2c.Transport(), rediskeys.Options{})
			if !other.finds(t, b2c.CurrentKey("").ID()) {
				t.Error("a start without Redis has no keys")
			}
			_ = other.cache.Close()
			if !other.log.has("the store of key snapshots fails") {
				t.Errorf("got the log %s, want one line of it", other.log.String())
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer client.Close()
	for _, tt := range []struct {
		name   string
		client redis.UniversalClient
		ring   *keyring.Ring
		opts   rediskeys.Options
		want   string
	}{
		{"no client", nil, ring(t, 1), rediskeys.Options{}, "rediskeys: client: nil"},
		{"no ring", client, nil, rediskeys.Options{}, "rediskeys: ring: nil; "},
		{"timeout", client, ring(t, 1), rediskeys.Options{Timeout: -1}, "rediskeys: Options.Timeout: -1ns is negative"},
		{"failures", client, ring(t, 1), rediskeys.Options{MaxFailures: -1}, "rediskeys: Options.MaxFailures: -1 is negative"},
		{"pauses crossed", client, ring(t, 1), rediskeys.Options{MinPause: 2, MaxPause: 1}, "rediskeys: Options.MinPause: 2ns is more than MaxPause 1ns"},
		{"prefix", client, ring(t, 1), rediskeys.Options{Prefix: "a b"}, `rediskeys: Options.Prefix: "a b" has white space`},
	} {
		s, err := rediskeys.New(tt.client, tt.ring, &tt.opts)
		if s != nil || err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, %v, want %s", tt.name, s, err, tt.want)
		}
	}
	if s, err := rediskeys.New(client, ring(t, 1), nil); err != nil || s.String() != "jwks.Snapshots(redis b2ckit:)" {
		t.Errorf("no options: got %v, %v", s, err)
	}
}
