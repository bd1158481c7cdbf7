// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
)

var budgetRows = []*row{{
	test:    "redis_budget",
	fault:   "Redis answers nothing, can't be connected to, or refuses connections, for 30 s; tokens live for 8 s; 100 callers a second for an app's token, and for a user's whom the process doesn't know",
	promise: "a call waits for Redis ≤ 50 ms a step, ≤ 150 ms in all; 0 errors for the app's, ≤ 6 token requests, and `ErrRetry` for the user's",
	by:      virtualTime,
	cases: []testCase{
		{name: "no answer", run: redisBudget(silent)},
		{name: "no connection", run: redisBudget(unreached)},
		{name: "refused", run: redisBudget(refused)},
	},
}}

// dialer is how a client of Redis connects.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// silent leads to a server that listens and never speaks.
func silent(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, ours) }()
	return theirs, nil
}

func unreached(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func refused(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// over returns how a process connects in a bubble. What the client waits for by
// itself is so long that it doesn't help, and ends with the test.
func over(t *testing.T, dial dialer) *redis.Options {
	t.Helper()
	var mu sync.Mutex
	var conns []net.Conn
	t.Cleanup(func() {
		time.Sleep(24 * time.Hour) // virtual
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			_ = c.Close()
		}
	})
	return &redis.Options{
		Addr: "127.0.0.1:6379", Protocol: 2,
		PoolSize:    1000, // who waits for a connection uses timers that bubbles would share
		ReadTimeout: time.Hour, WriteTimeout: time.Hour, PoolTimeout: time.Hour, DialTimeout: time.Hour, ConnMaxIdleTime: -1,
		Dialer: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dial(ctx, network, address)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				conns = append(conns, c)
			}
			return c, err
		},
	}
}

func redisBudget(dial dialer) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c := living(8 * time.Second)
		elsewhere := newNative(t, b2c, acquire.Options{})
		account := lin(t, elsewhere)
		before := posts(b2c)
		daemon := newDaemon(t, b2c, acquire.Options{Cache: shared(t, over(t, dial))})
		native := newNative(t, b2c, acquire.Options{Cache: shared(t, over(t, dial))})
		var theirs []call
		var wg sync.WaitGroup
		wg.Go(func() { theirs = load(100, 30*time.Second, ofUser(t, native, account)) })
		own := load(100, 30*time.Second, ofApp(t, daemon))
		wg.Wait()
		f.counted("errors", failed(t, own), 0)
		f.took("longest wait", max(slowestCall(own), slowestCall(theirs)), 150*time.Millisecond)
		wantClasses(t, theirs, acquire.ErrRetry)
		f.counted("requests", posts(b2c)-before, 6)
	}
}
