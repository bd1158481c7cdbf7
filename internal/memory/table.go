// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"hash/maphash"
	"sync/atomic"
)

// table finds entries by key. find takes no lock; all else needs the Memory's.
//
// It is an array with linear probing. A slot that was used is never empty again in
// the same array, or readers would stop short of what lies behind it; when most slots
// have been used, the entries move to a new array. Readers go on in the old one, and
// find what was there when they began.
type table[V any] struct {
	seed  maphash.Seed              // of where keys lie: whoever signs tokens can choose these
	slots atomic.Pointer[[]slot[V]] // a power of two of them, or nil
	live  int                       // slots that hold an entry
	used  int                       // slots that do, or did
	gone  entry[V]                  // stands where an entry was
}

type slot[V any] = atomic.Pointer[entry[V]]

// powerOfTwo is the number of slots for n or more.
func powerOfTwo(n int) int {
	size := 8
	for size < n {
		size *= 2
	}
	return size
}

// home says where the search for a key begins, among a power of two of slots.
func (t *table[V]) home(key *[32]byte, slots int) int {
	return int(maphash.Bytes(t.seed, key[:])) & (slots - 1) //nolint:gosec // the low bits alone
}

// find returns nil if there is none.
func (t *table[V]) find(key *[32]byte) *entry[V] {
	slots := t.slots.Load()
	if slots == nil {
		return nil
	}
	n := len(*slots)
	for i := t.home(key, n); ; i = (i + 1) & (n - 1) {
		switch e := (*slots)[i].Load(); {
		case e == nil:
			return nil
		case e.key == *key && e != &t.gone:
			return e
		}
	}
}

// put adds an entry, in place of the one with its key.
func (t *table[V]) put(e *entry[V]) {
	if slots := t.slots.Load(); slots == nil || t.used >= len(*slots)/4*3 {
		t.move(t.live + 1)
	}
	slots := *t.slots.Load()
	n := len(slots)
	for i := t.home(&e.key, n); ; i = (i + 1) & (n - 1) {
		switch there := slots[i].Load(); {
		case there == nil:
			t.used++
			t.live++
			slots[i].Store(e)
			return
		case there.key == e.key && there != &t.gone:
			slots[i].Store(e)
			return
		}
	}
}

// remove takes out an entry that is there.
func (t *table[V]) remove(e *entry[V]) {
	slots := *t.slots.Load()
	i := t.home(&e.key, len(slots))
	for slots[i].Load() != e {
		i = (i + 1) & (len(slots) - 1)
	}
	slots[i].Store(&t.gone)
	t.live--
	if t.live < len(slots)/8 {
		t.move(t.live)
	}
}

// move gives the entries an array with room for n.
func (t *table[V]) move(n int) {
	old := t.slots.Load()
	t.used = t.live
	if n == 0 {
		t.slots.Store(nil)
		return
	}
	slots := make([]slot[V], powerOfTwo(2*n))
	if old != nil {
		for i := range *old {
			if e := (*old)[i].Load(); e != nil && e != &t.gone {
				t.place(slots, e)
			}
		}
	}
	t.slots.Store(&slots)
}

// place puts an entry into an array that nobody reads yet.
func (t *table[V]) place(slots []slot[V], e *entry[V]) {
	i := t.home(&e.key, len(slots))
	for slots[i].Load() != nil {
		i = (i + 1) & (len(slots) - 1)
	}
	slots[i].Store(e)
}

// clear forgets everything.
func (t *table[V]) clear() { t.live = 0; t.move(0) }

// bytes returns the size of the array.
func (t *table[V]) bytes() int64 {
	if slots := t.slots.Load(); slots != nil {
		return int64(len(*slots)) * 8
	}
	return 0
}
