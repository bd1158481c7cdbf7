// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

// wallClock is a wall clock that a test sets. What it differs by from the
// bubble's time is what it has been set to; that goes on meanwhile, as the
// monotonic clock does.
type wallClock struct{ off atomic.Int64 }

func (c *wallClock) now() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }

func (c *wallClock) set(off time.Duration) { c.off.Store(int64(off)) }

// A wall clock that is set costs a request at most, and never yields an expired
// token.
func TestWallClockIsSet(t *testing.T) {
	for _, tc := range []struct {
		name  string
		jumps []time.Duration // the clock's difference, for ten minutes each
		most  int             // requests beyond the first
	}{
		{"ahead and back", []time.Duration{2 * time.Hour, 0}, 1},
		{"behind and back", []time.Duration{-2 * time.Hour, 0}, 1},
		{"ahead a little", []time.Duration{time.Minute, 0, time.Minute, 0}, 0},
		{"behind a little", []time.Duration{-time.Minute, 0, -time.Minute, 0}, 0},
		{"ahead, then behind", []time.Duration{2 * time.Hour, -2 * time.Hour}, 1},
		{"ten years ahead and back", []time.Duration{87600 * time.Hour, 0}, 1},
		{"ten years behind and back", []time.Duration{-87600 * time.Hour, 0}, 1},
		{"ahead more and more", []time.Duration{2 * time.Hour, 4 * time.Hour, 6 * time.Hour}, 3},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			var clock wallClock
			app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
			mustToken(t, app, tasksScope)
			for _, off := range tc.jumps {
				clock.set(off)
				for range 60 {
					token := mustToken(t, app, tasksScope)
					if end, ok := e.end(token.AccessToken); !ok || !time.Now().Before(end) {
						t.Fatalf("%s: %s has expired %v ago", tc.name, token.AccessToken, time.Since(end))
					}
					// By the clock that the caller compares it to, too.
					if now := clock.now(); !now.Before(token.Expiry) || token.Expiry.Sub(now) > time.Hour {
						t.Fatalf("%s: got an expiry in %v, want one within the hour", tc.name, token.Expiry.Sub(now))
					}
					time.Sleep(10 * time.Second)
				}
			}
			if got := e.count() - 1; got > tc.most {
				t.Errorf("%s: got %d more requests, want at most %d", tc.name, got, tc.most)
			}
		})
	}
}

// A caller who waits in a token's last moments, and is held up until it has
// expired (or the clock is set meanwhile), waits on for the next one.
func TestHeldUpInLastMoments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var clock wallClock
		app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
		mustToken(t, app, tasksScope)
		time.Sleep(time.Hour - time.Second)
		e.always(reply{after: 3 * time.Second})
		start := time.Now()
		time.AfterFunc(100*time.Millisecond, func() { clock.set(time.Minute) })
		if got := mustToken(t, app, tasksScope).AccessToken; got != "token-2" || time.Since(start) != 3*time.Second {
			t.Errorf("got %s after %v, want token-2 after 3s", got, time.Since(start))
		}
		wantPosts(t, "held up", &e, 2)
	})
}

// A clock that is set back doesn't make a token live longer: the monotonic
// clock goes on.
func TestWallClockSetBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var clock wallClock
		app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
		mustToken(t, app, tasksScope)
		clock.set(-12 * time.Hour)
		for range 3 * 60 {
			token := mustToken(t, app, tasksScope)
			if end, ok := e.end(token.AccessToken); !ok || !time.Now().Before(end) {
				t.Fatalf("%s has expired %v ago", token.AccessToken, time.Since(end))
			}
			time.Sleep(time.Minute)
		}
		if got := e.count(); got != 4 {
			t.Errorf("got %d requests in three hours, want 4", got)
		}
	})
}

// While a machine sleeps its monotonic clock may stand still. The wall clock
// tells that the token has expired meanwhile. (Here the wall clock is ahead
// when the machine wakes, and stays so: seen from inside, it is the same.)
func TestMachineAsleep(t *testing.T) {
	for _, tc := range []struct {
		asleep time.Duration
		want   string // the token of the first call
	}{
		{10 * time.Minute, "token-1"},
		{55 * time.Minute, ""}, // due for renewal, which is under way now: either will do
		{time.Hour - time.Second, "token-2"},
		{time.Hour, "token-2"},
		{8 * time.Hour, "token-2"},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			var clock wallClock
			app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
			mustToken(t, app, tasksScope)
			clock.set(tc.asleep)
			tokens, errs := herd(100, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			for i := range tokens {
				if errs[i] != nil {
					t.Fatalf("asleep for %v: %v", tc.asleep, errs[i])
				}
				if !clock.now().Before(tokens[i].Expiry) {
					t.Fatalf("asleep for %v: got a token that expired at %v", tc.asleep, tokens[i].Expiry)
				}
			}
			if got := tokens[0].AccessToken; got != tc.want && tc.want != "" {
				t.Errorf("asleep for %v: got %s, want %s", tc.asleep, got, tc.want)
			}
			time.Sleep(time.Second)
			if got, most := e.count(), 2; got > most {
				t.Errorf("asleep for %v: got %d requests, want at most %d", tc.asleep, got, most)
			}
		})
	}
}

// A clock that jumps while a request is under way costs the next one at most.
func TestWallClockIsSetDuringRequest(t *testing.T) {
	for _, off := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			var clock wallClock
			e.play(func(p post) reply {
				if p.n == 1 {
					clock.set(off)
				}
				return reply{}
			})
			app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
			if _, err := app.Token(t.Context(), tasksScope); err != nil {
				wantClass(t, "during the request", err, acquire.ErrRetry)
				time.Sleep(2 * time.Second) // the back-off
			}
			token := mustToken(t, app, tasksScope)
			if now := clock.now(); !now.Before(token.Expiry) || token.Expiry.Sub(now) > time.Hour {
				t.Errorf("%v: got an expiry in %v, want one within the hour", off, token.Expiry.Sub(now))
			}
			if got := e.count(); got > 2 {
				t.Errorf("%v: got %d requests, want at most 2", off, got)
			}
		})
	}
}

// Clocks that are set don't touch back-off and Retry-After: those have time of
// their own.
func TestWallClockAndBackoff(t *testing.T) {
	for _, off := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			var clock wallClock
			e.always(reply{status: 429, header: map[string]string{"Retry-After": "60"}, body: "busy"})
			app := newDaemon(t, &e, &acquire.Options{Now: clock.now})
			_, err := app.Token(t.Context(), tasksScope)
			wantClass(t, "429", err, acquire.ErrRetry)
			e.always(reply{})
			clock.set(off)
			for range 59 {
				_, err = app.Token(t.Context(), tasksScope)
				wantClass(t, "within the minute", err, acquire.ErrRetry)
				time.Sleep(time.Second)
			}
			wantPosts(t, "within the minute", &e, 1)
			time.Sleep(2 * time.Second)
			mustToken(t, app, tasksScope)
		})
	}
}
