// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report

import "time"

// Report is all that was found, in the order in which it is shown.
type Report struct {
	Findings []Finding
	// At is when it was made, zero if that is not told.
	At time.Time
	// Interrupted tells why the checks ended early, empty if they did not.
	Interrupted string
}

// Exit codes of a report.
const (
	statusOK        = 0
	statusFail      = 1
	statusUndecided = 3
)

// Status returns the exit code: 1 if a check failed, 3 if nothing answered or the
// checks ended early, else 0.
func (r *Report) Status() int {
	switch {
	case r.nothingAnswered():
		return statusUndecided
	case r.count(Fail) > 0:
		return statusFail
	case r.Interrupted != "":
		return statusUndecided
	}
	return statusOK
}

// nothingAnswered reports whether no host and no Redis was reached at all.
func (r *Report) nothingAnswered() bool {
	for _, f := range r.Findings {
		if (f.Check == Connection || f.Check == Redis) && (f.State == OK || f.State == Warn) {
			return false
		}
	}
	return true
}

// count returns how many findings have the state.
func (r *Report) count(s State) int {
	n := 0
	for _, f := range r.Findings {
		if f.State == s {
			n++
		}
	}
	return n
}

// verdict is the worst state there is.
func (r *Report) verdict() State {
	for _, s := range []State{Fail, Warn, OK} {
		if r.count(s) > 0 {
			return s
		}
	}
	return Skipped
}
