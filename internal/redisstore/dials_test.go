// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/internal/freeport"
	"github.com/b2ckit/b2ckit/internal/redisstore"
)

// cause returns what the first caller is told who has waited for long enough.
func cause(t *testing.T, client redis.UniversalClient) string {
	t.Helper()
	defer func() { _ = client.Close() }()
	store := redisstore.New(client, redisstore.Options{
		Timeout: time.Second, MaxFailures: 3, MinPause: time.Second, MaxPause: time.Minute, Logger: slog.New(slog.DiscardHandler),
	})
	_, err := store.Get(t.Context(), "key", 8)
	if _, ok := errors.AsType[*redisstore.Unavailable](err); !ok {
		t.Fatalf("got %v, want an Unavailable", err)
	}
	return err.Error()
}

// TestClosedPort: whatever the client, the first caller learns that nobody listens,
// though the client tries again for longer than they wait.
func TestClosedPort(t *testing.T) {
	addr := freeport.Address(t)
	for name, client := range map[string]redis.UniversalClient{
		"one server": redis.NewClient(&redis.Options{Addr: addr, DialerRetryTimeout: time.Hour}),
		"cluster":    redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, DialerRetryTimeout: time.Hour}),
		"ring":       redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": addr}, DialerRetryTimeout: time.Hour}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cause(t, client); !strings.Contains(got, addr+": connect: connection refused") {
				t.Errorf("got %s, want it to be refused", got)
			}
		})
	}
}

// TestWhyNoConnection tells one that fails from one that hangs, and forgets what is
// over.
func TestWhyNoConnection(t *testing.T) {
	noHost := &net.DNSError{Err: "no such host", Name: "redis.internal", IsNotFound: true}
	for name, c := range map[string]struct {
		dial []error // of the attempts; nil connects to a server that hangs
		want string
	}{
		"no such host":     {[]error{noHost}, "get: no answer within 1s; connecting failed: lookup redis.internal: no such host"},
		"worked meanwhile": {[]error{noHost, nil}, "get: no answer within 1s"},
		"hangs":            {[]error{nil}, "get: no answer within 1s"},
		"text of others":   {[]error{errors.New("a\x1b[31m\nb")}, `get: no answer within 1s; connecting failed: a\x1b[31m\nb`},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			got := cause(t, redis.NewClient(&redis.Options{
				Addr: "127.0.0.1:6379", ContextTimeoutEnabled: true, Protocol: 2, PoolSize: 1, DialerRetryTimeout: 600 * time.Millisecond, MaxRetries: -1,
				Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
					err := c.dial[min(n, len(c.dial)-1)]
					if n++; err != nil {
						return nil, err
					}
					ours, theirs := net.Pipe()
					go func() { _, _ = io.Copy(io.Discard, ours) }()
					return theirs, nil
				},
			}))
			if got != c.want {
				t.Errorf("%s: got %s, want %s", name, got, c.want)
			}
			time.Sleep(time.Minute) // what goes on
		})
	}
}
