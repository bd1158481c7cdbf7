// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// host is what is known of one host. Its Limiter guards it.
type host struct {
	throttled hold      // HTTP 429
	unsent    hold      // what one cache can't send, the others can't either
	other     time.Time // when a request last failed in another way; zero after a good answer

	free    time.Time       // when the next retry may be made
	next    time.Time       // the next turn of a retry in the background
	failing map[*Cache]bool // those that a good answer may give hope; true: only that of one that had failed too
}

// paceEvery is the time for one request of those that repeat failed ones.
const paceEvery = 500 * time.Millisecond

var (
	errHostThrottles = errors.New("the host has asked for fewer requests (HTTP 429)")
	errHostAway      = errors.New("requests to the host can't be sent")
	errPaced         = errors.New("the host fails, and is asked again in turn")
)

// held returns for how long the host is to be left alone, and why.
func (h *host) held(most caps) (wait time.Duration, why error) {
	wait, why = h.throttled.wait(most), errHostThrottles
	if w := h.unsent.wait(most); w > wait {
		wait, why = w, errHostAway
	}
	return wait, why
}

// isPaced tells whether requests wait for their turn: retries after any
// failure, and where a host was to be left alone all of them, or they would all
// come at once when that ends.
func (h *host) isPaced(again bool) bool {
	return again && !h.other.IsZero() || h.throttled.failures > 0 || h.unsent.failures > 0
}

// pace returns how long a request has to wait for its turn; if it hasn't, that is
// its turn.
func (h *host) pace(again bool) time.Duration {
	if !h.isPaced(again) {
		return 0
	}
	if wait := time.Until(h.free); wait > 0 {
		return wait
	}
	h.free = time.Now().Add(paceEvery)
	return 0
}

// more puts off the next turn, since a fetch makes another request. One that
// needs no turn takes none away: of many flows that are asked for the first time
// at once, all would wait for minutes otherwise if they failed.
func (h *host) more(again bool) {
	if !h.isPaced(again) {
		return
	}
	if now := time.Now(); h.free.Before(now) {
		h.free = now
	}
	h.free = h.free.Add(paceEvery)
}

// reserve spreads retries in the background over the time between two of each
// cache, so that of many one soon sees that the host is back.
func (h *host) reserve(again bool, step time.Duration) time.Time {
	now := time.Now()
	if !h.isPaced(again) || len(h.failing) < 2 {
		return now
	}
	at := now
	if h.next.After(now) {
		at = h.next
	}
	h.next = at.Add(max(paceEvery, step/time.Duration(len(h.failing))))
	return at
}

// failed notes a failure. One that seems to be the flow's own, since it lasts or
// came after hope, is not to be repeated with each good answer of the others.
func (h *host) failed(c *Cache, begun time.Time, e *FetchError, own bool) {
	switch e.kind {
	case failedThrottled:
		h.throttled.fail(begun, e.RetryAfter)
	case failedUnsent:
		h.unsent.fail(begun, 0)
	default:
		h.other = time.Now()
	}
	if c != nil {
		h.failing[c] = own || e.kind == failedLasting
	}
}

// good returns who is to look again. A flow whose failure seemed its own is worth
// that if the one that answers had failed too: it may have been a proxy's page.
func (h *host) good(c *Cache, begun time.Time) (waiting []*Cache) {
	_, recovered := h.failing[c]
	delete(h.failing, c)
	if !begun.After(h.throttled.at) || !begun.After(h.unsent.at) {
		return nil // it was under way already when another one failed
	}
	h.throttled, h.unsent, h.other = hold{}, hold{}, time.Time{}
	h.free, h.next = time.Time{}, time.Time{}
	for other, own := range h.failing {
		if recovered || !own {
			waiting = append(waiting, other)
			delete(h.failing, other) // each is woken once
		}
	}
	return waiting
}

// hold is for how long a host is to be left alone. The zero hold is none.
type hold struct {
	failures int
	at       time.Time     // of the last failure that counted
	delay    time.Duration // our own back-off from then on
	until    time.Time     // what the server asked for
	askedAt  time.Time
}

// fail notes a failure. Of several that were under way at once one counts, and
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
		h.until, h.askedAt = until, now
	}
	if h.failures == 0 {
		h.failures, h.at = 1, now
	}
}

func (h *hold) wait(most caps) time.Duration {
	if h.failures == 0 {
		return 0
	}
	asked := min(time.Until(h.until), most.asked-time.Since(h.askedAt))
	return max(0, min(h.delay, most.demand)-time.Since(h.at), asked)
}
