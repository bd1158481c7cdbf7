// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"testing"
	"time"
)

// A sixteenth of the whole is kept, and a byte more is not.
func TestLargestEntry(t *testing.T) {
	const whole = 1 << 20
	for over, want := range []bool{true, false} {
		m := New[int](whole)
		k := [32]byte{1}
		m.Put(k, 1, int(whole/16-m.each)+over, time.Now().Add(time.Hour))
		if _, ok := m.Get(k, time.Now()); ok != want {
			t.Errorf("%d bytes more than a sixteenth: got %v", over, ok)
		}
	}
}

// How often something was used while it was new brings it into the main queue, and is
// no advantage there.
func TestPromotedBeginsAnew(t *testing.T) {
	var s s3fifo[string]
	stays := &entry[string]{key: [32]byte{4: 1}, value: "used once since it is in the main queue", cost: 10, main: true}
	s.main.push(stays)
	stays.use()
	promoted := &entry[string]{key: [32]byte{4: 2}, value: "used while it was new", cost: 10}
	s.add(promoted)
	for range maxUses {
		promoted.use()
	}
	if e := s.evict(0); e != promoted {
		t.Errorf("what goes first was %s", e.value)
	}
}
