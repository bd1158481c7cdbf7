// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry

import "time"

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
	steps      int       // of doubling; more than failures where one was lasting
	at         time.Time // of the last failure
	spread     float64   // this failure's jitter
	retryAfter time.Duration
	held       time.Time // until when, failures or not
}

// Fail counts a failure, now. retryAfter is what the server asked for, 0 if
// nothing.
func (b *Backoff) Fail(retryAfter time.Duration) {
	b.failures++
	b.steps++
	b.at = time.Now()
	b.retryAfter = Bound(retryAfter)
	b.spread = spread(b.retryAfter)
}

// FailLasting counts a failure that a second won't mend: what follows it is
// the longest delay at once.
func (b *Backoff) FailLasting() {
	b.Fail(0)
	b.steps = max(b.steps, longest)
}

// Hold holds requests back for that long, without a failure of theirs.
func (b *Backoff) Hold(wait time.Duration) { b.held = time.Now().Add(wait) }

// Forgive ends the wait for failures, but not what the server asked for.
func (b *Backoff) Forgive() {
	if b.retryAfter == 0 {
		*b = Backoff{held: b.held}
		return
	}
	b.failures, b.steps = 1, 1
}

// Failures returns how many failures there were in a row.
func (b *Backoff) Failures() int { return b.failures }

// Wait returns how long to hold back still. The ceiling is not for what the
// server asked for, which is the least.
func (b *Backoff) Wait(ceiling time.Duration) time.Duration { return b.WaitAtMost(ceiling, Most) }

// WaitAtMost is [Backoff.Wait] where no more than most is believed of what the
// server asked for.
func (b *Backoff) WaitAtMost(ceiling, most time.Duration) time.Duration {
	var wait time.Duration
	if b.failures > 0 {
		wait = max(delay(b.steps, b.spread, ceiling), min(b.retryAfter, most)) - time.Since(b.at)
	}
	return max(0, wait, time.Until(b.held))
}

// Step returns the delay after the last failure without its jitter, 0 if there
// was none.
func (b *Backoff) Step(ceiling time.Duration) time.Duration {
	if b.failures == 0 {
		return 0
	}
	return delay(b.steps, 1, ceiling)
}

// Delay returns the delay after so many failures in a row, of which the last one
// came with retryAfter.
func Delay(failures int, retryAfter, ceiling time.Duration) time.Duration {
	return max(retryAfter, delay(failures, spread(retryAfter), ceiling))
}

// longest is after how many steps the delay grows no more.
const longest = 7

func delay(steps int, spread float64, ceiling time.Duration) time.Duration {
	d := time.Second << (min(max(steps, 1), longest) - 1)
	return min(time.Duration(float64(d)*spread), ceiling)
}

// spread returns a factor from 0.8 to 1.2, so that many don't come back at once;
// no more than 1 where a server has named a time.
func spread(retryAfter time.Duration) float64 {
	factor := between(0.8, 1.2)
	if retryAfter > 0 {
		return min(factor, 1)
	}
	return factor
}

// Bound returns what is believed of a Retry-After: nothing if it is not
// positive, and else at least Least and at most Most.
func Bound(retryAfter time.Duration) time.Duration {
	if retryAfter <= 0 {
		return 0
	}
	return min(max(retryAfter, Least), Most)
}
