// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/internal/redistest"
)

func client(t *testing.T, s *redistest.Server) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func ping(t *testing.T, s *redistest.Server, wait time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wait)
	defer cancel()
	return client(t, s).Ping(ctx).Err()
}

func TestServer(t *testing.T) {
	s := redistest.Start(t)
	if err := client(t, s).Set(t.Context(), "key", "value", 0).Err(); err != nil {
		t.Fatalf("set: %v", err)
	}

	s.Kill()
	if err := ping(t, s, 10*time.Second); err == nil {
		t.Error("killed: got an answer, want none")
	}
	addr := s.Addr
	s.Restart()
	if s.Addr != addr {
		t.Errorf("restarted: got address %s, want %s", s.Addr, addr)
	}
	if n, err := client(t, s).Exists(t.Context(), "key").Result(); n != 0 || err != nil {
		t.Errorf("restarted: got %d, %v, want an empty server", n, err)
	}

	s.Pause()
	err := ping(t, s, 20*time.Millisecond)
	if netErr, ok := errors.AsType[net.Error](err); !errors.Is(err, context.DeadlineExceeded) && (!ok || !netErr.Timeout()) {
		t.Errorf("paused: got %v, want a timeout", err)
	}
	s.Resume()
	if err := ping(t, s, 10*time.Second); err != nil {
		t.Errorf("resumed: got %v, want an answer", err)
	}
	s.Pause() // the end of the test must cope
}

func TestServersAreIndependent(t *testing.T) {
	a, b := redistest.Start(t), redistest.Start(t)
	if a.Addr == b.Addr {
		t.Errorf("got %s twice, want two servers", a.Addr)
	}
	a.Kill()
	if err := ping(t, b, 10*time.Second); err != nil {
		t.Errorf("one killed: got %v from the other, want an answer", err)
	}
}

func TestEndsWithItsTest(t *testing.T) {
	var s *redistest.Server
	t.Run("inner", func(t *testing.T) { s = redistest.Start(t) })
	if s == nil {
		t.Skip("no Redis here")
	}
	if err := ping(t, s, 10*time.Second); err == nil {
		t.Error("got an answer after the test, want none")
	}
}

func TestWithoutRedis(t *testing.T) {
	starts := map[string]func(tb testing.TB){
		"Start":        func(tb testing.TB) { tb.Helper(); redistest.Start(tb) },
		"StartTLS":     func(tb testing.TB) { tb.Helper(); redistest.StartTLS(tb, nil) },
		"StartReplica": func(tb testing.TB) { tb.Helper(); redistest.StartReplica(tb, &redistest.Server{Addr: "127.0.0.1:1"}) },
		"StartSentinel": func(tb testing.TB) {
			tb.Helper()
			redistest.StartSentinel(tb, "x", &redistest.Server{Addr: "127.0.0.1:1"})
		},
	}
	for _, tc := range []struct {
		require         string
		skipped, failed bool
	}{
		{"", true, false},
		{"1", false, true},
	} {
		t.Setenv("PATH", t.TempDir())
		t.Setenv("B2CKIT_REQUIRE_REDIS", tc.require)
		for name, start := range starts {
			r := &recorder{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				start(r)
			}()
			<-done
			if r.skipped != tc.skipped || r.failed != tc.failed {
				t.Errorf("%s, B2CKIT_REQUIRE_REDIS=%s: got skipped %v, failed %v, want %v, %v", name, os.Getenv("B2CKIT_REQUIRE_REDIS"), r.skipped, r.failed, tc.skipped, tc.failed)
			}
		}
	}
}
