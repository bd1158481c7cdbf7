// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"encoding/binary"
	"testing"
	"time"
)

// A reader that has found an entry expired may come late: others have forgotten it,
// or put another in its place.
func TestReaderComesLate(t *testing.T) {
	m := New[int](1 << 16)
	k, end := [32]byte{1}, time.Now().Add(time.Hour)
	m.Put([32]byte{2}, 0, 0, end)
	m.Put(k, 1, 0, end)
	found := m.table.find(&k)
	m.forgetExpired(found)
	m.forgetExpired(found)
	m.Put(k, 2, 0, end)
	m.forgetExpired(found)
	if v, ok := m.Get(k, time.Now()); !ok || v != 2 || m.Stats().Entries != 2 {
		t.Errorf("got %d, %v, %+v", v, ok, m.Stats())
	}
}

// A tenant that signs with keys of its own makes tokens until their hashes suit it. They
// must not lie in one row, or every look would go along it.
func TestKeysThatWereChosenLieApart(t *testing.T) {
	for name, choose := range map[string]func(n uint64) (k [32]byte){
		"one beginning": func(n uint64) (k [32]byte) { binary.BigEndian.PutUint64(k[24:], n); return k },
		"one low half":  func(n uint64) (k [32]byte) { binary.LittleEndian.PutUint64(k[:], n<<32); return k },
	} {
		m := New[int](16 << 20)
		for n := range uint64(10_000) {
			m.Put(choose(n), 0, 0, time.Now().Add(time.Hour))
		}
		if s := m.Stats(); s.Entries != 10_000 {
			t.Fatalf("%s: %+v", name, s)
		}
		row, longest := 0, 0
		slots := *m.table.slots.Load()
		for i := range slots {
			if row++; slots[i].Load() == nil {
				row = 0
			}
			longest = max(longest, row)
		}
		if longest > len(slots)/20 {
			t.Errorf("%s: %d of %d slots in a row are taken", name, longest, len(slots))
		}
	}
}
