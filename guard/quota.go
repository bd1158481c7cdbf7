// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How much a reason may log: so many lines at once, and one more so often.
const (
	logBurst = 10
	logEvery = time.Second
)

// maxReasons bounds the memory for reasons: the lists of ours are closed, but
// a validator of the application's own may make some up.
const maxReasons = 64

// quotas bound the log, reason by reason. Nil quotas have no limit.
type quotas struct {
	mu       sync.Mutex
	byReason map[string]*quota
}

// quota is what a reason may still log, and what it could not.
type quota struct {
	limiter *rate.Limiter
	omitted int
}

func newQuotas() *quotas { return &quotas{byReason: make(map[string]*quota)} }

// take reports whether a line for the reason may be logged now, and how many
// could not since the last one.
func (q *quotas) take(reason string) (omitted int, ok bool) {
	if q == nil {
		return 0, true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	of := q.ofLocked(reason)
	if !of.limiter.Allow() {
		of.omitted++
		return 0, false
	}
	omitted, of.omitted = of.omitted, 0
	return omitted, true
}

// ofLocked returns the quota of the reason, or of all that came too late for
// one of their own.
func (q *quotas) ofLocked(reason string) *quota {
	of := q.byReason[reason]
	if of == nil && len(q.byReason) >= maxReasons {
		reason = "other"
		of = q.byReason[reason]
	}
	if of == nil {
		of = &quota{limiter: rate.NewLimiter(rate.Every(logEvery), logBurst)}
		q.byReason[reason] = of
	}
	return of
}
