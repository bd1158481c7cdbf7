// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"math/rand/v2"
	"time"
)

const (
	refetchBurst    = 2
	backoffCap      = time.Minute     // while stale keys serve
	backoffCapEmpty = 2 * time.Second // once no keys are usable
	retryAfterMin   = time.Second
	retryAfterMax   = 10 * time.Minute
)

// budget limits the fetches that unknown key ids may cause: a token bucket
// that is charged for successful fetches only.
type budget struct {
	per   time.Duration
	level float64
	at    time.Time
}

func newBudget(per time.Duration) budget {
	return budget{per: per, level: refetchBurst, at: time.Now()}
}

func (b *budget) fill() {
	now := time.Now()
	b.level = min(refetchBurst, b.level+float64(now.Sub(b.at))/float64(b.per))
	b.at = now
}

func (b *budget) available() bool {
	b.fill()
	return b.level >= 1
}

func (b *budget) charge() {
	b.fill()
	b.level--
}

// backoff remembers failures and says when the next fetch may start.
type backoff struct {
	failures   int
	at         time.Time // of the last failure
	spread     float64   // this failure's jitter
	retryAfter time.Duration
}

func (b *backoff) fail(retryAfter time.Duration) {
	b.failures++
	b.at = time.Now()
	b.spread = 0.8 + 0.4*rand.Float64()
	if b.retryAfter = retryAfter; retryAfter > 0 {
		b.retryAfter = min(max(retryAfter, retryAfterMin), retryAfterMax)
	}
}

// wait returns how long fetches are to be held back still.
func (b *backoff) wait(usable bool) time.Duration {
	if b.failures == 0 {
		return 0
	}
	ceiling := backoffCapEmpty
	if usable {
		ceiling = backoffCap
	}
	d := time.Second << min(b.failures-1, 6)
	d = min(time.Duration(float64(d)*b.spread), ceiling)
	// Retry-After is the least that the server asks for; it makes the wait no shorter.
	return max(0, max(d, b.retryAfter)-time.Since(b.at))
}

// refreshDelay spreads the next background refresh around 80 % of the hint,
// held between floor and ceiling. A negative hint means there is none.
func refreshDelay(hint, floor, ceiling time.Duration) time.Duration {
	if hint < 0 || hint > ceiling {
		hint = ceiling
	}
	d := time.Duration(float64(hint) * (0.72 + 0.16*rand.Float64()))
	if d < floor {
		d = floor + min(time.Duration(float64(floor)*0.1*rand.Float64()), max(0, ceiling-floor))
	}
	return d
}
