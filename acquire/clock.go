// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import "time"

// instant is a point in time by both clocks.
type instant struct {
	now  time.Time // with a monotonic reading
	wall time.Time // without
}

// clock reads both clocks.
type clock struct {
	wall func() time.Time // if nil, time.Now
}

func (c clock) now() instant {
	now := time.Now()
	if c.wall == nil {
		return instant{now, now.Round(0)}
	}
	return instant{now, c.wall().Round(0)}
}
