// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"math/rand/v2"
	"time"

	"golang.org/x/oauth2"
)

const (
	refreshAhead = 5 * time.Minute // before the end, at least
	refreshShare = 5               // or a fifth of the life, if that is more
	lastMoments  = 2 * time.Second // in which waiting beats handing out
)

// held is an access token as it is kept. It is never changed.
//
// Its life is measured by two clocks. The monotonic one makes a wall clock
// that is set back harmless; the wall clock makes good for a monotonic one
// that stood still while the machine slept. The token has expired when either
// says so.
type held struct {
	access   string
	scope    string        // as granted
	obtained time.Time     // monotonic
	expires  time.Time     // wall clock
	life     time.Duration // from obtained
	refresh  time.Duration // from obtained: renew from then on
}

// newHeld returns a token that was asked for at the instant start, and lives
// for life from then on.
func newHeld(access, scope string, start instant, life time.Duration) *held {
	ahead := min(max(refreshAhead, life/refreshShare), life/4) // short tokens would never be fresh
	ahead -= time.Duration(float64(ahead) * 0.15 * rand.Float64())
	return &held{
		access: access, scope: scope, obtained: start.now, expires: start.wall.Add(life),
		life: life, refresh: life - ahead,
	}
}

type age uint8

const (
	gone   age = iota // expired, or none
	ending            // the next moment it is gone
	aging             // to be renewed, and good meanwhile
	fresh
)

// left returns how long the token is good for, by the more pessimistic clock.
func (h *held) left(at instant) time.Duration {
	return min(h.life-at.now.Sub(h.obtained), h.expires.Sub(at.wall))
}

// age tells how far the token has come.
func (h *held) age(at instant) age {
	if h == nil {
		return gone
	}
	switch left := h.left(at); {
	case left <= 0:
		return gone
	case left <= min(lastMoments, h.life/20):
		return ending
	case left <= h.life-h.refresh:
		return aging
	}
	return fresh
}

// token returns what callers get: a copy of their own.
func (h *held) token(at instant) *oauth2.Token {
	return &oauth2.Token{AccessToken: h.access, TokenType: "Bearer", Expiry: at.wall.Add(h.left(at))}
}
