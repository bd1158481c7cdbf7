// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"math"
	"time"
)

// Stats says how full a Memory is.
type Stats struct {
	Entries  int
	Bytes    int64  // what it counts, never more than MaxBytes
	MaxBytes int64  // 0 if nothing is ever kept
	Evicted  uint64 // entries that went for want of room, since New
}

// Stats counts what is there, after forgetting what has expired.
func (m *Memory[V]) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweepLocked(time.Now(), math.MaxInt)
	return Stats{Entries: m.order.len(), Bytes: m.bytesLocked(), MaxBytes: max(m.max, 0), Evicted: m.evicted}
}
