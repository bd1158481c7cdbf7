// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"sync/atomic"
)

// maxWaiting is how many tokens may wait for one authority's fetch. A start with
// no keys at all has to be served: B2C answers both documents within half a second
// or so, in which a process that validates 4,000 tokens a second gathers 2,000.
// Where B2C hangs, all who wait do so for 5 seconds, and what they hold is to be
// tens of megabytes and no more.
const maxWaiting = 2000

var errCrowd = errors.New("as many tokens as may wait for this authority's keys wait for them already")

// crowd counts the tokens that wait for a fetch. Programs (Ready, Refresh) wait
// beside it: a flood must not keep them from learning how things stand. The zero
// crowd is empty. It is safe for concurrent use.
type crowd struct{ waiting atomic.Int64 }

// enter lets one more wait, unless there are too many. Who was let in must leave.
func (c *crowd) enter() bool {
	if c.waiting.Add(1) <= maxWaiting {
		return true
	}
	c.leave()
	return false
}

func (c *crowd) leave() { c.waiting.Add(-1) }
