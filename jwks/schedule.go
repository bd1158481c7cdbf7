// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// schedule is when the next fetch comes by itself. Its upkeep guards it.
type schedule struct {
	tick  func()
	timer *time.Timer // nil until something is planned
	at    time.Time   // when it is due
	retry time.Time   // when the next retry may be made, zero if it has been given no time yet
}

func (s *schedule) isEmpty() bool { return s.timer == nil }

// plan has the next fetch come after d, instead of what was planned.
func (s *schedule) plan(d time.Duration) {
	s.at = time.Now().Add(d)
	if s.timer == nil {
		s.timer = time.AfterFunc(d, s.tick)
		return
	}
	s.timer.Reset(d)
}

func (s *schedule) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

// refreshDelay spreads the next background refresh around 80 % of the hint,
// held between floor and ceiling. A negative hint means there is none. Where
// floor and ceiling leave less room for jitter than a tenth, it takes that
// below the floor: many processes must not come at once.
func refreshDelay(hint, floor, ceiling time.Duration) time.Duration {
	if hint < 0 || hint > ceiling {
		hint = ceiling
	}
	d := retry.Jitter(hint, 0.72, 0.88)
	if d < floor {
		room := floor / 10
		d = min(floor, ceiling-room) + retry.Jitter(room, 0, 1)
	}
	return d
}
