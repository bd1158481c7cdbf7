// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const timeout = 50 * time.Millisecond

// in runs a test in virtual time.
func in(t *testing.T, test func(t *testing.T, c *calls)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, newCalls(timeout, newBreaker(), journal{slog.New(slog.DiscardHandler)}))
		time.Sleep(time.Minute) // for what goes on
		synctest.Wait()
	})
}

// after returns what a command does that takes so long.
func after(took time.Duration, value string, err error) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { time.Sleep(took); return value, err }
}

func TestCallTakesNoLongerThanPromised(t *testing.T) {
	for _, tc := range []struct {
		name  string
		left  bool // by the caller
		do    func(context.Context) (string, error)
		value string
		want  string // in the error
		took  time.Duration
	}{
		{"in time", false, after(timeout-1, "v", nil), "v", "", timeout - 1},
		{"it fails", false, after(0, "", errors.New("ERR no\n such with args beginning with 'pa55word'")), "", `do: ERR no\n such `, 0},
		{"it panics", false, func(context.Context) (string, error) { panic("pa55word") }, "", "do: the client panicked with a string", 0},
		{"no string", false, after(0, "", ErrNotString), "", "not a string", 0},
		{"it hangs", false, after(time.Second, "v", nil), "", "do: no answer within 50ms", timeout},
		{"nobody waits", true, after(0, "v", nil), "", "do: the caller stopped waiting: context canceled", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in(t, func(t *testing.T, c *calls) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tc.left {
					cancel()
				}
				begin := time.Now()
				value, err := call(ctx, c, command[string]{name: "do", do: tc.do})
				if took := time.Since(begin); value != tc.value || took != tc.took {
					t.Errorf("got %q after %v, want %q after %v", value, took, tc.value, tc.took)
				}
				if tc.want == "" && err != nil || tc.want != "" && (err == nil || err.Error() != tc.want) {
					t.Errorf("got %v, want %q", err, tc.want)
				}
				_, blamed := errors.AsType[*Unavailable](err)
				if redisIsToBlame := tc.want != "" && !tc.left && !errors.Is(err, ErrNotString); blamed != redisIsToBlame {
					t.Errorf("got %#v, want Redis to be blamed: %v", err, redisIsToBlame)
				}
			})
		})
	}
}

// A command goes on, on a context that lasts longer than its caller's, and
// what it got too late is given back.
func TestCommandGoesOn(t *testing.T) {
	in(t, func(t *testing.T, c *calls) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		var left error
		undone := ""
		begin := time.Now()
		_, err := call(ctx, c, command[string]{
			name: "do",
			do: func(ctx context.Context) (string, error) {
				time.Sleep(time.Second)
				left = ctx.Err()
				return "v", nil
			},
			undo: func(_ context.Context, value string) { undone = value },
		})
		if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took != 10*time.Millisecond {
			t.Errorf("got %v after %v, want the caller's deadline", err, took)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if left != nil || undone != "v" {
			t.Errorf("after a second: context %v, undone %q, want it to go on and be undone", left, undone)
		}
	})
}

func TestCommandDoesNotGoOnForEver(t *testing.T) {
	in(t, func(t *testing.T, c *calls) {
		var took time.Duration
		_, _ = call(t.Context(), c, command[string]{name: "do", do: func(ctx context.Context) (string, error) {
			begin := time.Now()
			<-ctx.Done()
			took = time.Since(begin)
			return "", ctx.Err()
		}})
		time.Sleep(time.Minute)
		synctest.Wait()
		if took != timeout+grace {
			t.Errorf("got %v, want %v", took, timeout+grace)
		}
	})
}

// A later write to the key waits for one that goes on; others don't.
func TestLateWriteComesFirst(t *testing.T) {
	in(t, func(t *testing.T, c *calls) {
		c.breaker.maxFailures = 10
		var mu sync.Mutex
		var done []string
		write := func(name, key string, took time.Duration) {
			_, _ = call(t.Context(), c, command[string]{name: name, writes: key, do: func(context.Context) (string, error) {
				time.Sleep(took)
				mu.Lock()
				defer mu.Unlock()
				done = append(done, name)
				return "", nil
			}})
		}
		write("set", "key", time.Second)
		write("delete", "key", 0)
		write("set other", "other", 0)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := strings.Join(done, ", "); got != "set other, set, delete" {
			t.Errorf("got %s, want set other, set, delete", got)
		}
	})
}

func TestCommandsUnderWayAreBounded(t *testing.T) {
	in(t, func(t *testing.T, c *calls) {
		c.breaker.maxFailures = maxCalls + 10
		for range maxCalls {
			go func() { _, _ = call(t.Context(), c, command[string]{name: "do", do: after(time.Second, "", nil)}) }()
		}
		synctest.Wait()
		asked := false
		_, err := call(t.Context(), c, command[string]{name: "do", do: func(context.Context) (string, error) { asked = true; return "", nil }})
		if want := "do: 64 commands are under way, and none ended within 50ms"; err == nil || err.Error() != want || asked {
			t.Errorf("got %v, asked %v, want %q", err, asked, want)
		}
		time.Sleep(time.Second)
		if _, err := call(t.Context(), c, command[string]{name: "do", do: after(0, "", nil)}); err != nil {
			t.Errorf("once they have ended: got %v, want no error", err)
		}
	})
}
