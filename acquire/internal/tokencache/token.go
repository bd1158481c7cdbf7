// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

const (
	refreshAhead = 5 * time.Minute // before the end, at least
	refreshShare = 5               // or a fifth of the life, if that is more
	lastMoments  = 2 * time.Second // in which waiting beats handing out
)

// Token is a token as it is kept. It is never changed.
//
// Its life is measured by two clocks. The monotonic one makes a wall clock
// that is set back harmless; the wall clock makes good for a monotonic one
// that stood still while the machine slept. The token has expired when either
// says so.
type Token struct {
	// Text is the token.
	Text string
	// Scope is what was granted.
	Scope string

	obtained time.Time     // monotonic
	expires  time.Time     // wall clock
	life     time.Duration // from obtained
	refresh  time.Duration // from obtained: renew from then on
}

// NewToken returns a token that was asked for at the instant start, and lives
// for life from then on.
func NewToken(text, scope string, start Instant, life time.Duration) *Token {
	ahead := min(max(refreshAhead, life/refreshShare), life/4) // short tokens would never be fresh
	return &Token{
		Text: text, Scope: scope, obtained: start.Mono, expires: start.Wall.Add(life),
		life: life, refresh: life - retry.Jitter(ahead, 0.85, 1),
	}
}

// Age is how far a token has come.
type Age uint8

// The ages, from the last to the first.
const (
	Gone   Age = iota // expired, or none
	Ending            // the next moment it is gone
	Aging             // to be renewed, and good meanwhile
	Fresh
)

// Left returns how long the token is good for, by the more pessimistic clock.
func (t *Token) Left(at Instant) time.Duration {
	return min(t.life-at.Mono.Sub(t.obtained), t.expires.Sub(at.Wall))
}

// Age returns how far the token has come; Gone for a nil one.
func (t *Token) Age(at Instant) Age {
	if t == nil {
		return Gone
	}
	switch left := t.Left(at); {
	case left <= 0:
		return Gone
	case left <= min(lastMoments, t.life/20):
		return Ending
	case left <= t.Lead():
		return Aging
	}
	return Fresh
}

// Begins returns when the token was asked for, by the wall clock.
func (t *Token) Begins() time.Time { return t.expires.Add(-t.life) }

// Ends returns when the token expires by the wall clock.
func (t *Token) Ends() time.Time { return t.expires }

// Lead returns how long before its end the token is to be renewed.
func (t *Token) Lead() time.Duration { return t.life - t.refresh }
