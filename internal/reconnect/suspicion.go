// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import "time"

type verdict int

const (
	unknown   verdict = iota // the attempt says nothing about connections
	succeeded                // they work
	failed                   // they don't
	abandoned                // the caller didn't wait any longer
)

// outcome is what came of an attempt.
type outcome struct {
	verdict  verdict
	from, to time.Time // when an abandoned one got its connection, and ended
}

// suspicion adds up how long abandoned attempts have waited, since the last
// that succeeded. Its owner guards it.
type suspicion struct {
	patience time.Duration
	waited   time.Duration
	until    time.Time // those that waited at the same time count once
}

// confirmed tells whether connections have failed, now that this is known too.
func (s *suspicion) confirmed(o outcome) bool {
	switch o.verdict {
	case failed:
		return true
	case succeeded:
		s.waited = 0
	case abandoned:
		if o.from.Before(s.until) {
			o.from = s.until
		}
		if o.to.After(o.from) {
			s.waited += o.to.Sub(o.from)
			s.until = o.to
		}
		return s.waited >= s.patience
	}
	return false
}
