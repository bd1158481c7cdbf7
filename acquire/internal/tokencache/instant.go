// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import "time"

// Instant is a point in time by two clocks: a token lives by both. They are kept
// as numbers, since each look at a token compares them.
type Instant struct {
	mono time.Duration // since longAgo
	wall time.Duration // since 1970
}

// longAgo is far enough back to be before all instants, also under a test's
// clock: so the zero Instant is long over.
var longAgo = time.Now().Add(-100 * 365 * 24 * time.Hour)

// farthest is from 1970 to the last time that the wall clock can tell, in 2106;
// the first is as far back. A token that begins or ends outside has expired.
const farthest = 1 << 32 * time.Second

// NewInstant returns an instant. The first time has a monotonic reading, and of
// the second one, that doesn't count.
func NewInstant(mono, wall time.Time) Instant { return Instant{mono.Sub(longAgo), sinceEpoch(wall)} }

func sinceEpoch(wall time.Time) time.Duration {
	switch seconds := wall.Unix(); {
	case seconds <= -int64(farthest/time.Second):
		return -farthest
	case seconds >= int64(farthest/time.Second):
		return farthest
	}
	return time.Duration(wall.UnixNano())
}

// Mono returns the time with a monotonic reading.
func (i Instant) Mono() time.Time { return longAgo.Add(i.mono) }

// Wall returns the wall clock's time.
func (i Instant) Wall() time.Time { return time.Unix(0, int64(i.wall)) }

// Add returns the instant that much later.
func (i Instant) Add(d time.Duration) Instant { return Instant{i.mono + d, i.wall + d} }

// left returns how long it is to the instant from another one, by the clock that
// says less.
func (i Instant) left(at Instant) time.Duration { return min(i.mono-at.mono, i.wall-at.wall) }

// Clock reads both clocks.
type Clock struct {
	Wall func() time.Time // if nil, time.Now
}

// Now returns the instant that it is.
func (c Clock) Now() Instant {
	now := time.Now()
	if c.Wall == nil {
		return Instant{now.Sub(longAgo), time.Duration(now.UnixNano())}
	}
	return NewInstant(now, c.Wall())
}
