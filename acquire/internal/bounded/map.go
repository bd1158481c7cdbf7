// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package bounded keeps no more than so many things.
package bounded

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// shardRows is how many values a full Map has in a shard, about: what is put in
// copies one, and what is read has to find the right one.
const shardRows = 256

// Map is a map with a limit. When it is full, the tenth of it that was asked for
// longest ago goes. Reading takes no lock; the writers' is never held across I/O.
type Map[V comparable] struct {
	limit int
	tick  atomic.Uint64 // counts what was put in: the clock of row.used

	seed   maphash.Seed
	mask   uint64                               // takes of a hash what tells the shard
	shards []atomic.Pointer[map[string]*row[V]] // a power of two; the maps are replaced, never changed

	mu    sync.Mutex // of those who write
	count int
}

type row[V comparable] struct {
	value V
	used  atomic.Uint64
}

// New returns an empty Map of at most limit values.
func New[V comparable](limit int) *Map[V] {
	mask := uint64(0)
	for limit > 0 && mask < uint64(limit-1)/shardRows {
		mask = mask<<1 | 1
	}
	return &Map[V]{limit: limit, seed: maphash.MakeSeed(), mask: mask, shards: make([]atomic.Pointer[map[string]*row[V]], mask+1)}
}

// shard returns where the key's value is.
func (m *Map[V]) shard(key string) *atomic.Pointer[map[string]*row[V]] {
	if m.mask == 0 {
		return &m.shards[0]
	}
	return &m.shards[maphash.String(m.seed, key)&m.mask]
}

func rowsOf[V comparable](shard *atomic.Pointer[map[string]*row[V]]) map[string]*row[V] {
	if rows := shard.Load(); rows != nil {
		return *rows
	}
	return nil
}

// Get returns the value of the key.
func (m *Map[V]) Get(key string) (v V, ok bool) {
	r := rowsOf(m.shard(key))[key]
	if r == nil {
		return v, false
	}
	if now := m.tick.Load(); r.used.Load() != now { // not written each time, so that it stays in every core's cache
		r.used.Store(now)
	}
	return r.value, true
}

// GetOrPut returns the value of the key, after putting v there if it had none.
func (m *Map[V]) GetOrPut(key string, v V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := rowsOf(m.shard(key))[key]; r != nil {
		r.used.Store(m.tick.Load())
		return r.value
	}
	m.putLocked(key, v)
	return v
}

// Put replaces the value of the key.
func (m *Map[V]) Put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.putLocked(key, v)
}

func (m *Map[V]) putLocked(key string, v V) {
	shard := m.shard(key)
	if _, there := rowsOf(shard)[key]; !there {
		if m.count >= m.limit {
			m.evictLocked()
		}
		m.count++
	}
	old := rowsOf(shard)
	rows := make(map[string]*row[V], len(old)+1)
	maps.Copy(rows, old)
	r := &row[V]{value: v}
	r.used.Store(m.tick.Add(1))
	rows[key] = r
	shard.Store(&rows)
}

// RemoveIf removes the value of the key if it is still v.
func (m *Map[V]) RemoveIf(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := rowsOf(m.shard(key))[key]; r != nil && r.value == v {
		m.removeLocked(m.shard(key), func(r2 *row[V]) bool { return r2 == r })
	}
}

// removeLocked removes what is to go from a shard.
func (m *Map[V]) removeLocked(shard *atomic.Pointer[map[string]*row[V]], goes func(*row[V]) bool) {
	rows := maps.Clone(rowsOf(shard))
	maps.DeleteFunc(rows, func(_ string, r *row[V]) bool { return goes(r) })
	m.count -= len(rowsOf(shard)) - len(rows)
	shard.Store(&rows)
}

// Each calls f with all keys and values of now, in no order.
func (m *Map[V]) Each(f func(key string, v V)) {
	for i := range m.shards {
		for key, r := range rowsOf(&m.shards[i]) {
			f(key, r.value)
		}
	}
}

// Values returns all values, in no order.
func (m *Map[V]) Values() []V {
	var all []V
	m.Each(func(_ string, v V) { all = append(all, v) })
	return all
}

func (m *Map[V]) evictLocked() {
	last := make([]uint64, 0, m.count)
	for i := range m.shards {
		for _, r := range rowsOf(&m.shards[i]) {
			last = append(last, r.used.Load())
		}
	}
	slices.Sort(last)
	tooMany := max(1, m.limit/10)
	oldest := last[tooMany-1]
	for i := range m.shards {
		m.removeLocked(&m.shards[i], func(r *row[V]) bool {
			if tooMany == 0 || r.used.Load() > oldest {
				return false
			}
			tooMany--
			return true
		})
	}
}
