// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
	"github.com/b2ckit/b2ckit/jwks"
)

// throttleCap is the longest wait that the endpoint has not asked for.
const throttleCap = 15 * time.Second

// throttle is for how long the token endpoint as a whole has asked to be left
// alone (HTTP 429): B2C counts requests per address and tenant, not per token.
type throttle struct {
	host    string
	limiter *jwks.Limiter // a 429 for keys is one for tokens too, and the other way round

	mu       sync.Mutex
	failures int
	at       time.Time // when the last one came that counts
	last     time.Time // when the last one came
	until    time.Time
}

// check returns an error while no request is to be made.
func (t *throttle) check(during string) error {
	wait := t.wait()
	if wait <= 0 {
		return nil
	}
	e := fail(ErrRetry, during, "the token endpoint has asked for fewer requests; this one was not made")
	e.Status, e.RetryAfter = http.StatusTooManyRequests, wait
	return unsent(e)
}

// wait returns for how long no request is to be made.
func (t *throttle) wait() time.Duration {
	t.mu.Lock()
	wait := time.Until(t.until)
	t.mu.Unlock()
	return max(0, wait, t.limiter.Held(t.host))
}

// record records what came of a request begun at the time start. The error of
// one that was refused tells for how long the next would be held back.
func (t *throttle) record(start time.Time, err error) {
	e, _ := errors.AsType[*Error](err)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		t.answeredLocked(start)
	case e != nil && e.isThrottling():
		now := time.Now()
		t.refusedLocked(start, now, e.RetryAfter)
		t.limiter.Hold(t.host, t.until.Sub(now))
		e.RetryAfter = max(e.RetryAfter, t.until.Sub(now))
	}
}

// refusedLocked records the refusal of a request that was begun at the time
// start. Of several that were under way at once, one counts; none makes the
// wait shorter.
func (t *throttle) refusedLocked(start, now time.Time, retryAfter time.Duration) {
	wait := retryAfter
	t.last = now
	if t.failures == 0 || start.After(t.at) {
		t.failures++
		t.at = now
		wait = retry.Delay(t.failures, retryAfter, throttleCap)
	}
	if until := now.Add(min(wait, retry.Most)); until.After(t.until) {
		t.until = until
	}
}

// answeredLocked records a good answer, unless its request was under way
// already when another was refused.
func (t *throttle) answeredLocked(start time.Time) {
	if start.After(t.last) {
		t.failures, t.at, t.last, t.until = 0, time.Time{}, time.Time{}, time.Time{}
	}
}
