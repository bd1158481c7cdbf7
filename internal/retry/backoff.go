// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"math/rand/v2"
	"time"
)

// Least and Most bound what is believed of a Retry-After.
const (
	Least = time.Second
	Most  = 10 * time.Minute
)

// Backoff remembers failures in a row and says how long to hold requests back:
// a second, doubling up to a ceiling, with jitter. The zero Backoff has seen
// none. Its owner guards it. It keeps monotonic time.
type Backoff struct {
	failures   int
	at         time.Time // of the last failure
	spread     float64   // this failure's jitter
	retryAfter time.Duration
}

// Fail counts a failure, now. retryAfter is what the server asked for, 0 if
// nothing.
func (b *Backoff) Fail(retryAfter time.Duration) {
	b.failures++
	b.at = time.Now()
	b.spread = Spread()
	b.retryAfter = Bound(retryAfter)
}

// Failures returns how many failures there were in a row.
func (b *Backoff) Failures() int { return b.failures }

// Wait returns how long to hold back still. The ceiling is not for what the
// server asked for, which is the least.
func (b *Backoff) Wait(ceiling time.Duration) time.Duration {
	if b.failures == 0 {
		return 0
	}
	return max(0, max(Delay(b.failures, b.spread, ceiling), b.retryAfter)-time.Since(b.at))
}

// Delay returns the delay after so many failures in a row.
func Delay(failures int, spread float64, ceiling time.Duration) time.Duration {
	d := time.Second << min(max(failures-1, 0), 6)
	return min(time.Duration(float64(d)*spread), ceiling)
}

// Spread returns a factor from 0.8 to 1.2, so that many don't come back at once.
func Spread() float64 {
	return 0.8 + 0.4*rand.Float64() //nolint:gosec // G404: this spreads load; nothing here is secret
}

// Bound returns what is believed of a Retry-After: nothing if it is not
// positive, and else at least Least and at most Most.
func Bound(retryAfter time.Duration) time.Duration {
	if retryAfter <= 0 {
		return 0
	}
	return min(max(retryAfter, Least), Most)
}
