// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this program has had of the processors so far, which others
// who want them change little.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return time.Since(began) // a kernel without that clock
	}
	return time.Duration(t.Nano())
}

var began = time.Now()
