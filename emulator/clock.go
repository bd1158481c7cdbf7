// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"sync/atomic"
	"time"
)

// clock is a tenant's time: another clock's, moved by an offset.
type clock struct {
	base   func() time.Time
	offset atomic.Int64 // a time.Duration
}

func (c *clock) now() time.Time { return c.base().Add(time.Duration(c.offset.Load())) }

func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }
