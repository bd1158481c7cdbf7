// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// maxLateCloses is how often in a row what came late may close the breaker. It
// shows that connecting takes longer than an operation may, which passes; where
// every answer takes that long, each caller would wait in vain.
const maxLateCloses = 10

// breaker keeps operations away from a Redis that fails. It is closed until
// too many in a row have failed, then open for a pause, and then lets one
// operation at a time try. What works closes it, whenever that began; if the
// try fails, a longer pause begins.
type breaker struct {
	maxFailures        int
	minPause, maxPause time.Duration

	mu         sync.Mutex
	open       bool
	round      int       // of being closed or paused: what began in an earlier one fails for that one
	failures   int       // in a row
	pauses     int       // since an operation last worked in time
	lateCloses int       // since then, too
	until      time.Time // when the pause ends
	trial      *attempt  // the one that tries, until it is over: a slow one doesn't bring on more
	untold     *opening  // the last one, until the log has it, see overdue
	told       bool      // whether the log knows that it is open
	cause      error     // of the failures in a row
}

// attempt is one operation as the breaker sees it.
type attempt struct {
	breaker *breaker
	round   int
	late    bool
	over    bool
}

// opening is a pause that has begun.
type opening struct {
	pause  time.Duration
	pauses int // that there were, this one included
}

// news is what the log should have of an attempt.
type news struct {
	opened *opening // nil if there is no such news
	closed bool
	pauses int // if closed
}

// begin returns an attempt, or nil and why Redis is left alone.
func (b *breaker) begin() (*attempt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := &attempt{breaker: b, round: b.round}
	switch {
	case !b.open:
	case b.trial != nil || time.Now().Before(b.until):
		return nil, b.cause
	default:
		b.trial = a
	}
	return a, nil
}

// overdue counts the attempt as a failure, though it may work yet. The log has
// to wait until some attempt has ended, which tells the cause.
func (a *attempt) overdue(why error) {
	b := a.breaker
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.over || a.late {
		return
	}
	a.late = true
	if b.cause == nil {
		b.cause = why
	}
	b.countLocked(a)
}

// skipped ends an attempt that has not asked Redis after all.
func (a *attempt) skipped() {
	a.breaker.mu.Lock()
	defer a.breaker.mu.Unlock()
	a.breaker.finishLocked(a)
}

// failed ends the attempt.
func (a *attempt) failed(why error) news {
	b := a.breaker
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.over {
		return news{}
	}
	b.finishLocked(a)
	b.cause = why
	if !a.late { // else it has been counted
		b.countLocked(a)
	}
	return b.tellLocked()
}

// worked ends the attempt, and may come after failed: some clients answer when
// they have been given up. Late is what to say if it closes nothing any more.
func (a *attempt) worked(late error) news {
	b := a.breaker
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finishLocked(a)
	pauses := b.pauses
	if !a.late {
		b.failures, b.pauses, b.lateCloses, b.cause = 0, 0, 0, nil
	}
	switch {
	case !b.open:
		return news{}
	case a.late && b.lateCloses == maxLateCloses:
		b.cause = late
		return b.tellLocked()
	case a.late:
		b.lateCloses++
	}
	n := news{closed: b.told, pauses: pauses}
	b.open, b.untold, b.told, b.trial, b.failures, b.cause = false, nil, false, nil, 0, nil
	b.round++
	return n
}

func (b *breaker) finishLocked(a *attempt) {
	a.over = true
	if b.trial == a {
		b.trial = nil
	}
}

// countLocked counts a failure, and begins a pause if it is one too many.
func (b *breaker) countLocked(a *attempt) {
	if a.round != b.round {
		return
	}
	if b.failures++; !b.open && b.failures < b.maxFailures {
		return
	}
	pause := b.pauseLocked()
	b.open, b.failures = true, 0
	b.pauses++
	b.round++
	b.until = time.Now().Add(pause)
	b.untold = &opening{pause, b.pauses}
}

// pauseLocked returns how long the next one is.
func (b *breaker) pauseLocked() time.Duration {
	pause := b.minPause
	for range b.pauses {
		if pause *= 2; pause >= b.maxPause || pause <= 0 {
			pause = b.maxPause
			break
		}
	}
	// Less than the full pause, so that a fleet does not come back at once.
	return retry.Jitter(pause, 0.75, 1)
}

// tellLocked returns the pause that began last, if it is news.
func (b *breaker) tellLocked() news {
	n := news{opened: b.untold}
	b.told = b.told || b.untold != nil
	b.untold = nil
	return n
}
