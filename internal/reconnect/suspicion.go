// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import "time"

// suspicion knows the attempts under way, and adds up how long abandoned ones
// have waited since the last that succeeded. Its owner guards it.
type suspicion struct {
	patience  time.Duration
	underWay  map[*attempt]struct{}
	succeeded time.Time // when the last one did
	waited    time.Duration
	until     time.Time // those that waited at the same time count once
}

func newSuspicion(patience time.Duration) suspicion {
	return suspicion{patience: patience, underWay: map[*attempt]struct{}{}}
}

// overdue reports whether an attempt under way has waited for too long.
func (s *suspicion) overdue(now time.Time) bool {
	if s.patience == 0 || now.Sub(s.succeeded) < s.patience {
		return false
	}
	for a := range s.underWay {
		if from := a.since(); from != nil && now.Sub(*from) >= s.patience {
			return true
		}
	}
	return false
}

// confirmed reports whether connections have failed, now that this has become of
// an attempt.
func (s *suspicion) confirmed(a *attempt, o outcome) bool {
	delete(s.underWay, a)
	switch o.verdict {
	case failed:
		return true
	case succeeded:
		s.succeeded, s.waited = time.Now(), 0
	case abandoned:
		if o.from.Before(s.until) {
			o.from = s.until
		}
		if o.to.After(o.from) {
			s.waited += o.to.Sub(o.from)
			s.until = o.to
		}
		return s.waited >= s.patience
	case unknown:
	}
	return false
}
