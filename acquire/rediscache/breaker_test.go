// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
)

// failing is what a server says that can't do anything.
func failing([]string) string { return "-ERR out of order\r\n" }

// outage runs Get until Redis is left alone.
func outage(t *testing.T, c *rediscache.Cache, times int) {
	t.Helper()
	for range times {
		if _, err := c.Get(t.Context(), "key"); !errors.Is(err, rediscache.ErrUnavailable) {
			t.Fatalf("got %v, want %v", err, rediscache.ErrUnavailable)
		}
	}
}

func TestFailingServerIsLeftAlone(t *testing.T) {
	for _, tc := range []struct {
		name  string
		reply func([]string) string
	}{
		{"it hangs", hanging},
		{"it refuses", failing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{reply: tc.reply}
				c := newCache(t, f.pipe(t, nil), rediscache.Options{})
				outage(t, c, 3)
				if names := f.asked(); names != "getrange getrange getrange" {
					t.Errorf("got commands %q, want three", names)
				}
				for _, op := range operations {
					begin := time.Now()
					if err, took := op.do(t.Context(), c), time.Since(begin); !errors.Is(err, rediscache.ErrUnavailable) || took != 0 {
						t.Errorf("%s: got %v after %v, want %v at once", op.name, err, took, rediscache.ErrUnavailable)
					}
				}
				if names := f.asked(); names != "" {
					t.Errorf("left alone: got commands %q, want none", names)
				}

				f.set(working)
				time.Sleep(time.Second) // the first pause at most
				for _, op := range operations {
					if err := op.do(t.Context(), c); err != nil {
						t.Errorf("%s after the pause: got %v, want no error", op.name, err)
					}
				}
			})
		})
	}
}

// Failures must be in a row to count.
func TestSomeFailuresAreBorne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{})
		for range 10 {
			f.set(hanging)
			outage(t, c, 2)
			f.set(working)
			if _, err := c.Get(t.Context(), "key"); err != nil {
				t.Fatalf("got %v, want no error", err)
			}
		}
	})
}

// pauses returns how long it is left alone, time after time. It looks once in
// a step.
func pauses(t *testing.T, f *fake, c *rediscache.Cache, n int, step time.Duration) []time.Duration {
	t.Helper()
	var got []time.Duration
	for range n {
		f.asked()
		begin := time.Now()
		for f.asked() == "" {
			time.Sleep(step)
			if _, err := c.Get(t.Context(), "key"); !errors.Is(err, rediscache.ErrUnavailable) {
				t.Fatalf("got %v, want %v", err, rediscache.ErrUnavailable)
			}
		}
		got = append(got, time.Since(begin))
	}
	return got
}

func TestPausesGrow(t *testing.T) {
	for _, tc := range []struct {
		name     string
		min, max time.Duration
		want     []int // milliseconds
	}{
		{"by default", 0, 0, []int{1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000}},
		{"chosen", 100 * time.Millisecond, 300 * time.Millisecond, []int{100, 200, 300, 300}},
		{"always the same", time.Minute, time.Minute, []int{60000, 60000}},
		{"longer than the usual longest", time.Hour, 0, []int{3600000, 3600000}},
		{"shorter than the usual shortest", 0, 100 * time.Millisecond, []int{100, 100}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pause := func(i int) time.Duration { return time.Duration(tc.want[i]) * time.Millisecond }
				f := &fake{reply: failing}
				c := newCache(t, f.pipe(t, nil), rediscache.Options{MinPause: tc.min, MaxPause: tc.max})
				outage(t, c, 3)
				step := pause(0) / 100
				for i, got := range pauses(t, f, c, len(tc.want), step) {
					want := pause(i)
					if got < want*3/4 || got > want+step {
						t.Errorf("pause %d: got %v, want between 3/4 of %v and that", i, got, want)
					}
				}
				// Once it works again, the next outage begins with the shortest.
				f.set(working)
				for {
					if _, err := c.Get(t.Context(), "key"); err == nil {
						break
					}
					time.Sleep(step)
				}
				f.set(failing)
				outage(t, c, 3)
				if got, want := pauses(t, f, c, 1, step)[0], pause(0); got > want+step {
					t.Errorf("first pause of the next outage: got %v, want at most %v", got, want)
				}
			})
		})
	}
}

// Machines of a fleet must not all come back at the same moment.
func TestPausesDiffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := make(map[time.Duration]bool)
		for range 10 {
			f := &fake{reply: failing}
			c := newCache(t, f.pipe(t, nil), rediscache.Options{})
			outage(t, c, 3)
			seen[pauses(t, f, c, 1, time.Millisecond)[0]] = true
		}
		if len(seen) < 3 {
			t.Errorf("got %d different pauses of 10, want jitter", len(seen))
		}
	})
}

// After the pause one operation tries; the others don't wait for it.
func TestOneTriesAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: failing}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{})
		outage(t, c, 3)
		f.asked()
		f.set(func(args []string) string { time.Sleep(20 * time.Millisecond); return working(args) })
		time.Sleep(time.Second)

		var wg sync.WaitGroup
		var mu sync.Mutex
		var worked int
		for range 50 {
			wg.Go(func() {
				begin := time.Now()
				_, err := c.Get(t.Context(), "key")
				took := time.Since(begin)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					worked++
				case !errors.Is(err, rediscache.ErrUnavailable) || took != 0:
					t.Errorf("got %v after %v, want %v at once", err, took, rediscache.ErrUnavailable)
				}
			})
		}
		wg.Wait()
		if names := f.asked(); names != "getrange" || worked != 1 {
			t.Errorf("got commands %q and %d that worked, want one", names, worked)
		}
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("afterwards: got %v, want no error", err)
		}
	})
}

// A caller that leaves while it tries must not leave the breaker waiting.
func TestWhoeverTriesMayLeave(t *testing.T) {
	for _, tc := range []struct {
		name  string
		reply func([]string) string
		works bool
	}{
		{"it hangs still", hanging, false},
		{"it works again", func(args []string) string { time.Sleep(20 * time.Millisecond); return working(args) }, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{reply: failing}
			c := newCache(t, f.pipe(t, nil), rediscache.Options{})
			outage(t, c, 3)
			f.set(tc.reply)
			time.Sleep(time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if _, err := c.Get(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v, want %v", tc.name, err, context.DeadlineExceeded)
			}
			time.Sleep(50 * time.Millisecond) // by now it has had its answer, or none
			f.set(working)
			if _, err := c.Get(t.Context(), "key"); (err == nil) != tc.works {
				t.Errorf("%s: got %v from the next, want it to work: %v", tc.name, err, tc.works)
			}
			time.Sleep(6 * time.Second) // whoever tries is given up after 5
			if _, err := c.Get(t.Context(), "key"); err != nil {
				t.Errorf("%s, after the next pause: got %v, want no error", tc.name, err)
			}
		})
	}
}

// If a caller leaves before its command begins, nobody has tried.
func TestWhoeverLeavesBeforeTryingHasNotTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: failing}
		client := f.pipe(t, nil)
		var hangs atomic.Bool
		hangs.Store(true)
		resume := make(chan struct{})
		client.AddHook(hook(func(context.Context, redis.Cmder) {
			if hangs.Load() {
				<-resume
			}
		}))
		c := newCache(t, client, rediscache.Options{})
		var wg sync.WaitGroup
		for range 64 { // takes all places; the breaker opens
			wg.Go(func() { _, _ = c.Get(t.Context(), "key") })
		}
		wg.Wait()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.Get(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no place: got %v, want %v", err, context.DeadlineExceeded)
		}
		hangs.Store(false)
		close(resume)
		synctest.Wait()
		f.set(working)
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("the next: got %v, want no error", err)
		}
	})
}

// What began before the breaker opened, and fails late, makes the pause no
// longer.
func TestLateFailuresDontCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: hanging}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { _, _ = c.Get(t.Context(), "key") })
		}
		wg.Wait()
		f.set(working)
		time.Sleep(time.Second) // the first pause; the second would be longer than 1.5s
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("after the first pause: got %v, want no error", err)
		}
	})
}

// What works shows that Redis does, though it began before the others failed.
func TestWhatWorksEndsThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: func(args []string) string {
			if args[0] == "del" {
				time.Sleep(40 * time.Millisecond)
				return ":1\r\n"
			}
			return failing(args)
		}}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{})
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := c.Delete(t.Context(), "key"); err != nil {
				t.Errorf("slow: got %v, want no error", err)
			}
		})
		synctest.Wait()
		outage(t, c, 3)
		f.asked()
		outage(t, c, 1)
		if names := f.asked(); names != "" {
			t.Errorf("before the success: got commands %q, want none", names)
		}
		wg.Wait()
		outage(t, c, 1)
		if names := f.asked(); names != "getrange" {
			t.Errorf("after it: got commands %q, want one", names)
		}
	})
}

func TestOutagesAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, l := &fake{reply: failing}, &journal{}
		c := newCache(t, f.pipe(t, nil), rediscache.Options{Logger: l.logger(), MinPause: time.Minute})
		outage(t, c, 2)
		synctest.Wait()
		if lines := l.lines(); lines != nil {
			t.Errorf("two failures: got %q, want nothing logged", lines)
		}
		outage(t, c, 10)
		synctest.Wait()
		pause := regexp.MustCompile(`pause=[0-9.ms]+`)
		want := `level=WARN msg="redis fails and is left alone" pause=X pauses=1 error="get: ERR out of order"`
		if lines := l.lines(); len(lines) != 1 || pause.ReplaceAllString(lines[0], "pause=X") != want {
			t.Errorf("left alone: got %q, want [%s]", lines, want)
		}
		time.Sleep(time.Minute)
		f.set(hanging)
		outage(t, c, 10)
		time.Sleep(6 * time.Second) // until it is known that no answer comes
		want = `level=WARN msg="redis fails and is left alone" pause=X pauses=2 error="get: no answer within 5.1s"`
		if lines := l.lines(); len(lines) != 1 || pause.ReplaceAllString(lines[0], "pause=X") != want {
			t.Errorf("and again: got %q, want [%s]", lines, want)
		}
		time.Sleep(2 * time.Minute)
		f.set(working)
		if _, err := c.Get(t.Context(), "key"); err != nil {
			t.Errorf("got %v, want no error", err)
		}
		synctest.Wait()
		want = `level=INFO msg="redis works again" pauses=2`
		if lines := l.lines(); len(lines) != 1 || strings.Join(lines, "") != want {
			t.Errorf("works: got %q, want [%s]", lines, want)
		}
	})
}

// slow is a log handler that takes its time.
type slow struct{ slog.Handler }

func (slow) Enabled(context.Context, slog.Level) bool { return true }

func (slow) Handle(context.Context, slog.Record) error { time.Sleep(time.Hour); return nil }

func TestNobodyWaitsForTheLog(t *testing.T) {
	for _, reply := range []func([]string) string{failing, hanging} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{reply: reply}
			c := newCache(t, f.pipe(t, nil), rediscache.Options{Logger: slog.New(slow{})})
			begin := time.Now()
			outage(t, c, 10)
			if took := time.Since(begin); took > 150*time.Millisecond {
				t.Errorf("ten operations, three of which failed: got %v, want at most 150ms", took)
			}
			time.Sleep(2 * time.Hour)
		})
	}
}
