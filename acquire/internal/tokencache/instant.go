// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import "time"

// Instant is a point in time by two clocks: a token lives by both.
type Instant struct {
	Mono time.Time // with a monotonic reading
	Wall time.Time // without
}

// Add returns the instant that much later.
func (i Instant) Add(d time.Duration) Instant { return Instant{i.Mono.Add(d), i.Wall.Add(d)} }

// Clock reads both clocks.
type Clock struct {
	Wall func() time.Time // if nil, time.Now
}

// Now returns the instant that it is.
func (c Clock) Now() Instant {
	now := time.Now()
	if c.Wall == nil {
		return Instant{now, now.Round(0)}
	}
	return Instant{now, c.Wall().Round(0)}
}
