// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"hash/maphash"
	"sync"
	"time"
)

// Memory holds values under keys. It is safe for concurrent use; Get takes no lock
// unless it finds what has expired. The others wait for each other: nearly always for
// as long as a few entries take, and at worst, where all are in constant use and one has
// to go, as a look at each of them three times.
type Memory[V any] struct {
	max  int64
	each int64 // what an entry takes itself

	table table[V]

	mu        sync.Mutex // of what follows, and of changes to the table
	closed    bool
	order     s3fifo[V]
	deadlines deadlines[V]
	evicted   uint64
}

const (
	share     = 16 // the largest entry is this part of the whole
	sweepings = 16 // expired entries that one Put forgets
)

// New returns an empty Memory of at most so many bytes. With 0 or less nothing is ever
// kept.
func New[V any](maxBytes int64) *Memory[V] {
	return &Memory[V]{max: maxBytes, each: entryCost[V](), table: table[V]{seed: maphash.MakeSeed()}}
}

// Get returns the value of a key, unless it has expired by then. The time is the
// caller's, who has looked at the clock anyway: that takes longer than all the rest.
// Get allocates nothing.
func (m *Memory[V]) Get(key [32]byte, now time.Time) (v V, ok bool) {
	e := m.table.find(&key)
	if e == nil {
		return v, false
	}
	if e.hasExpired(now) {
		m.forgetExpired(e)
		return v, false
	}
	e.use()
	return e.value, true
}

// Put keeps a value until it expires by time.Now, there is no room for it or it is
// forgotten. What was under the key is gone in any case. Size is what the value points to, in bytes;
// what the entry itself takes is added. An entry of more than a sixteenth of the whole
// is not kept.
func (m *Memory[V]) Put(key [32]byte, v V, size int, expires time.Time) {
	e := &entry[V]{key: key, value: v, expires: expires, cost: int64(max(size, 0)) + m.each}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	now := time.Now()
	m.sweepLocked(now, sweepings)
	old := m.table.find(&key)
	if e.cost > m.max/share || e.hasExpired(now) {
		if old != nil {
			m.removeLocked(old)
		}
		return
	}
	if old != nil {
		m.order.replace(old, e)
		m.deadlines.remove(old)
	} else {
		m.order.add(e)
	}
	m.deadlines.add(e)
	m.table.put(e)
	for m.bytesLocked() > m.max {
		m.evictLocked()
	}
}

// Forget forgets a key. A Get that began earlier may still return it.
func (m *Memory[V]) Forget(key [32]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.table.find(&key); e != nil {
		m.removeLocked(e)
	}
}

// Purge forgets everything. A Get that began earlier may still return something.
func (m *Memory[V]) Purge() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.purgeLocked()
}

// Close forgets everything; nothing is kept from then on. It may be called again.
func (m *Memory[V]) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.purgeLocked()
}

func (m *Memory[V]) purgeLocked() {
	m.table.clear()
	m.order = s3fifo[V]{}
	m.deadlines = deadlines[V]{}
}

// forgetExpired forgets an entry that a reader has found expired, if it is still there.
func (m *Memory[V]) forgetExpired(e *entry[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.table.find(&e.key) == e {
		m.removeLocked(e)
	}
}

// sweepLocked forgets expired entries, so many at most.
func (m *Memory[V]) sweepLocked(now time.Time, most int) {
	for range most {
		e := m.deadlines.expired(now)
		if e == nil {
			return
		}
		m.removeLocked(e)
	}
}

func (m *Memory[V]) evictLocked() {
	e := m.order.evict(m.max)
	m.evicted++
	m.unlinkLocked(e)
}

func (m *Memory[V]) removeLocked(e *entry[V]) {
	m.order.remove(e)
	m.unlinkLocked(e)
}

func (m *Memory[V]) unlinkLocked(e *entry[V]) {
	m.deadlines.remove(e)
	m.table.remove(e)
	if m.order.len() == 0 {
		m.purgeLocked() // of the ghosts too: what is empty takes nothing
	}
}

func (m *Memory[V]) bytesLocked() int64 {
	return m.order.cost() + m.order.ghosts.bytes() + m.deadlines.bytes() + m.table.bytes()
}
