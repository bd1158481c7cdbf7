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
	pacer     pacer

	// failing are those that a good answer may give hope; true: only that of
	// one that had failed too.
	failing map[*share]bool
}

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

// isPaced reports whether requests are paced: retries after any failure, and
// where a host was to be left alone all of them, or they would all come at once
// when that ends.
func (h *host) isPaced(retry bool) bool {
	return retry && !h.other.IsZero() || h.throttled.failures > 0 || h.unsent.failures > 0
}

// pace returns how long a request has to wait; if it hasn't, it must be made.
func (h *host) pace(retry bool) time.Duration {
	if !h.isPaced(retry) {
		return 0
	}
	return h.pacer.pass()
}

// more puts off the next request, since a fetch makes another one. One that is
// not paced holds none back: of many flows that are fetched for the first time
// at once, all would wait for minutes otherwise if they failed.
func (h *host) more(retry bool) {
	if h.isPaced(retry) {
		h.pacer.more()
	}
}

// reserve spreads retries in the background over the time between two of each
// cache, so that of many one soon sees that the host is back.
func (h *host) reserve(retry bool, step time.Duration) time.Time {
	if !h.isPaced(retry) || len(h.failing) < 2 {
		return time.Now()
	}
	return h.pacer.reserve(len(h.failing), step)
}

// failed records a failure. A share that is not nil waits for a good answer. One
// whose failure seems to be its flow's alone, since it lasts or came after hope,
// is not to try again with each good answer of the others.
func (h *host) failed(s *share, a *attempt, alone bool) {
	switch a.err.kind {
	case failedThrottled:
		h.throttled.fail(a.begun, a.err.RetryAfter)
	case failedUnsent:
		h.unsent.fail(a.begun, 0)
	default:
		h.other = time.Now()
	}
	if s != nil {
		h.failing[s] = alone || a.err.kind == failedLasting
	}
}

// isOver reports whether nothing that is known of the host matters any more: nobody
// waits for it, it has given a good answer last or was not asked for longer than it
// is ever held back, and no requests are put off.
func (h *host) isOver() bool {
	last := h.other
	for _, t := range []time.Time{h.throttled.at, h.throttled.until, h.unsent.at, h.unsent.until} {
		if t.After(last) {
			last = t
		}
	}
	return len(h.failing) == 0 && (last.IsZero() || time.Since(last) > retry.Most) &&
		time.Until(h.pacer.free) <= 0 && time.Until(h.pacer.reserved) <= 0
}

// good records a good answer to a request begun at that time, which lifts holds
// and pace, and returns who is to try again. A flow that seemed to fail alone is
// worth that if the one that answers had failed too: it may have been a proxy's
// page.
func (h *host) good(s *share, begun time.Time) (waiting []*share) {
	_, recovered := h.failing[s]
	delete(h.failing, s)
	if !begun.After(h.throttled.at) || !begun.After(h.unsent.at) {
		return nil // it was under way already when another one failed
	}
	*h = host{failing: h.failing}
	for other, alone := range h.failing {
		if recovered || !alone {
			waiting = append(waiting, other)
			delete(h.failing, other) // each is woken once
		}
	}
	return waiting
}
