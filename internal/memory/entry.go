// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"reflect"
	"slices"
	"sync/atomic"
	"time"
)

// entry is one value. What readers see of it never changes, but for uses.
type entry[V any] struct {
	key     [32]byte
	value   V
	expires time.Time
	uses    atomic.Int32 // since it came into its queue, up to maxUses

	// Under the lock.
	main       bool // which queue it is in
	deadline   int  // its place among the deadlines
	cost       int64
	prev, next *entry[V] // in its queue
}

// maxUses bounds how many rounds of its queue an entry stays without being used.
const maxUses = 3

func (e *entry[V]) hasExpired(now time.Time) bool { return !now.Before(e.expires) }

// use counts one. Two that come at once may count as one; and an entry in constant
// use is not written to, so that it stays in every core's cache.
func (e *entry[V]) use() {
	if n := e.uses.Load(); n < maxUses {
		e.uses.Store(n + 1)
	}
}

// entryCost is what an entry takes of the heap besides what its value points to.
func entryCost[V any]() int64 {
	size := int(reflect.TypeFor[entry[V]]().Size())
	return int64(cap(slices.Grow([]byte(nil), size))) // rounded up as the allocator does
}
