// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"time"
)

var errBudget = errors.New("as many unknown keys were asked for just now as the budget for them allows (Options.MinRefetch)")

// budget limits the fetches that unknown key ids may cause at one authority: a
// token bucket of two that gains one each period and is charged for successful
// fetches only. It is kept as the time at which it will be full again.
type budget struct {
	per  time.Duration
	full time.Time
}

// wait returns how long it takes until there is one, 0 if there is.
func (b *budget) wait() time.Duration { return max(0, max(0, time.Until(b.full))-b.per) }

func (b *budget) charge() {
	if now := time.Now(); b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(b.per)
}
