// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// quota bounds the lines of one kind: an outage, or thousands of users whose
// sign-ins have ended, must not fill the log.
type quota struct {
	limiter *rate.Limiter

	mu      sync.Mutex
	omitted int
}

// newQuota allows so many lines at once, and one more so often.
func newQuota(burst int, every time.Duration) *quota {
	return &quota{limiter: rate.NewLimiter(rate.Every(every), burst)}
}

// take reports whether a line may be logged now, and how many could not be since the
// last one.
func (q *quota) take() (omitted int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.limiter.Allow() {
		q.omitted++
		return 0, false
	}
	omitted, q.omitted = q.omitted, 0
	return omitted, true
}

// withOmitted adds to a line's attributes how many were left out, if any were.
func withOmitted(omitted int, attrs ...any) []any {
	if omitted > 0 {
		attrs = append(attrs, "omitted", omitted)
	}
	return attrs
}
