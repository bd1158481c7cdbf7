// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "sync/atomic"

var generation atomic.Uint64

// Generation tells whether a look at many sources is still true. While it stays
// the same, Current of each [Cache] of this process returns the set that it
// returned before, or nil once that has lapsed; a [Static] never changes. It is for
// indexes over the sets of many authorities. It takes no lock.
func Generation() uint64 { return generation.Load() }

// publication is where a cache shows its snapshot. Each new one is counted, after
// it can be seen: who reads the count and then the snapshot has what is counted.
type publication struct{ snapshot atomic.Pointer[snapshot] }

func (p *publication) Load() *snapshot { return p.snapshot.Load() }

func (p *publication) Store(s *snapshot) {
	p.snapshot.Store(s)
	generation.Add(1)
}
