// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
)

// dial returns a client with its default options, but for what is changed.
func dial(t testing.TB, addr string, change func(*redis.Options)) *redis.Client {
	t.Helper()
	o := &redis.Options{Addr: addr}
	if change != nil {
		change(o)
	}
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// within fails if an operation takes for ever.
func within(t *testing.T, what string, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(far):
		t.Fatalf("%s: got no answer within %v", what, far)
		return nil
	}
}

// A listener that accepts, reads, and says nothing, through a client that
// would wait for a minute at least.
func TestHungListener(t *testing.T) {
	addr := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	for _, tc := range []struct {
		name   string
		change func(*redis.Options)
	}{
		{"many connections", func(o *redis.Options) { o.ReadTimeout, o.WriteTimeout = time.Minute, time.Minute }},
		{"one connection", func(o *redis.Options) {
			o.ReadTimeout, o.PoolTimeout, o.PoolSize, o.MaxActiveConns = time.Minute, time.Minute, 1, 1
		}},
		{"a client that heeds deadlines", func(o *redis.Options) { o.ContextTimeoutEnabled = true }},
	} {
		c := newCache(t, dial(t, addr, tc.change), rediscache.Options{MaxFailures: 100})
		for range 3 {
			for _, op := range operations {
				err := within(t, tc.name+", "+op.name, func() error { return op.do(t.Context(), c) })
				if !errors.Is(err, rediscache.ErrUnavailable) {
					t.Errorf("%s, %s: got %v, want %v", tc.name, op.name, err, rediscache.ErrUnavailable)
				}
			}
		}
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c := newCache(t, dial(t, l.Addr().String(), func(o *redis.Options) { o.DialerRetryTimeout = time.Hour }), rediscache.Options{Timeout: time.Second, MaxFailures: 1})
	for _, op := range operations {
		err := within(t, op.name, func() error { return op.do(t.Context(), c) })
		if !errors.Is(err, rediscache.ErrUnavailable) || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("%s: got %v, want %v, and that the connection was refused", op.name, err, rediscache.ErrUnavailable)
		}
	}
}

// garbage is what something says that is no Redis, or a mad one.
var garbage = []struct{ name, text string }{
	{"another protocol", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
	{"binary", "\x00\x01\x02\xff\xfe\r\n\r\n"},
	{"an empty line", "\r\n"},
	{"a size below none", "$-5\r\nabc\r\n"},
	{"no number", "$x\r\nabc\r\n"},
	{"a size out of range", "$99999999999999999999\r\nabc\r\n"},
	{"a size that panics", "$9223372036854775806\r\nabc\r\n"},
	{"an array", "*2\r\n:1\r\n:2\r\n"},
	{"an array that never ends", "*2\r\n:1\r\n"},
	{"a map", "%1\r\n+a\r\n+b\r\n"},
	{"an attribute", "|1\r\n+a\r\n+b\r\n"},
	{"a push", ">2\r\n+message\r\n+b\r\n"},
	{"a verbatim string", "=5\r\ntxt:a\r\n"},
	{"a short line", "$3\r\nab"},
	{"a long error", "-ERR " + strings.Repeat("x", 10000) + "\r\n"},
	{"an error of many lines", "!20\r\nERR a\r\nb\x1b[31mc\r\nddddd\r\n"},
}

// Whatever comes back, no operation panics or returns a value. What follows is
// refused as well: a connection is out of step after garbage.
func TestGarbage(t *testing.T) {
	for _, g := range garbage {
		f := &fake{reply: func([]string) string { return g.text }}
		fromTheStart := func(conn net.Conn) {
			defer conn.Close()
			go func() { _, _ = io.WriteString(conn, g.text) }() // ends with the connection
			_, _ = io.Copy(io.Discard, conn)
		}
		for name, serve := range map[string]func(net.Conn){"after the login": f.serve, "from the start": fromTheStart} {
			for _, protocol := range []int{2, 3} {
				t.Run(fmt.Sprintf("%s %s, protocol %d", g.name, name, protocol), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						client := pipe(t, serve, func(o *redis.Options) { o.Protocol = protocol })
						c := newCache(t, client, rediscache.Options{MaxFailures: 1000})
						for range 2 {
							value, err := c.Get(t.Context(), "key")
							if value != nil || err == nil {
								t.Errorf("got %q, %v, want an error", value, err)
							} else if text := err.Error(); strings.ContainsAny(text, "\r\n\x1b\x00") || len(text) > 1100 {
								t.Errorf("got error %q, want one short line that prints", text)
							}
						}
						for _, op := range operations {
							_ = op.do(t.Context(), c)
						}
					})
				})
			}
		}
	}
}

// Servers quote a command that they don't know, and old ones know no HELLO.
func TestErrorsHoldNoPassword(t *testing.T) {
	addr := listen(t, func(conn net.Conn) {
		defer conn.Close()
		for buf := make([]byte, 4096); ; {
			if _, err := conn.Read(buf); err != nil {
				return
			}
			if _, err := io.WriteString(conn, "-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'app' 'pa55word' \r\n"); err != nil {
				return
			}
		}
	})
	l := &journal{}
	client := dial(t, addr, func(o *redis.Options) { o.Username, o.Password = "app", "pa55word" })
	c := newCache(t, client, rediscache.Options{Logger: l.logger(), MaxFailures: 1, Timeout: far})
	_, err := c.Get(t.Context(), "key")
	if err == nil || !strings.Contains(err.Error(), "unknown command") || strings.Contains(err.Error(), "pa55word") {
		t.Errorf("got %v, want an unknown command and no password", err)
	}
	if lines := strings.Join(l.lines(), "\n"); strings.Contains(lines, "pa55word") {
		t.Errorf("log: got %s, want no password", lines)
	}
}

func TestClosedClient(t *testing.T) {
	client := dial(t, "127.0.0.1:1", nil)
	_ = client.Close()
	c := newCache(t, client, rediscache.Options{})
	if _, err := c.Get(t.Context(), "key"); !errors.Is(err, rediscache.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, rediscache.ErrUnavailable)
	}
}
