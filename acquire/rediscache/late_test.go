// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
)

// late replies as it is told to, but later.
func late(by time.Duration, reply func([]string) string) func([]string) string {
	return func(args []string) string { time.Sleep(by); return reply(args) }
}

// overdue fails unless the operation is given up after 50 ms.
func overdue(t *testing.T, what string, op func() error) {
	t.Helper()
	begin := time.Now()
	err := op()
	if took := time.Since(begin); !errors.Is(err, rediscache.ErrUnavailable) || took != 50*time.Millisecond {
		t.Errorf("%s: got %v after %v, want %v after 50ms", what, err, took, rediscache.ErrUnavailable)
	}
}

// However long connecting takes, up to five seconds, it is done once.
func TestConnectingMayTakeLonger(t *testing.T) {
	const long = 4900 * time.Millisecond
	for _, slow := range []string{"TCP", "the login"} {
		for _, heeds := range []bool{true, false} {
			for _, op := range operations {
				t.Run(fmt.Sprintf("%s, %s, ContextTimeoutEnabled %v", slow, op.name, heeds), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						f, dials := &fake{reply: newMemory().reply}, 0
						serve := func(conn net.Conn) {
							if slow == "the login" {
								time.Sleep(long)
							}
							f.serve(conn)
						}
						c := newCache(t, pipe(t, serve, func(o *redis.Options) {
							o.ContextTimeoutEnabled = heeds
							connect := o.Dialer
							o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
								if dials++; slow == "TCP" {
									time.Sleep(long)
								}
								return connect(ctx, network, addr)
							}
						}), rediscache.Options{})
						overdue(t, "first", func() error { return op.do(t.Context(), c) })
						time.Sleep(5 * time.Second)
						begin := time.Now()
						if err, took := op.do(t.Context(), c), time.Since(begin); err != nil || took != 0 {
							t.Errorf("then: got %v after %v, want no error at once", err, took)
						}
						if dials != 1 {
							t.Errorf("got %d connections, want 1", dials)
						}
					})
				})
			}
		}
	}
}

// What works late ends the pause, and then nobody need hear of it.
func TestLateSuccessEndsThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, l := &fake{reply: late(60*time.Millisecond, working)}, &journal{}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{Logger: l.logger()})
		outage(t, c, 3)
		f.set(working)
		f.asked()
		outage(t, c, 1)
		if names := f.asked(); names != "" {
			t.Errorf("left alone: got commands %q, want none", names)
		}
		time.Sleep(20 * time.Millisecond) // the last of the three is answered
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("after a late success: got %v, want no error", err)
		}
		time.Sleep(time.Minute)
		if lines := l.lines(); lines != nil {
			t.Errorf("got %q, want nothing logged", lines)
		}
	})
}

// Where every answer comes too late callers don't wait for ever again.
func TestAlwaysTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, l := &fake{reply: late(60*time.Millisecond, working)}, &journal{}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{Logger: l.logger()})
		waits := 0
		for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			begin := time.Now()
			_, err := c.Get(t.Context(), "key")
			if !errors.Is(err, rediscache.ErrUnavailable) {
				t.Fatalf("got %v, want %v", err, rediscache.ErrUnavailable)
			}
			if time.Since(begin) > 0 {
				waits++
			}
		}
		if waits > 100 {
			t.Errorf("got %d callers in 10 minutes that waited, want few", waits)
		}
		lines := l.lines()
		if want := `error="get: answers come, but too late: the last took 60ms, and the timeout is 50ms"`; len(lines) == 0 || len(lines) > 50 || !strings.HasSuffix(lines[0], want) {
			t.Errorf("got %d lines, the first %q, want few that end with %s", len(lines), lines[:min(1, len(lines))], want)
		}
		_, err := c.Get(t.Context(), "key")
		if want := "answers come, but too late"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("left alone: got %v, want %q in it", err, want)
		}
		f.set(working)
		time.Sleep(30 * time.Second) // the longest pause
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("faster: got %v, want no error", err)
		}
		synctest.Wait()
		if lines := l.lines(); len(lines) != 1 || !strings.Contains(lines[0], "works again") {
			t.Errorf("faster: got %q, want one line", lines)
		}
	})
}

// A try that takes its time does not bring on others.
func TestOneTriesHoweverSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: failing}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{MinPause: 10 * time.Millisecond, MaxPause: 10 * time.Millisecond})
		outage(t, c, 3)
		f.asked()
		f.set(hanging)
		for range 400 {
			time.Sleep(10 * time.Millisecond)
			outage(t, c, 1)
		}
		if names := f.asked(); names != "getrange" {
			t.Errorf("within 4 s: got commands %q, want one", names)
		}
	})
}

// A try that the client never gives up is no reason to try no more.
func TestOneTriesForSixSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: failing}
		client := f.pipe(t, nil)
		c := newCache(t, client, rediscache.Options{})
		outage(t, c, 3)
		time.Sleep(time.Second)
		f.set(working)
		var hung atomic.Bool
		client.AddHook(hook(func(context.Context, redis.Cmder) {
			if hung.CompareAndSwap(false, true) {
				time.Sleep(time.Hour) // whatever the context
			}
		}))
		overdue(t, "who tries", func() error { _, err := c.Get(t.Context(), "key"); return err })
		time.Sleep(6 * time.Second)
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("the next: got %v, want no error", err)
		}
	})
}

// What was wrong comes after the caller has left, and is told: to the log once
// for each pause, and to those who come meanwhile.
func TestLateFailuresTellTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, l := &fake{reply: late(70*time.Millisecond, func([]string) string { return "-NOPERM this user has no permissions\r\n" })}, &journal{}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{Logger: l.logger(), MinPause: time.Minute})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { overdue(t, "first", func() error { _, err := c.Get(t.Context(), "key"); return err }) })
		}
		wg.Wait()
		synctest.Wait()
		if lines := l.lines(); lines != nil {
			t.Errorf("no cause yet: got %q, want nothing logged", lines)
		}
		for pauses := 1; pauses < 4; pauses++ {
			time.Sleep(time.Second)
			const cause = "get: NOPERM this user has no permissions"
			want := fmt.Sprintf(" pauses=%d error=%q", pauses, cause)
			lines := l.lines()
			if len(lines) != 1 || !strings.HasSuffix(lines[0], want) {
				t.Errorf("pause %d: got %q, want one line that ends with %s", pauses, lines, want)
			}
			err := c.Delete(t.Context(), "key")
			if want := "rediscache: unavailable: delete: left alone for a while, as it has failed: " + cause; err == nil || err.Error() != want {
				t.Errorf("pause %d: got %v, want %s", pauses, err, want)
			}
			time.Sleep(10 * time.Minute)
			overdue(t, "who tries", func() error { _, err := c.Get(t.Context(), "key"); return err })
		}
	})
}

// firstWaits is a cache on a Redis in memory whose first command takes 200 ms.
func firstWaits(t *testing.T) (*rediscache.Cache, *memory) {
	t.Helper()
	m := newMemory()
	client := (&fake{reply: m.reply}).pipe(t, nil)
	var passed atomic.Bool
	client.AddHook(hook(func(context.Context, redis.Cmder) {
		if passed.CompareAndSwap(false, true) {
			time.Sleep(200 * time.Millisecond)
		}
	}))
	return newCache(t, client, rediscache.Options{MaxFailures: 100}), m
}

// Writes to a key are done as they began, or what was deleted would be back.
func TestWritesKeepTheirOrder(t *testing.T) {
	for _, tc := range []struct{ name, writes, want string }{
		{"two values", "ab", "b"},
		{"deleted", "a-", ""},
		{"deleted before", "-a", "a"},
		{"many", "a-b-cd-e", "e"},
		{"many, the last of which deletes", "ab-cd-", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := firstWaits(t)
				for i, w := range tc.writes[:2] { // the callers of these leave
					overdue(t, fmt.Sprint("write ", i), func() error { return write(t, c, w) })
				}
				set(t, c, "other", "x") // nobody else waits
				time.Sleep(time.Second)
				for _, w := range tc.writes[2:] {
					if err := write(t, c, w); err != nil {
						t.Errorf("got %v, want no error", err)
					}
				}
				if got, err := c.Get(t.Context(), "key"); string(got) != tc.want || err != nil {
					t.Errorf("got %q, %v, want %q", got, err, tc.want)
				}
			})
		})
	}
}

func write(t *testing.T, c *rediscache.Cache, what rune) error {
	t.Helper()
	if what == '-' {
		return c.Delete(t.Context(), "key")
	}
	return c.Set(t.Context(), "key", []byte(string(what)), time.Minute)
}

// A write whose turn comes too late is not done at all, and lets the next in.
func TestWritesWaitForTheirTurnFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, l := newMemory(), &journal{}
		client := (&fake{reply: m.reply}).pipe(t, nil)
		var passed atomic.Bool
		client.AddHook(hook(func(context.Context, redis.Cmder) {
			if passed.CompareAndSwap(false, true) {
				time.Sleep(20 * time.Second) // whatever the context
			}
		}))
		c := newCache(t, client, rediscache.Options{MaxFailures: 2, Logger: l.logger()})
		overdue(t, "first", func() error { return write(t, c, 'a') })
		time.Sleep(6 * time.Second)
		overdue(t, "second", func() error { return write(t, c, 'b') })
		time.Sleep(6 * time.Second)
		if lines := l.lines(); len(lines) != 1 || !strings.Contains(lines[0], `"set: an earlier write to the key took longer than 5.05s"`) {
			t.Errorf("got %q, want one line with the reason", lines)
		}
		overdue(t, "third", func() error { return write(t, c, 'c') })
		time.Sleep(time.Minute)
		if err := write(t, c, 'd'); err != nil {
			t.Errorf("then: got %v, want no error", err)
		}
		if len(m.sets) != 1 { // the client, too, did nothing after its time
			t.Errorf("got %d values set, want 1", len(m.sets))
		}
	})
}

// The caller may do with its bytes what it likes, though they wait for their turn.
func TestLateSetHasItsOwnBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := firstWaits(t)
		overdue(t, "first", func() error { return c.Delete(t.Context(), "key") })
		value := []byte("value")
		overdue(t, "second", func() error { return c.Set(t.Context(), "key", value, time.Minute) })
		copy(value, "XXXXX")
		time.Sleep(time.Second)
		if got, err := c.Get(t.Context(), "key"); string(got) != "value" || err != nil {
			t.Errorf("got %q, %v, want value", got, err)
		}
	})
}

// A value that is set late lives no longer than it was to.
func TestLateSetExpiresInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, m := firstWaits(t)
		overdue(t, "first", func() error { return c.Delete(t.Context(), "key") })
		overdue(t, "second", func() error { return c.Set(t.Context(), "key", []byte("value"), 100*time.Millisecond) })
		time.Sleep(150 * time.Millisecond) // the first ended 50 ms ago, and the second with it
		if m.get(at("key")) == "" {
			t.Error("got no entry in Redis, want one")
		}
		if got, err := c.Get(t.Context(), "key"); got != nil || err != nil {
			t.Errorf("got %q, %v, want a miss", got, err)
		}
	})
}

// A command ends five seconds after its caller's time is up, if the client
// heeds its context, and makes room for others.
func TestWhatIsLateEnds(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := (&fake{reply: working}).pipe(t, nil)
				var ended atomic.Int64
				client.AddHook(hook(func(ctx context.Context, _ redis.Cmder) {
					begun := time.Now()
					<-ctx.Done()
					ended.Add(1)
					if took := time.Since(begun); took > 5050*time.Millisecond {
						t.Errorf("got one that ended after %v, want at most 5.05s", took)
					}
				}))
				c := newCache(t, client, rediscache.Options{MaxFailures: 1 << 30})
				for range 20 {
					overdue(t, "it", func() error { return op.do(t.Context(), c) })
				}
				time.Sleep(5 * time.Second)
				if ended.Load() == 0 {
					t.Error("got none that ended, want some")
				}
			})
		})
	}
}

// watch counts the calls of a client that are under way.
type watch struct {
	hook
	running atomic.Int64
}

func (w *watch) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		w.running.Add(1)
		defer w.running.Add(-1)
		return next(ctx, cmd)
	}
}

// Who closes the client ends what it was doing for the cache.
func TestClosingTheClientEndsWhatIsLate(t *testing.T) {
	for _, heeds := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			client := (&fake{reply: hanging}).pipe(t, func(o *redis.Options) { o.ContextTimeoutEnabled = heeds })
			w := &watch{}
			client.AddHook(w)
			c := newCache(t, client, rediscache.Options{MaxFailures: 100})
			for _, op := range operations {
				overdue(t, op.name, func() error { return op.do(t.Context(), c) })
			}
			if n := w.running.Load(); n != int64(len(operations)-1) { // the deletion waits for the set
				t.Errorf("got %d under way, want %d", n, len(operations)-1)
			}
			_ = client.Close()
			time.Sleep(time.Second)
			if n := w.running.Load(); n != 0 {
				t.Errorf("ContextTimeoutEnabled %v: got %d under way, want none", heeds, n)
			}
		})
	}
}
