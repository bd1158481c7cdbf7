// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"math/rand/v2"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// For how long failures hold requests back at most. What nobody waits for has
// time; without usable keys it hurts soonest.
const (
	backgroundCap  = time.Minute
	demandCap      = 5 * time.Second // while stale keys serve
	demandCapEmpty = 2 * time.Second // while there are none
	askedCapEmpty  = time.Minute     // of a Retry-After, while there are none
)

// caps are for how long failures may hold a request back that somebody waits
// for, and what is believed of a Retry-After.
type caps struct{ demand, asked time.Duration }

func (o *Options) caps(usable bool) caps {
	if usable {
		return caps{demandCap, retry.Most}
	}
	return caps{demandCapEmpty, min(askedCapEmpty, o.MaxStale)}
}

// refreshDelay spreads the next background refresh around 80 % of the hint,
// held between floor and ceiling. A negative hint means there is none. Where
// floor and ceiling leave less room for jitter than a tenth, it takes that
// below the floor: many processes must not come at once.
func refreshDelay(hint, floor, ceiling time.Duration) time.Duration {
	if hint < 0 || hint > ceiling {
		hint = ceiling
	}
	d := time.Duration(float64(hint) * (0.72 + 0.16*rand.Float64()))
	if d < floor {
		room := floor / 10
		d = min(floor, ceiling-room) + time.Duration(rand.Float64()*float64(room))
	}
	return d
}
