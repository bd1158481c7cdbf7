// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"math/rand/v2"
	"time"
)

// Jitter returns a duration from low times d up to high times d, evenly
// spread, so that many processes, or many callers of one, don't come at once.
func Jitter(d time.Duration, low, high float64) time.Duration {
	return time.Duration(float64(d) * between(low, high))
}

func between(low, high float64) float64 {
	return low + (high-low)*rand.Float64() //nolint:gosec // G404: this spreads load; nothing here is secret
}
