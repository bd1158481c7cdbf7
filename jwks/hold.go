// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// hold is for how long a host is to be left alone. The zero hold is none.
type hold struct {
	failures int
	at       time.Time     // of the last failure that counted
	delay    time.Duration // our own back-off from then on
	until    time.Time     // what the server named
	toldAt   time.Time
}

// fail records a failure. Of several that were under way at once one counts, and
// none makes the wait shorter.
func (h *hold) fail(begun time.Time, retryAfter time.Duration) {
	now := time.Now()
	if h.failures == 0 || begun.After(h.at) {
		h.failures++
		h.at, h.delay = now, retry.Delay(h.failures, 0, backgroundCap)
	}
	h.extend(retry.Bound(retryAfter))
}

// extend holds for so long, if that is longer.
func (h *hold) extend(wait time.Duration) {
	now := time.Now()
	if until := now.Add(min(wait, retry.Most)); wait > 0 && until.After(h.until) {
		h.until, h.toldAt = until, now
	}
	if h.failures == 0 {
		h.failures, h.at = 1, now
	}
}

func (h *hold) wait(most caps) time.Duration {
	if h.failures == 0 {
		return 0
	}
	named := min(time.Until(h.until), most.retryAfter-time.Since(h.toldAt))
	return max(0, min(h.delay, most.demand)-time.Since(h.at), named)
}
