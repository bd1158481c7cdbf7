// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"slices"
	"sync"
	"sync/atomic"
)

// table is a bounded map. When it is full, the tenth of it that was asked for
// longest ago goes. Its lock is never held across I/O.
type table[V comparable] struct {
	limit int
	tick  atomic.Uint64 // counts what was put in: the clock of row.used

	mu   sync.RWMutex
	rows map[string]*row[V]
}

type row[V comparable] struct {
	value V
	used  atomic.Uint64
}

func newTable[V comparable](limit int) *table[V] {
	return &table[V]{limit: limit, rows: map[string]*row[V]{}}
}

func (t *table[V]) get(key string) (v V, ok bool) {
	t.mu.RLock()
	r := t.rows[key]
	t.mu.RUnlock()
	if r == nil {
		return v, false
	}
	if now := t.tick.Load(); r.used.Load() != now { // not written each time, so that it stays in every core's cache
		r.used.Store(now)
	}
	return r.value, true
}

// getOrPut returns the value of the key, after putting v there if it had none.
func (t *table[V]) getOrPut(key string, v V) V {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.getOrPutLocked(key, v)
}

func (t *table[V]) getOrPutLocked(key string, v V) V {
	r := t.rows[key]
	if r == nil {
		if len(t.rows) >= t.limit {
			t.evictLocked()
		}
		r = &row[V]{value: v}
		t.rows[key] = r
		t.tick.Add(1)
	}
	r.used.Store(t.tick.Load())
	return r.value
}

// put replaces the value of the key.
func (t *table[V]) put(key string, v V) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, key)
	t.getOrPutLocked(key, v)
}

// removeThis removes the value of the key if it is still v.
func (t *table[V]) removeThis(key string, v V) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.rows[key]; r != nil && r.value == v {
		delete(t.rows, key)
	}
}

func (t *table[V]) values() []V {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make([]V, 0, len(t.rows))
	for _, r := range t.rows {
		all = append(all, r.value)
	}
	return all
}

func (t *table[V]) evictLocked() {
	last := make([]uint64, 0, len(t.rows))
	for _, r := range t.rows {
		last = append(last, r.used.Load())
	}
	slices.Sort(last)
	tooMany := max(1, t.limit/10)
	oldest := last[tooMany-1]
	for key, r := range t.rows {
		if tooMany > 0 && r.used.Load() <= oldest {
			delete(t.rows, key)
			tooMany--
		}
	}
}
