// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bounded_test

import (
	"fmt"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
)

func TestWhatWasAskedForLongestAgoGoes(t *testing.T) {
	const limit = 20
	m := bounded.New[int](limit)
	for i := range limit {
		m.Put(fmt.Sprint(i), i)
	}
	m.Put("x", 100) // a tenth goes: 0 and 1
	for i := range limit {
		if _, ok := m.Get(fmt.Sprint(i)); ok != (i > 1) {
			t.Errorf("%d: there %v", i, ok)
		}
	}
	m.Put("y", 101)
	m.Get("2") // the oldest that is left is used again
	m.Put("z", 102)
	if _, ok := m.Get("2"); !ok || len(m.Values()) > limit {
		t.Errorf("what was used went, or there are too many: %d", len(m.Values()))
	}
}

func TestOneValueAKey(t *testing.T) {
	m := bounded.New[int](3)
	if got := m.GetOrPut("a", 1); got != 1 {
		t.Errorf("got %d", got)
	}
	if got := m.GetOrPut("a", 2); got != 1 {
		t.Errorf("got %d, want the first", got)
	}
	m.RemoveIf("a", 2)
	if got, ok := m.Get("a"); !ok || got != 1 {
		t.Errorf("got %d, %v: another value was to be removed", got, ok)
	}
	m.Put("a", 3)
	m.RemoveIf("a", 3)
	if got, ok := m.Get("a"); ok {
		t.Errorf("got %d", got)
	}
}
