// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// replaceEvery is how often the refusal of a token by an API may cause a
// renewal.
const replaceEvery = 30 * time.Second

// How long failures hold renewals back at most.
const (
	backoffCap      = time.Minute      // while an old token serves
	backoffCapEmpty = 15 * time.Second // while there is none
)

// pace is when the next renewal may begin. Its owner guards it.
type pace struct {
	backoff  *retry.Backoff // nil if there was no failure, as nearly always
	last     *Failure       // the one that the back-off is for
	again    time.Duration  // as Instant.mono: while there is a token, no renewal before
	replaced time.Duration  // as Instant.mono: when a rejected token last caused a renewal
}

// failed records a failure, and holds the next renewal back accordingly.
func (p *pace) failed(f *Failure) {
	p.last = f
	if p.backoff == nil {
		p.backoff = new(retry.Backoff)
	}
	switch f.Next {
	case BackOff:
		p.backoff.Fail(f.After)
	case Hold:
		p.backoff.Hold(f.After)
	case AtOnce:
		p.succeeded()
		p.unchanged()
	}
}

// succeeded forgets failures.
func (p *pace) succeeded() { p.backoff, p.last, p.again = nil, nil, 0 }

// unchanged records that a renewal left the token as it is: what is wanted may
// come from elsewhere a moment later.
func (p *pace) unchanged() {
	p.again = Clock{}.Now().mono + retry.Jitter(time.Second, 1, 2)
}

// failures returns how many renewals in a row have failed.
func (p *pace) failures() int {
	if p.backoff == nil {
		return 0
	}
	return p.backoff.Failures()
}

// heldBack returns the last failure while it holds renewals back.
func (p *pace) heldBack(usable bool) *HeldBackError {
	if p.backoff == nil || p.last == nil {
		return nil
	}
	ceiling := backoffCapEmpty
	if usable {
		ceiling = backoffCap
	}
	wait := p.backoff.Wait(ceiling)
	if wait <= 0 {
		return nil
	}
	return &HeldBackError{p.last.Err, wait}
}

// failing returns for how long the last failure holds renewals back, and that failure.
func (p *pace) failing(usable bool) (wait time.Duration, failure error) {
	if p.last == nil {
		return 0, nil
	}
	if held := p.heldBack(usable); held != nil {
		wait = held.Wait
	}
	return wait, p.last.Err
}

// until returns until when, as Instant.mono, no renewal of a token that is good
// begins.
func (p *pace) until() time.Duration {
	held := p.heldBack(true)
	if held == nil {
		return p.again
	}
	return max(p.again, Clock{}.Now().mono+held.Wait)
}

// told returns what those who waited for a renewal that failed are told: also
// for how long renewals are held back now, where only time helps. Whoever waits
// that long is not refused again.
func (p *pace) told(f *Failure, usable bool) error {
	if held := p.heldBack(usable); held != nil && f.Passing && held.Wait > f.After {
		return held
	}
	return f.Err
}

// tooSoon returns an error while a rejected token may cause no renewal, since
// another did a moment ago.
func (p *pace) tooSoon(at Instant) error {
	if wait := replaceEvery - (at.mono - p.replaced); wait > 0 {
		return &TooSoonError{wait}
	}
	return nil
}
