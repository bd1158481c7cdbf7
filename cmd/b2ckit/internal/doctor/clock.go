// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
)

// The kit allows tokens a leeway of 60 seconds; half of it is worth a look.
const (
	leeway  = 60 * time.Second
	leeward = leeway / 2
)

// clock holds this machine's clock against the Date of the answer that tells it
// best.
func (d *doctor) clock(all []exchange.Exchange) report.Finding {
	f := report.Finding{Check: report.Clock, State: report.OK}
	var ahead, least time.Duration
	found := false
	for _, e := range all {
		if a, uncertain, ok := e.Offset(); ok && (!found || uncertain < least) {
			ahead, least, found = a, uncertain, true
		}
	}
	if !found {
		f.State, f.Found = report.Skipped, "no answer told the time"
		return f
	}
	f.Facts = []report.Fact{
		{Name: "clock_behind_ms", Value: int(ahead / time.Millisecond)},
		{Name: "clock_uncertain_ms", Value: report.Milliseconds(least)},
	}
	f.Found = "this machine's clock is " + difference(ahead, least)
	switch off := ahead.Abs(); {
	case off-least > leeway:
		f.State = report.Fail
		f.Do = fmt.Sprintf("have it set by NTP: tokens are refused that are new or about to expire, since the validator allows %v", leeway)
	case off >= leeward:
		f.State = report.Warn
		f.Do = fmt.Sprintf("have it set by NTP: the validator allows %v, and the clocks of both sides count", leeway)
	}
	return f
}

// difference tells how far the server's clock is ahead.
func difference(ahead, uncertain time.Duration) string {
	if ahead.Abs() <= uncertain {
		return fmt.Sprintf("right, to within %v", uncertain.Round(100*time.Millisecond))
	}
	direction := "behind"
	if ahead < 0 {
		direction = "ahead"
	}
	return fmt.Sprintf("%v %s, give or take %v", ahead.Abs().Round(time.Second), direction, uncertain.Round(100*time.Millisecond))
}
