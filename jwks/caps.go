// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// For how long failures hold requests back at most. What nobody waits for has
// time; without usable keys it hurts soonest.
const (
	backgroundCap      = time.Minute
	demandCap          = 5 * time.Second // while stale keys serve
	demandCapEmpty     = 2 * time.Second // while there are none
	retryAfterCapEmpty = time.Minute     // of a Retry-After, while there are none
)

// caps are for how long failures may hold a request back that somebody waits
// for, and what is believed of a Retry-After.
type caps struct{ demand, retryAfter time.Duration }

func capsFor(usable bool, maxStale time.Duration) caps {
	if usable {
		return caps{demandCap, retry.Most}
	}
	return caps{demandCapEmpty, min(retryAfterCapEmpty, maxStale)}
}
