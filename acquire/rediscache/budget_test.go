// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"context"
	"errors"
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

// operations are all that a cache does.
var operations = []struct {
	name string
	do   func(ctx context.Context, c *rediscache.Cache) error
}{
	{"get", func(ctx context.Context, c *rediscache.Cache) error { _, err := c.Get(ctx, "key"); return err }},
	{"set", func(ctx context.Context, c *rediscache.Cache) error {
		return c.Set(ctx, "key", []byte("value"), time.Minute)
	}},
	{"delete", func(ctx context.Context, c *rediscache.Cache) error { return c.Delete(ctx, "key") }},
	{"lease", func(ctx context.Context, c *rediscache.Cache) error {
		_, _, err := c.Lease(ctx, "key", time.Minute)
		return err
	}},
}

func deaf(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func deafest(context.Context, string, string) (net.Conn, error) {
	time.Sleep(3 * time.Hour)
	return nil, errors.New("no route to host")
}

// However the client is set up and Redis hangs, an operation takes 50 ms and
// no more.
func TestBudget(t *testing.T) {
	for _, client := range []struct {
		name   string
		change func(*redis.Options)
	}{
		{"a client that ignores deadlines", nil},
		{"a client that heeds them", func(o *redis.Options) { o.ContextTimeoutEnabled = true }},
		{"a client without timeouts", func(o *redis.Options) { o.ReadTimeout, o.WriteTimeout = -1, -1 }},
		{"connecting hangs", func(o *redis.Options) { o.Dialer = deaf }},
		{"connecting hangs, whatever the context", func(o *redis.Options) { o.Dialer = deafest }},
	} {
		for _, op := range operations {
			t.Run(client.name+"/"+op.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := &fake{reply: hanging}
					c := newCache(t, f.pipe(t, client.change), rediscache.Options{MaxFailures: 1000})
					for range 3 {
						begin := time.Now()
						err := op.do(t.Context(), c)
						if took := time.Since(begin); !errors.Is(err, rediscache.ErrUnavailable) || took > 50*time.Millisecond {
							t.Errorf("got %v after %v, want %v within 50ms", err, took, rediscache.ErrUnavailable)
						}
					}
				})
			})
		}
	}
}

func TestReleaseHasTheSameBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: working}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{Timeout: 70 * time.Millisecond})
		release, ok, err := c.Lease(t.Context(), "key", time.Minute)
		if !ok || err != nil {
			t.Fatalf("lease: got %v, %v, want it", ok, err)
		}
		f.set(hanging)
		begin := time.Now()
		release()
		if took := time.Since(begin); took != 70*time.Millisecond {
			t.Errorf("release: got %v, want 70ms", took)
		}
	})
}

// hook runs before each command of a client.
type hook func(ctx context.Context, cmd redis.Cmder)

func (h hook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		h(ctx, cmd)
		return next(ctx, cmd)
	}
}

// A client that hangs for much longer than its callers wait does not pile up
// goroutines.
func TestCallsUnderWayAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: working}
		client := f.pipe(t, nil)
		var running, most atomic.Int64
		client.AddHook(hook(func(context.Context, redis.Cmder) {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Hour)
			running.Add(-1)
		}))
		c := newCache(t, client, rediscache.Options{MaxFailures: 1 << 30})
		var wg sync.WaitGroup
		var refused atomic.Int64
		for range 1000 {
			wg.Go(func() {
				begin := time.Now()
				_, err := c.Get(t.Context(), "key")
				if err != nil && strings.Contains(err.Error(), "get: 64 commands are under way, and none ended within 50ms") {
					refused.Add(1)
				}
				if took := time.Since(begin); !errors.Is(err, rediscache.ErrUnavailable) || took != 50*time.Millisecond {
					t.Errorf("got %v after %v, want %v after 50ms", err, took, rediscache.ErrUnavailable)
				}
			})
		}
		wg.Wait()
		if n := refused.Load(); n != 1000-64 {
			t.Errorf("got %d that were told of the others, want %d", n, 1000-64)
		}
		if most := most.Load(); most != 64 {
			t.Errorf("got %d calls of the client at once, want 64", most)
		}
		time.Sleep(2 * time.Hour)
		if n := running.Load(); n != 0 {
			t.Errorf("got %d calls left, want none", n)
		}
	})
}

// More callers than may go ahead at once are served, one after the other.
func TestManyCallersAreServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: working}
		client := f.pipe(t, nil)
		client.AddHook(hook(func(context.Context, redis.Cmder) { time.Sleep(time.Millisecond) }))
		c := newCache(t, client, rediscache.Options{})
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if _, err := c.Get(t.Context(), "key"); err != nil {
					t.Errorf("got %v, want no error", err)
				}
			})
		}
		wg.Wait()
	})
}

func TestCallersMayLeave(t *testing.T) {
	cause := errors.New("shutting down")
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{reply: hanging}
				c := newCache(t, f.pipe(t, nil), rediscache.Options{})
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
				begin := time.Now()
				err := op.do(ctx, c)
				if took := time.Since(begin); !errors.Is(err, cause) || errors.Is(err, rediscache.ErrUnavailable) || took != 10*time.Millisecond {
					t.Errorf("got %v after %v, want %v after 10ms", err, took, cause)
				}
				// From here on nothing is asked at all.
				f.asked()
				begin = time.Now()
				if err, took := op.do(ctx, c), time.Since(begin); !errors.Is(err, cause) || took != 0 {
					t.Errorf("again: got %v after %v, want %v at once", err, took, cause)
				}
				synctest.Wait()
				if names := f.asked(); names != "" {
					t.Errorf("cancelled before: got commands %q, want none", names)
				}
			})
		})
	}
}

// A caller that leaves while it waits for its turn has asked nothing, and says
// nothing about Redis.
func TestCallersMayLeaveBeforeTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: working}
		client := f.pipe(t, nil)
		client.AddHook(hook(func(context.Context, redis.Cmder) { time.Sleep(20 * time.Millisecond) }))
		c := newCache(t, client, rediscache.Options{MaxFailures: 1})
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() { _, _ = c.Get(t.Context(), "key") })
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		if _, err := c.Get(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		wg.Wait()
		if names := f.asked(); strings.Count(names, "getrange") != 64 {
			t.Errorf("got commands %q, want 64", names)
		}
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("afterwards: got %v, want no error", err)
		}
	})
}

// What a caller has left is done all the same, in its own time, and does not
// cost the connection.
func TestWhatIsLeftIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: func(args []string) string { time.Sleep(20 * time.Millisecond); return working(args) }}
		dials := 0
		c := newCache(t, f.pipe(t, func(o *redis.Options) {
			o.ContextTimeoutEnabled = true
			dial := o.Dialer
			o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
				dials++
				return dial(ctx, network, addr)
			}
		}), rediscache.Options{MaxFailures: 1})
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			if err := c.Delete(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
			}
			cancel()
			time.Sleep(time.Second)
		}
		if names := f.asked(); names != "del del del del del" || dials != 1 {
			t.Errorf("got commands %q on %d connections, want 5 on 1", names, dials)
		}
	})
}

// A lease that nobody waits for any more is given back.
func TestLeaseThatNobodyTakesIsReleased(t *testing.T) {
	for _, tc := range []struct {
		name           string
		patience, wait time.Duration
		holder         string
		is             error
		commands       string
	}{
		{"its caller has left", 10 * time.Millisecond, 20 * time.Millisecond, "", context.DeadlineExceeded, "set eval"},
		{"its time is up", time.Minute, 60 * time.Millisecond, "", rediscache.ErrUnavailable, "set eval"},
		{"long ago", time.Minute, 5040 * time.Millisecond, "", rediscache.ErrUnavailable, "set eval"},
		{"another has it", time.Minute, 60 * time.Millisecond, "other", rediscache.ErrUnavailable, "set"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			if tc.holder != "" {
				m.put("b2ckit:lease:key", tc.holder)
			}
			f := &fake{reply: late(tc.wait, m.reply)}
			c := newCache(t, f.pipe(t, func(o *redis.Options) { o.ContextTimeoutEnabled = true }), rediscache.Options{})
			ctx, cancel := context.WithTimeout(t.Context(), tc.patience)
			defer cancel()
			if _, ok, err := c.Lease(ctx, "key", time.Minute); ok || !errors.Is(err, tc.is) {
				t.Errorf("%s: got %v, %v, want %v", tc.name, ok, err, tc.is)
			}
			time.Sleep(10*time.Second + tc.wait)
			if names := f.asked(); names != tc.commands {
				t.Errorf("%s: got commands %q, want %q", tc.name, names, tc.commands)
			}
			if holder := m.get("b2ckit:lease:key"); holder != tc.holder {
				t.Errorf("%s: got the lease held by %q, want %q", tc.name, holder, tc.holder)
			}
		})
	}
}

// No cache is worth the process: a panic in the client would end it.
func TestClientPanics(t *testing.T) {
	for _, tc := range []struct {
		name  string
		value any
		want  string
	}{
		{"a value", "secret", "the client panicked with a string"},
		{"the runtime's", 1, "the client panicked: runtime error: index out of range [1] with length 0"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{reply: working}
			client := f.pipe(t, nil)
			client.AddHook(hook(func(context.Context, redis.Cmder) {
				if i, ok := tc.value.(int); ok {
					_ = []int{}[i]
				}
				panic(tc.value)
			}))
			c := newCache(t, client, rediscache.Options{})
			_, err := c.Get(t.Context(), "key")
			if want := "rediscache: unavailable: get: " + tc.want; !errors.Is(err, rediscache.ErrUnavailable) || err.Error() != want {
				t.Errorf("%s: got %v, want %s", tc.name, err, want)
			}
		})
	}
}
