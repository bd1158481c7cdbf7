// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"math/rand/v2"
	"sync"
	"time"
)

// outcome is how an operation ended, as far as Redis is concerned.
type outcome int

const (
	unknown outcome = iota // it was not asked, after all
	good
	bad
)

// breaker keeps operations away from a Redis that fails. It is closed until
// too many in a row have failed, then open for a pause, and then lets one
// operation at a time try, which closes it or begins a longer pause.
type breaker struct {
	maxFailures        int
	minPause, maxPause time.Duration

	mu       sync.Mutex
	round    int // of being closed or open: what began in an earlier one counts no more
	failures int // in a row
	pauses   int // in a row; 0 if closed
	until    time.Time
	trying   bool
}

// begin tells whether an operation may go ahead. If so its outcome must be
// told to end, once, with the round.
func (b *breaker) begin() (round int, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pauses == 0 {
		return b.round, true
	}
	if b.trying || time.Now().Before(b.until) {
		return 0, false
	}
	b.trying = true
	return b.round, true
}

// change is what an outcome did to the breaker.
type change struct {
	opened, closed bool
	pause          time.Duration // if opened
	pauses         int           // that there were, this one included
}

func (b *breaker) end(round int, o outcome) change {
	b.mu.Lock()
	defer b.mu.Unlock()
	if round != b.round {
		return change{}
	}
	tried := b.trying
	b.trying = false
	switch o {
	case good:
		b.failures = 0
		if !tried {
			return change{}
		}
		c := change{closed: true, pauses: b.pauses}
		b.pauses = 0
		b.round++
		return c
	case bad:
		if b.failures++; !tried && b.failures < b.maxFailures {
			return change{}
		}
		pause := b.minPause
		for range b.pauses {
			if pause *= 2; pause >= b.maxPause || pause <= 0 {
				pause = b.maxPause
				break
			}
		}
		// Less than the full pause, so that a fleet does not come back at once.
		pause = time.Duration(float64(pause) * (0.75 + 0.25*rand.Float64()))
		b.failures = 0
		b.pauses++
		b.round++
		b.until = time.Now().Add(pause)
		return change{opened: true, pause: pause, pauses: b.pauses}
	default: // unknown: another may try
		return change{}
	}
}
