// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"math/rand/v2"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

const (
	backoffCap      = time.Minute     // while stale keys serve
	backoffCapEmpty = 2 * time.Second // once no keys are usable
)

// budget limits the fetches that unknown key ids may cause: a token bucket of
// two that gains one each period and is charged for successful fetches only.
// It is kept as the time at which it will be full again.
type budget struct {
	per  time.Duration
	full time.Time
}

func (b *budget) available() bool { return time.Until(b.full) <= b.per }

func (b *budget) charge() {
	if now := time.Now(); b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(b.per)
}

// backoff holds fetches back after failures.
type backoff struct{ retry.Backoff }

// wait returns how long fetches are to be held back still.
func (b *backoff) wait(usable bool) time.Duration {
	if usable {
		return b.Wait(backoffCap)
	}
	return b.Wait(backoffCapEmpty)
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
