// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b retry.Backoff
		if b.Wait(time.Minute) != 0 || b.Failures() != 0 {
			t.Error("a Backoff that has seen no failure holds back")
		}
		for i, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			b.Fail(0)
			low, high := time.Duration(seconds)*800*time.Millisecond, min(time.Duration(seconds)*1200*time.Millisecond, time.Minute)
			if got := b.Wait(time.Minute); got < low || got > high || b.Failures() != i+1 {
				t.Errorf("failure %d: got %v, want %v to %v", b.Failures(), got, low, high)
			}
			if got := b.Wait(2 * time.Second); got > 2*time.Second {
				t.Errorf("failure %d: got %v above the ceiling", i+1, got)
			}
		}
		wait := b.Wait(time.Minute)
		time.Sleep(wait / 2)
		if got := b.Wait(time.Minute); got != wait-wait/2 {
			t.Errorf("half way: got %v, want %v", got, wait-wait/2)
		}
		time.Sleep(time.Hour)
		if got := b.Wait(time.Minute); got != 0 {
			t.Errorf("afterwards: got %v, want none", got)
		}
	})
}

// What the server asks for is the least, whatever the ceiling.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tc := range []struct{ asked, want time.Duration }{
			{90 * time.Second, 90 * time.Second},
			{24 * time.Hour, 10 * time.Minute},
			{time.Nanosecond, time.Second},
		} {
			var b retry.Backoff
			b.Fail(tc.asked)
			if got := b.Wait(2 * time.Second); got < tc.want || got > max(tc.want, 1200*time.Millisecond) {
				t.Errorf("asked for %v: got %v, want %v", tc.asked, got, tc.want)
			}
		}
	})
}

func TestSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[time.Duration]bool{}
		for range 1000 {
			d := retry.Delay(1, 0, time.Minute)
			seen[d] = true
			if d < 800*time.Millisecond || d > 1200*time.Millisecond {
				t.Fatalf("got %v, want 0.8 s to 1.2 s", d)
			}
			// A server that names a time is heard to the letter.
			if d := retry.Delay(1, time.Second, time.Minute); d != time.Second {
				t.Fatalf("with a second asked for: got %v", d)
			}
			var b retry.Backoff
			b.Fail(time.Second)
			if got := b.Wait(time.Minute); got != time.Second {
				t.Fatalf("a failure with a second asked for: got %v", got)
			}
		}
		if len(seen) < 100 {
			t.Errorf("got %d different delays of 1000", len(seen))
		}
	})
}

// What is held back for another's sake is no failure.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b retry.Backoff
		b.Hold(3 * time.Second)
		if got := b.Wait(time.Second); got != 3*time.Second || b.Failures() != 0 {
			t.Errorf("got %v after %d failures, want 3s after none", got, b.Failures())
		}
		b.Fail(10 * time.Second)
		if got := b.Wait(time.Second); got != 10*time.Second {
			t.Errorf("got %v, want the longer of both", got)
		}
		time.Sleep(10 * time.Second)
		if got := b.Wait(time.Second); got != 0 {
			t.Errorf("afterwards: got %v", got)
		}
	})
}

func TestAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"":                     0,
			"soon":                 0,
			"-":                    0,
			"NaN":                  0,
			"1.5":                  1500 * time.Millisecond,
			"1e400":                (1 << 31) * time.Second,
			"-Inf":                 time.Nanosecond,
			"120":                  2 * time.Minute,
			"0":                    time.Nanosecond,
			"-5":                   time.Nanosecond,
			"99999999999999999999": (1 << 31) * time.Second,
			time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):  time.Hour,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat): time.Nanosecond,
		} {
			if got := retry.After(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("%q: got %v, want %v", value, got, want)
			}
		}
	})
}

// What the server asked for is not forgiven.
func TestForgive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b retry.Backoff
		for range 5 {
			b.Fail(0)
		}
		if b.Forgive(); b.Wait(time.Minute) != 0 || b.Failures() != 0 {
			t.Errorf("got %v after %d failures, want none", b.Wait(time.Minute), b.Failures())
		}
		for range 5 {
			b.Fail(20 * time.Second)
		}
		time.Sleep(5 * time.Second)
		if b.Forgive(); b.Wait(time.Minute) != 15*time.Second {
			t.Errorf("got %v, want the rest of what the server asked for", b.Wait(time.Minute))
		}
		b.Hold(time.Minute)
		if b.Forgive(); b.Wait(time.Minute) != time.Minute {
			t.Errorf("got %v, want the hold to stay", b.Wait(time.Minute))
		}
	})
}

func TestJitter(t *testing.T) {
	for _, tc := range []struct {
		d         time.Duration
		low, high float64
	}{
		{time.Minute, 0.8, 1.2},
		{time.Minute, 0, 1},
		{10 * time.Second, 0.75, 1},
		{10 * time.Second, 1, 2},
		{time.Second, 1, 1},
		{0, 0.5, 1},
	} {
		from, to := time.Duration(float64(tc.d)*tc.low), time.Duration(float64(tc.d)*tc.high)
		least, most := to, from
		for range 1000 {
			got := retry.Jitter(tc.d, tc.low, tc.high)
			least, most = min(least, got), max(most, got)
		}
		if tenth := (to - from) / 10; least < from || most > to || least > from+tenth || most < to-tenth {
			t.Errorf("%v from %v to %v: got %v to %v", tc.d, tc.low, tc.high, least, most)
		}
	}
}
