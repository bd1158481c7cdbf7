// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// target is what this kit is to reach, and what it has.
type target struct {
	what  string
	limit float64 // 0 if the figure is told, and nothing is asked of it
	least bool    // the limit is a lower one
	count bool    // it is of allocations, not a ratio
	got   measure.Figure
}

func (t *target) wanted() string {
	if t.limit == 0 {
		return "none"
	}
	sign := "≤"
	if t.least {
		sign = "≥"
	}
	if t.count {
		return fmt.Sprintf("%s %.0f", sign, t.limit)
	}
	return fmt.Sprintf("%s %.2f", sign, t.limit)
}

func (t *target) measured() string {
	if t.count {
		return "**" + allocated(t.got.Median) + "**"
	}
	return ratio(t.got)
}

// reached holds the median against the limit, with the digits that are shown.
func (t *target) reached() string {
	if t.limit == 0 {
		return ""
	}
	digits := "%.2f"
	if t.count {
		digits = "%.0f"
	}
	var got float64
	if _, err := fmt.Sscanf(fmt.Sprintf(digits, t.got.Median), "%g", &got); err != nil {
		return "no"
	}
	if t.least == (got < t.limit) && got != t.limit {
		return "no"
	}
	return "yes"
}
