// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
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
