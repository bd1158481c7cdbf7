// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/keyring"
)

// far is a bound for what must not take for ever. It fails nothing that is
// only slow.
const far = 30 * time.Second

func TestMain(m *testing.M) {
	logging.Disable() // of the client, which would tell of every failure here
	os.Exit(m.Run())
}

// key returns the n-th of a fixed row of keys.
func key(n int) []byte {
	k := sha256.Sum256(fmt.Append(nil, "key ", n))
	return k[:]
}

func ring(tb testing.TB, current int, older ...int) *keyring.Ring {
	tb.Helper()
	var rest [][]byte
	for _, n := range older {
		rest = append(rest, key(n))
	}
	r, err := keyring.New(key(current), rest...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// newCache returns a cache with a ring of key 1.
func newCache(tb testing.TB, client redis.UniversalClient, o rediscache.Options) *rediscache.Cache {
	tb.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c, err := rediscache.New(client, ring(tb, 1), &o)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// journal is a log that may be read while it is written.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *journal) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// lines returns the lines since it was last called, without their times.
func (l *journal) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for line := range strings.Lines(l.buf.String()) {
		_, line, _ = strings.Cut(line, " ")
		lines = append(lines, strings.TrimSpace(line))
	}
	l.buf.Reset()
	return lines
}
