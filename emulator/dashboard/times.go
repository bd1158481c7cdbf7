// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"fmt"
	"time"
)

// stamp writes a time for people.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// expiry says how far away the end of a token is.
func expiry(at, now time.Time) string {
	if now.Before(at) {
		return "expires in " + span(at.Sub(now))
	}
	return "expired " + ago(at, now)
}

// ago says how long ago something was, or how far ahead it is.
func ago(at, now time.Time) string {
	switch d := now.Sub(at); {
	case d.Abs() < time.Second:
		return "now"
	case d < 0:
		return "in " + span(-d)
	default:
		return span(d) + " ago"
	}
}

// span writes a length of time in the one or two largest units that it has.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	switch d = d.Round(time.Minute); {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return two(d/time.Hour, "h", d%time.Hour/time.Minute, "min")
	case d < 2*365*day:
		return two(d/day, "d", d%day/time.Hour, "h")
	default:
		return fmt.Sprintf("%d years", d/(365*day))
	}
}

func two(large time.Duration, unit string, small time.Duration, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, unit)
	}
	return fmt.Sprintf("%d %s %d %s", large, unit, small, smallUnit)
}

// duration reads a duration of Go; "" is 0.
func duration(field, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, wrong(field, "%q is no duration such as 30s or 1h30m", text)
	}
	return d, nil
}
