// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// throttle is for how long the token endpoint as a whole has asked to be left
// alone (HTTP 429): B2C counts requests per address and tenant, not per token.
type throttle struct {
	failures int
	at       time.Time // when the last one came that counts
	last     time.Time // when the last one came
	until    time.Time
}

// refused notes the refusal of a request that was begun at the time start. Of
// several that were under way at once, one counts; none makes the wait shorter.
func (t *throttle) refused(start, now time.Time, retryAfter time.Duration) {
	wait := retryAfter
	t.last = now
	if t.failures == 0 || start.After(t.at) {
		t.failures++
		t.at = now
		wait = retry.Delay(t.failures, retryAfter, backoffCapEmpty)
	}
	if until := now.Add(min(wait, retry.Most)); until.After(t.until) {
		t.until = until
	}
}

// answered notes a good answer, unless its request was under way already when
// another was refused.
func (t *throttle) answered(start time.Time) {
	if start.After(t.last) {
		*t = throttle{}
	}
}

// isThrottling tells whether B2C asks for fewer requests, by HTTP or by its own
// codes for too many.
func (e *Error) isThrottling() bool {
	return e.Status == http.StatusTooManyRequests || e.Code == "AADB2C90229" || e.Code == "AADB2C90244"
}

// throttled returns an error while no request is to be made.
func (a *App) throttled(during string) error {
	a.mu.Lock()
	wait := time.Until(a.throttle.until)
	a.mu.Unlock()
	wait = max(wait, a.limiter.Held(a.own.authority.Host()))
	if wait <= 0 {
		return nil
	}
	e := fail(ErrRetry, during, "B2C has asked for fewer requests; this one was not made")
	e.Status, e.RetryAfter, e.unsent = http.StatusTooManyRequests, wait, true
	return e
}

// noteThrottle remembers what came of a request begun at the time start. The
// error of one that was refused tells for how long the next would be held back.
func (a *App) noteThrottle(start time.Time, err error) {
	e, _ := errors.AsType[*Error](err)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err == nil:
		a.throttle.answered(start)
	case e != nil && e.isThrottling():
		now := time.Now()
		a.throttle.refused(start, now, e.RetryAfter)
		a.limiter.Hold(a.own.authority.Host(), a.throttle.until.Sub(now))
		e.RetryAfter = max(e.RetryAfter, a.throttle.until.Sub(now))
	}
}
