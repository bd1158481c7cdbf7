// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"
)

// After reads the header Retry-After (RFC 9110 section 10.2.3), seconds or a
// date. It returns 0 if there is none that can be read, and else something
// positive: see [Bound] for what to believe of it.
func After(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	// Whole seconds, by the letter; some servers send fractions. A number that
	// is too large comes as infinity.
	if n, err := strconv.ParseFloat(v, 64); (err == nil || errors.Is(err, strconv.ErrRange)) && !math.IsNaN(n) {
		return max(time.Duration(min(max(n, 0), 1<<31)*float64(time.Second)), time.Nanosecond)
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(time.Until(at), time.Nanosecond)
	}
	return 0
}
