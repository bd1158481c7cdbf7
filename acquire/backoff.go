// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"math/rand/v2"
	"time"
)

const (
	backoffCap      = time.Minute      // while an old token serves
	backoffCapEmpty = 15 * time.Second // while there is none
	retryAfterMin   = time.Second
	retryAfterMax   = 10 * time.Minute
)

// backoff remembers failures and says how long to hold requests back. Its
// owner guards it.
type backoff struct {
	failures   int
	at         time.Time // of the last failure, monotonic
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

// wait returns how long to hold back still.
func (b *backoff) wait(ceiling time.Duration) time.Duration {
	if b.failures == 0 {
		return 0
	}
	d := time.Second << min(b.failures-1, 6)
	d = min(time.Duration(float64(d)*b.spread), ceiling)
	// Retry-After is the least that the server asks for.
	return max(0, max(d, b.retryAfter)-time.Since(b.at))
}
