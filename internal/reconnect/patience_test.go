// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// pace is how a server of the user's transport treats a request: it is got a
// connection after dial, and an answer after answer more. Callers wait as long
// as they do.
type pace struct {
	dial, answer, caller time.Duration
	silent               bool // the transport tells nothing about connections
	err                  error
	last                 bool // want: the connection is to be used once
}

func (p pace) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	if !p.silent {
		trace.GetConn("b2c.test:443")
	}
	if err := wait(r.Context(), p.dial); err != nil {
		return nil, err
	}
	if !p.silent {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if err := wait(r.Context(), p.answer); err != nil {
		return nil, err
	}
	if p.err != nil {
		return nil, p.err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// swapped is a transport that may be another one for each request.
type swapped struct {
	http.RoundTripper

	mu   sync.Mutex
	last bool // the latest request was to be the last of its connection
}

func (s *swapped) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.last = r.Close
	s.mu.Unlock()
	return s.RoundTripper.RoundTrip(r)
}

// A caller who doesn't wait says nothing about the connection, or a far server
// would never be reached: each would throw away the connection that the next
// one could have used.
func TestPatience(t *testing.T) {
	const never, ms = time.Hour, time.Millisecond
	reset := errors.New("connection reset")
	for name, tc := range map[string]struct {
		patience time.Duration
		paces    []pace
	}{
		"far server":        {time.Second, []pace{{dial: 600 * ms, answer: 300 * ms, caller: 800 * ms}, {answer: 300 * ms, caller: 800 * ms}, {caller: ms}}},
		"never connected":   {time.Second, []pace{{dial: never, caller: 9 * time.Second}, {dial: never, caller: 9 * time.Second}, {caller: ms}}},
		"stuck":             {time.Second, []pace{{answer: never, caller: 1200 * ms}, {caller: ms, last: true}, {caller: ms}}},
		"slow dial, stuck":  {time.Second, []pace{{dial: 500 * ms, answer: never, caller: 1400 * ms}, {answer: never, caller: 200 * ms}, {caller: ms, last: true}}},
		"impatient, stuck":  {time.Second, []pace{{answer: never, caller: 400 * ms}, {answer: never, caller: 400 * ms}, {answer: never, caller: 400 * ms}, {caller: ms, last: true}, {caller: ms}}},
		"success between":   {time.Second, []pace{{answer: never, caller: 600 * ms}, {caller: ms}, {answer: never, caller: 600 * ms}, {caller: ms}}},
		"doubted anew":      {time.Second, []pace{{answer: never, caller: 1200 * ms}, {answer: never, caller: 400 * ms, last: true}, {caller: ms, last: true}, {answer: never, caller: 900 * ms}, {caller: ms}}},
		"transport error":   {time.Second, []pace{{err: reset, caller: time.Minute}, {err: reset, caller: time.Minute, last: true}, {caller: ms, last: true}, {caller: ms}}},
		"no patience":       {0, []pace{{answer: never, caller: ms}, {caller: ms, last: true}, {caller: ms}}},
		"no patience, dial": {0, []pace{{dial: never, caller: time.Minute}, {caller: ms}}},
		"nothing told":      {time.Second, []pace{{dial: never, caller: 1200 * ms, silent: true}, {caller: ms, last: true}}},
		"nothing told yet":  {time.Second, []pace{{dial: never, caller: 900 * ms, silent: true}, {caller: ms}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				user := &swapped{}
				rt := reconnect.New(user, tc.patience)
				for i, p := range tc.paces {
					user.RoundTripper = p
					_ = roundTrip(t, rt, p.caller)
					if user.last != p.last {
						t.Errorf("attempt %d: got Close %v, want %v", i+1, user.last, p.last)
					}
				}
			})
		})
	}
}

// Those that waited at the same time count once.
func TestPatienceTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		user := &swapped{RoundTripper: pace{answer: time.Hour}}
		rt := reconnect.New(user, time.Second)
		for round, want := range []bool{false, false, true} {
			var callers sync.WaitGroup
			for range 20 {
				callers.Go(func() { _ = roundTrip(t, rt, 600*time.Millisecond) })
			}
			callers.Wait()
			if user.last != want {
				t.Errorf("after %d rounds of 600 ms: got Close %v, want %v", round, user.last, want)
			}
		}
	})
}

// roundTrip makes a request for a caller who waits that long, and closes the
// answer.
func roundTrip(t *testing.T, rt http.RoundTripper, caller time.Duration) error {
	ctx, cancel := context.WithTimeout(t.Context(), caller)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://b2c.test/", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := rt.RoundTrip(r)
	if err == nil {
		_ = resp.Body.Close()
	}
	return err
}

// Only the success of an attempt begun after the failure says that all is well.
func TestOverlap(t *testing.T) {
	type end struct {
		resp *http.Response
		err  error
	}
	for name, tc := range map[string]struct {
		fails, succeeds int // of two attempts, in this order
	}{
		"the older one fails": {0, 1},
		"the newer one fails": {1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ends := []chan end{make(chan end), make(chan end)}
				begun := 0
				user := &swapped{RoundTripper: roundTripper(func(*http.Request) (*http.Response, error) {
					begun++
					e := <-ends[begun-1]
					return e.resp, e.err
				})}
				rt := reconnect.New(user, 0)
				for range ends {
					go func() { _ = roundTrip(t, rt, time.Hour) }()
					synctest.Wait()
				}
				ends[tc.fails] <- end{err: errors.New("reset")}
				synctest.Wait()
				ends[tc.succeeds] <- end{resp: &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}}
				synctest.Wait()
				user.RoundTripper = pace{}
				for i, want := range []bool{true, false} {
					_ = roundTrip(t, rt, time.Hour)
					if user.last != want {
						t.Errorf("attempt %d afterwards: got Close %v, want %v", i+1, user.last, want)
					}
				}
			})
		})
	}
}

// While an attempt waits for too long, with no success since, others don't come
// to its connection. It goes on itself.
func TestOverdue(t *testing.T) {
	const ms = time.Millisecond
	type begin struct {
		at     time.Duration
		answer time.Duration // after which; none comes by an hour
		want   bool          // the connection is to be used once
	}
	const never = time.Hour
	for name, tc := range map[string]struct {
		patience time.Duration
		begins   []begin
	}{
		"stuck":            {time.Second, []begin{{0, never, false}, {900 * ms, never, false}, {1000 * ms, 0, true}, {1100 * ms, 0, false}}},
		"one is slow":      {time.Second, []begin{{0, never, false}, {500 * ms, 300 * ms, false}, {1200 * ms, 0, false}, {2100 * ms, never, false}, {3300 * ms, 0, true}}},
		"said its say":     {time.Second, []begin{{0, never, false}, {1000 * ms, 0, true}, {5 * time.Second, 0, false}}},
		"all are slow":     {time.Second, []begin{{0, 3 * time.Second, false}, {1500 * ms, 3 * time.Second, true}, {2600 * ms, 3 * time.Second, true}, {5100 * ms, 0, false}}},
		"without patience": {0, []begin{{0, never, false}, {time.Minute, 0, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				user := &swapped{}
				rt := reconnect.New(user, tc.patience)
				start := time.Now()
				for i, b := range tc.begins {
					time.Sleep(b.at - time.Since(start))
					user.RoundTripper = pace{answer: b.answer}
					go func() {
						if err := roundTrip(t, rt, 2*time.Hour); err != nil {
							t.Errorf("attempt %d: got %v, want an answer", i+1, err)
						}
					}()
					synctest.Wait()
					if user.last != b.want {
						t.Errorf("attempt %d, after %v: got Close %v, want %v", i+1, b.at, user.last, b.want)
					}
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}
