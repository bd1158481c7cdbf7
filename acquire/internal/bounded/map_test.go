// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bounded_test

import (
	"fmt"
	"strconv"
	"sync"
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

// A map of many shards keeps its limit, and what is used, whoever else writes.
func TestManyShards(t *testing.T) {
	const limit, many = 1000, 5000
	m := bounded.New[int](limit)
	m.Put("busy", -1)
	for i := range many {
		m.Put(strconv.Itoa(i), i)
		if got, ok := m.Get("busy"); !ok || got != -1 {
			t.Fatalf("after %d: what is used all the time is gone", i)
		}
		if n := len(m.Values()); n > limit || n < min(i, limit-limit/10-1) {
			t.Fatalf("after %d: got %d values", i, n)
		}
	}
	for i := many - limit/2; i < many; i++ {
		if got, ok := m.Get(strconv.Itoa(i)); !ok || got != i {
			t.Errorf("got %d, %v for %d, one of the last", got, ok, i)
		}
	}
}

func TestReadersAndWritersAtOnce(t *testing.T) {
	const limit, keys = 600, 800
	m := bounded.New[int](limit)
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 2000 {
				n := (i*7 + w) % keys
				key := strconv.Itoa(n)
				if got, ok := m.Get(key); ok && got != n {
					t.Errorf("got %d for %d", got, n)
				}
				switch got := m.GetOrPut(key, n); {
				case got != n:
					t.Errorf("got %d for %d", got, n)
				case i%5 == 0:
					m.RemoveIf(key, n)
				case i%7 == 0:
					m.Put(key, n)
				}
			}
		})
	}
	all.Wait()
	seen := map[int]bool{}
	for _, v := range m.Values() {
		seen[v] = true
	}
	if n := len(m.Values()); n > limit || n != len(seen) || n < limit/2 {
		t.Errorf("got %d values, %d of them different, want at most %d", n, len(seen), limit)
	}
}
