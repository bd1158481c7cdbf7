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

// scheme stands before the token in a header (RFC 6750 section 2.1).
const scheme = "Bearer "

// Token is a token as it is kept. It is never changed, and no memory of it is
// shared with what it was made from, so that an answer of the token endpoint is
// not kept for one of its tokens.
//
// Its life is measured by two clocks. The monotonic one makes a wall clock
// that is set back harmless; the wall clock makes good for a monotonic one
// that stood still while the machine slept. The token has expired when either
// says so.
type Token struct {
	header string // scheme and token
	scope  string
	ends   Instant
	life   time.Duration
	lead   time.Duration // before the end: renew from then on
}

// NewToken returns a token that was asked for at the instant start, and lives
// for life from then on. Scope is what was granted.
func NewToken(text, scope string, start Instant, life time.Duration) *Token {
	ahead := min(max(refreshAhead, life/refreshShare), life/4) // short tokens would never be fresh
	all := scheme + text + scope
	split := len(scheme) + len(text)
	ends := start.Add(life)
	if start.wall <= -farthest || ends.wall >= farthest { // no clock that is right
		ends.wall = -farthest
	}
	return &Token{header: all[:split], scope: all[split:], ends: ends, life: life, lead: retry.Jitter(ahead, 0.85, 1)}
}

// Text returns the token.
func (t *Token) Text() string { return t.header[len(scheme):] }

// Header returns the token as the value of the header Authorization.
func (t *Token) Header() string { return t.header }

// Scope returns what was granted.
func (t *Token) Scope() string { return t.scope }

// Until returns the token with its life cut to an end by the wall clock that no other one
// gets beyond, so that it is not renewed ahead; the token itself if it ends before.
func (t *Token) Until(end time.Time, at Instant) *Token {
	ends := at.Add(end.Sub(at.Wall()))
	cut := ends.left(t.ends)
	if cut >= 0 {
		return t
	}
	c := *t
	c.ends, c.life, c.lead = t.ends.Add(cut), t.life+cut, 0
	return &c
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
func (t *Token) Left(at Instant) time.Duration { return t.ends.left(at) }

// isFresh reports whether the Age is Fresh, by two comparisons: no token is
// renewed as late as in its last moments.
func (t *Token) isFresh(at Instant) bool {
	return t != nil && at.mono < t.ends.mono-t.lead && at.wall < t.ends.wall-t.lead
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
	case left <= t.lead:
		return Aging
	}
	return Fresh
}

// Expiry returns when the token expires, for a reader of the wall clock that
// stands at the instant: it is there by the more pessimistic clock.
func (t *Token) Expiry(at Instant) time.Time { return at.Add(t.Left(at)).Wall() }

// Begins returns when the token was asked for, by the wall clock.
func (t *Token) Begins() time.Time { return t.Ends().Add(-t.life) }

// Ends returns when the token expires by the wall clock.
func (t *Token) Ends() time.Time { return t.ends.Wall() }

// Lead returns how long before its end the token is to be renewed.
func (t *Token) Lead() time.Duration { return t.lead }
