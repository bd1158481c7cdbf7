// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package bounded keeps no more than so many things.
package bounded

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Map is a map with a limit. When it is full, the tenth of it that was asked for
// longest ago goes. Its lock is never held across I/O.
type Map[V comparable] struct {
	limit int
	tick  atomic.Uint64 // counts what was put in: the clock of row.used

	mu   sync.RWMutex
	rows map[string]*row[V]
}

type row[V comparable] struct {
	value V
	used  atomic.Uint64
}

// New returns an empty Map of at most limit values.
func New[V comparable](limit int) *Map[V] {
	return &Map[V]{limit: limit, rows: map[string]*row[V]{}}
}

// Get returns the value of the key.
func (m *Map[V]) Get(key string) (v V, ok bool) {
	m.mu.RLock()
	r := m.rows[key]
	m.mu.RUnlock()
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
	return m.getOrPutLocked(key, v)
}

func (m *Map[V]) getOrPutLocked(key string, v V) V {
	r := m.rows[key]
	if r == nil {
		if len(m.rows) >= m.limit {
			m.evictLocked()
		}
		r = &row[V]{value: v}
		m.rows[key] = r
		m.tick.Add(1)
	}
	r.used.Store(m.tick.Load())
	return r.value
}

// Put replaces the value of the key.
func (m *Map[V]) Put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, key)
	m.getOrPutLocked(key, v)
}

// RemoveIf removes the value of the key if it is still v.
func (m *Map[V]) RemoveIf(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.rows[key]; r != nil && r.value == v {
		delete(m.rows, key)
	}
}

// Values returns all values, in no order.
func (m *Map[V]) Values() []V {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]V, 0, len(m.rows))
	for _, r := range m.rows {
		all = append(all, r.value)
	}
	return all
}

func (m *Map[V]) evictLocked() {
	last := make([]uint64, 0, len(m.rows))
	for _, r := range m.rows {
		last = append(last, r.used.Load())
	}
	slices.Sort(last)
	tooMany := max(1, m.limit/10)
	oldest := last[tooMany-1]
	for key, r := range m.rows {
		if tooMany > 0 && r.used.Load() <= oldest {
			delete(m.rows, key)
			tooMany--
		}
	}
}
