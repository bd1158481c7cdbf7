// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/b2ckit/b2ckit/internal/redisstore"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

func TestMain(m *testing.M) {
	logging.Disable() // of the client, which would tell of every failure here
	os.Exit(m.Run())
}

func newStore(t *testing.T) (*redisstore.Store, *redis.Client) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: redistest.Start(t).Addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	return redisstore.New(client, redisstore.Options{
		Timeout: 10 * time.Second, MaxFailures: 3, MinPause: time.Second, MaxPause: time.Minute, Logger: slog.New(slog.DiscardHandler),
	}), client
}

func TestStore(t *testing.T) {
	store, client := newStore(t)
	ctx := t.Context()
	get := func(step, want string) {
		t.Helper()
		if got, err := store.Get(ctx, "key", 8); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", step, got, err, want)
		}
	}
	get("nothing there", "")
	if err := store.Set(ctx, "key", []byte("value"), time.Minute); err != nil {
		t.Fatal(err)
	}
	get("set", "value")
	if ttl := client.PTTL(ctx, "key").Val(); ttl <= 0 || ttl > time.Minute {
		t.Errorf("got a ttl of %v, want a minute", ttl)
	}
	if err := store.Set(ctx, "key", []byte("long value"), time.Minute); err != nil {
		t.Fatal(err)
	}
	get("one byte more than the most, and no more", "long valu")
	if err := store.Delete(ctx, "key"); err != nil {
		t.Fatal(err)
	}
	get("deleted", "")

	client.LPush(ctx, "key", "a list")
	if got, err := store.Get(ctx, "key", 8); got != "" || !errors.Is(err, redisstore.ErrNotString) {
		t.Errorf("a list: got %q, %v, want %v", got, err, redisstore.ErrNotString)
	}
	_ = client.Close()
	if _, err := store.Get(ctx, "key", 8); err == nil || !strings.HasPrefix(err.Error(), "get: ") {
		t.Errorf("client closed: got %v, want an error", err)
	} else if _, ok := errors.AsType[*redisstore.Unavailable](err); !ok {
		t.Errorf("client closed: got %#v, want an Unavailable", err)
	}
}

func TestLease(t *testing.T) {
	store, _ := newStore(t)
	lease := func(step string, ttl time.Duration, want bool) func() {
		t.Helper()
		release, ok, err := store.Lease(t.Context(), "key", ttl)
		if ok != want || err != nil {
			t.Fatalf("%s: got %v, %v, want %v", step, ok, err, want)
		}
		return release
	}
	first := lease("free", time.Minute, true)
	lease("taken", time.Minute, false)
	first()
	second := lease("released", 10*time.Millisecond, true)
	time.Sleep(20 * time.Millisecond) // Redis keeps its own clock
	third := lease("expired", time.Minute, true)
	second() // late
	lease("taken since", time.Minute, false)
	third()
	lease("released by its holder", time.Minute, true)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok, err := store.Lease(ctx, "other", time.Minute); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("caller gone: got %v, %v, want none and %v", ok, err, context.Canceled)
	}
}
