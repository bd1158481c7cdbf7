// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"math/rand/v2"
	"testing"

	"github.com/b2ckit/b2ckit/internal/memory"
)

const size = 1000 // of a token, about

// ask is what a validator does with a token: it looks, and puts what it has verified.
func ask(m *memory.Memory[int], k [32]byte) (hit bool) {
	if _, hit = m.Get(k); !hit {
		m.Put(k, 0, size, later())
	}
	return hit
}

// room is for how many entries there is room.
func room(t *testing.T, bytes int64) int {
	t.Helper()
	m := memory.New[int](bytes)
	for n := 0; m.Stats().Evicted == 0; n++ {
		ask(m, key("fill", n))
	}
	return m.Stats().Entries
}

func busyLeft(m *memory.Memory[int], kind string, busy int) (left int) {
	for n := range busy {
		if _, ok := m.Get(key(kind, n)); ok {
			left++
		}
	}
	return left
}

func TestFloodLeavesTheBusyOnes(t *testing.T) {
	const (
		whole = 256 << 10
		busy  = 80
	)
	capacity := room(t, whole)
	t.Logf("room for %d entries", capacity)
	for _, tc := range []struct {
		name   string
		pause  int // tokens of the flood to one of the busy ones, 0: these are silent meanwhile
		second int // after how many others a token of the flood is seen a second time, 0: never
	}{
		{"seen once", 2, 0},
		{"seen once while the busy ones are silent", 0, 0},
		{"seen twice at once", 2, 1},
		{"seen twice soon", 2, capacity / 20},
		{"seen twice, with the first gone meanwhile", 2, capacity / 2},
		{"seen twice, long after", 2, 10 * capacity},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := memory.New[int](whole)
			rnd := rand.New(rand.NewPCG(13, 13))
			for range 20 * busy {
				ask(m, key("busy", rnd.IntN(busy)))
			}
			for n := range 100 * capacity {
				ask(m, key("flood", n))
				if tc.second > 0 && n >= tc.second {
					ask(m, key("flood", n-tc.second))
				}
				if tc.pause > 0 && n%tc.pause == 0 {
					ask(m, key("busy", rnd.IntN(busy)))
				}
			}
			if left := busyLeft(m, "busy", busy); left < busy*95/100 {
				t.Errorf("%d of %d are left", left, busy)
			}
			if s := m.Stats(); s.Bytes > whole || s.Bytes < whole*9/10 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestNewBusyOnesGetIn(t *testing.T) {
	m := memory.New[int](256 << 10)
	busy := room(t, 256<<10) * 3 / 4
	rnd := rand.New(rand.NewPCG(13, 13))
	for range 50 * busy {
		ask(m, key("old", rnd.IntN(busy)))
	}
	hits := 0
	for n := range 10 * busy { // a deploy: everybody has a new token
		ask(m, key("flood", n))
		if ask(m, key("new", rnd.IntN(busy))) {
			hits++
		}
	}
	if left := busyLeft(m, "new", busy); left < busy*90/100 {
		t.Errorf("%d of %d are in, after %d hits", left, busy, hits)
	}
}
