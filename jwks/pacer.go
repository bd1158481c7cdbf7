// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// paceEvery is the time for one request of those that repeat failed ones.
const paceEvery = 500 * time.Millisecond

// pacer spreads the requests to a host that has failed. The zero pacer has seen
// none. Its Limiter guards it.
type pacer struct {
	free     time.Time // when the next request may be made
	reserved time.Time // until when retries in the background have been given times
}

// pass returns how long a request has to wait; if it hasn't, it must be made.
func (p *pacer) pass() time.Duration {
	if wait := time.Until(p.free); wait > 0 {
		return wait
	}
	p.free = time.Now().Add(paceEvery)
	return 0
}

// more puts off the next request, since a fetch makes another one.
func (p *pacer) more() {
	if now := time.Now(); p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(paceEvery)
}

// reserve returns when one of so many has its retry in the background. Each of
// them comes back after a step.
func (p *pacer) reserve(many int, step time.Duration) time.Time {
	at := time.Now()
	if p.reserved.After(at) {
		at = p.reserved
	}
	p.reserved = at.Add(max(paceEvery, step/time.Duration(many)))
	return at
}
