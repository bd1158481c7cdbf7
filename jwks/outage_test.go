// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestKeysOutliveAnOutageUpToMaxStale(t *testing.T) {
	for _, tt := range []struct {
		name  string
		opts  jwks.Options
		stale time.Duration
	}{
		{"default", jwks.Options{}, 24 * time.Hour},
		{"two hours", jwks.Options{MaxStale: 2 * time.Hour}, 2 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				kid := b2c.CurrentKey("").ID()
				c := warm(t, b2c, &tt.opts)
				time.Sleep(5 * time.Hour) // some refreshes later
				set, last := c.Current(), c.State().LastSuccess
				fail(b2c)
				for time.Since(last) < tt.stale {
					if c.Current() != set {
						t.Fatalf("keys are gone %v after the last good fetch", time.Since(last))
					}
					if !finds(t, c, kid) {
						t.Fatal("the key is missing")
					}
					time.Sleep(min(time.Minute, time.Until(last.Add(tt.stale))))
				}
				if c.Current() != nil || c.State().Usable {
					t.Errorf("keys still serve %v after the last good fetch", time.Since(last))
				}
				_, err := c.Find(t.Context(), jwks.Query{KeyID: kid})
				if e := unavailable(t, err); e.RetryAfter <= 0 || e.RetryAfter > 2*time.Second {
					t.Errorf("got RetryAfter %v, want up to 2 s", e.RetryAfter)
				}
				unavailable(t, ready(t.Context(), c))
			})
		})
	}
}

// Nobody asks for a key here: an idle cache heals by itself.
func TestHealsByItself(t *testing.T) {
	for _, tt := range []struct {
		name   string
		warm   bool
		outage time.Duration
		within time.Duration
	}{
		{"cold start", false, 10 * time.Minute, time.Minute},
		{"cold start, briefly", false, 3 * time.Second, 5 * time.Second},
		{"long after the keys lapsed", true, 24*time.Hour + 10*time.Minute, time.Minute},
		{"as the keys lapse", true, 24*time.Hour + time.Second, time.Minute},
		{"while stale keys serve", true, 4 * time.Hour, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for range 5 { // jitter
					b2c := emulator.NewTenant(nil)
					c := open(t, b2c.Transport(), nil)
					if tt.warm {
						if err := ready(t.Context(), c); err != nil {
							t.Fatal(err)
						}
					}
					fail(b2c)
					if !tt.warm {
						unavailable(t, ready(t.Context(), c))
					}
					time.Sleep(tt.outage)
					b2c.Intercept(nil)
					time.Sleep(tt.within)
					synctest.Wait() // for a fetch at this very moment
					if s := c.State(); !s.Usable || s.LastError != nil {
						t.Errorf("got %+v %v after the server's return", s, tt.within)
					}
					_ = c.Close()
				}
			})
		})
	}
}

func TestUnknownKidDuringOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		fail(b2c)
		for range 100 {
			_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
			if e := unavailable(t, err); e.RetryAfter <= 0 || e.Authority != susi(t).ID() || e.Err == nil {
				t.Errorf("got %+v, want the cause and when to try again", e)
			}
		}
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 2 {
			t.Errorf("got %+v, want one failed request and then back-off", got)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	const second, minute = time.Second, time.Minute
	at := func(d time.Duration) string { // bubbles start on a full second of the year 2000
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(d).Format(http.TimeFormat)
	}
	for _, tt := range []struct {
		name, value string
		status      int
		low, high   time.Duration
	}{
		{"seconds", "7", 503, 7 * second, 7 * second},
		{"429", "120", 429, 2 * minute, 2 * minute},
		{"date", at(90 * second), 503, 90 * second, 90 * second},
		{"date in the past", at(-time.Hour), 503, second, 1200 * time.Millisecond},
		{"far date", "Fri, 31 Dec 9999 23:59:59 GMT", 503, 10 * minute, 10 * minute},
		{"an hour", "3600", 503, 10 * minute, 10 * minute},
		{"beyond int64", "99999999999999999999", 503, 10 * minute, 10 * minute},
		{"zero", "0", 503, second, 1200 * time.Millisecond},
		{"negative", "-5", 503, second, 1200 * time.Millisecond},
		{"negative beyond int64", "-99999999999999999999", 503, second, 1200 * time.Millisecond},
		{"nonsense", "soon", 503, 800 * time.Millisecond, 1200 * time.Millisecond},
		{"none", "", 503, 800 * time.Millisecond, 1200 * time.Millisecond},
	} {
		for _, state := range []string{"cold", "warm"} {
			t.Run(tt.name+", "+state, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b2c := emulator.NewTenant(nil)
					c := open(t, b2c.Transport(), nil)
					if state == "warm" {
						if err := ready(t.Context(), c); err != nil {
							t.Fatal(err)
						}
					}
					var requests timeline
					b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
						requests.mark()
						if tt.value != "" {
							w.Header().Set("Retry-After", tt.value)
						}
						w.WriteHeader(tt.status)
					})
					start := time.Now()
					for requests.len() < 2 { // all callers wait for nothing
						_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
						unavailable(t, err)
						time.Sleep(50 * time.Millisecond)
						synctest.Wait()
					}
					low, high := tt.low, tt.high
					if state == "cold" { // it hurts, so no more than a minute is believed
						low, high = min(low, time.Minute), min(high, time.Minute)
					}
					if d := requests.gaps(0)[0]; d < low || d > high+50*time.Millisecond {
						t.Errorf("the second request came after %v, want %v to %v", d, low, high)
					}
					if time.Since(start) < low {
						t.Errorf("the clock moved %v", time.Since(start))
					}
				})
			})
		}
	}
}

// First metadata fails and then the keys do: each was confirmed within MaxStale.
func TestDocumentsFailInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		away := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		intercept(b2c, false, away)
		time.Sleep(23 * time.Hour)
		interceptKeys(b2c, away)
		time.Sleep(2 * time.Hour)
		if c.Current() == nil {
			t.Error("25 h after metadata failed: no keys, though it came back after 23 h, when the keys were an hour old at most")
		}
		time.Sleep(23 * time.Hour)
		if c.Current() != nil {
			t.Error("25 h after the keys failed: there are keys")
		}
	})
}

// A server that always says "Retry-After: 1" must not undo the back-off.
func TestRetryAfterDoesNotShortenBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		b2c.ResetCounts()
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		for range 600 {
			_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
			unavailable(t, err)
			time.Sleep(time.Second)
		}
		if got := b2c.Counts(); got.Metadata+got.Keys > 130 {
			t.Errorf("got %+v in 10 min, want the back-off up to 5 s", got)
		}
	})
}

// A Retry-After of the past must not hold the next, healthy time.
func TestRetryAfterEndsWithSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, b2c.Transport(), nil)
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		e := unavailable(t, ready(t.Context(), c))
		if e.RetryAfter != 30*time.Second {
			t.Errorf("got RetryAfter %v, want the server's 30 s", e.RetryAfter)
		}
		b2c.Intercept(nil)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if err := ready(t.Context(), c); err != nil {
			t.Errorf("after the window: %v", err)
		}
		if !finds(t, c, b2c.CurrentKey("").ID()) || finds(t, c, "unknown") {
			t.Error("the cache is not healthy")
		}
		if got := b2c.Counts(); got.Metadata != 2 || got.Keys != 2 {
			t.Errorf("got %+v, want one request before the window, one fetch after it, one for the unknown kid", got)
		}
	})
}
