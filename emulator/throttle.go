// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Throttle makes the token endpoint refuse the next n requests with HTTP 429; a
// negative n refuses all until Throttle is called again, and 0 none. A positive
// retryAfter is sent as Retry-After, in seconds, rounded up. Without it there is
// no such header: whether B2C sends one is not known, nor is the body it has.
//
// Throttled requests count in [Counts] like any other. For the other endpoints
// there is [Tenant.Intercept].
func (t *Tenant) Throttle(retryAfter time.Duration, n int) {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	t.memory.throttled, t.memory.retryAfter = n, retryAfter
}

// throttle refuses a request, if it is to be refused.
func (t *Tenant) throttle(w http.ResponseWriter) bool {
	t.memory.mu.Lock()
	n, after := t.memory.throttled, t.memory.retryAfter
	if n > 0 {
		t.memory.throttled--
	}
	t.memory.mu.Unlock()
	if n == 0 {
		return false
	}
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
	t.refuse(w, errThrottled)
	return true
}
