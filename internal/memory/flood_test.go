// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

const size = 1000 // of a token, about

// ask is what a validator does with a token: it looks, and puts what it has verified.
func ask(m *memory.Memory[int], k [32]byte) (hit bool) {
	if _, hit = m.Get(k, time.Now()); !hit {
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
		if _, ok := m.Get(key(kind, n), time.Now()); ok {
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

// Most of what fits is busy, and each token of the flood comes again when it has gone,
// so that it goes on to where the busy ones are.
func TestFloodThatReturnsLeavesTheBusyOnes(t *testing.T) {
	const whole = 256 << 10
	capacity := room(t, whole)
	busy := capacity * 6 / 10
	m := memory.New[int](whole)
	rnd := rand.New(rand.NewPCG(13, 13))
	for range 20 * busy {
		ask(m, key("busy", rnd.IntN(busy)))
	}
	returned := 0
	for n := range 30 * capacity {
		ask(m, key("flood", n))
		if n >= capacity && !ask(m, key("flood", n-capacity)) {
			returned++
		}
		for range 8 {
			ask(m, key("busy", rnd.IntN(busy)))
		}
	}
	if returned < 20*capacity {
		t.Errorf("only %d come again after they have gone: this tests nothing", returned)
	}
	if left := busyLeft(m, "busy", busy); left < busy*95/100 {
		t.Errorf("%d of %d are left", left, busy)
	}
}

// Two requests that bring a token at once put it twice; it keeps its place.
func TestPutAgainKeepsItsPlace(t *testing.T) {
	const whole = 256 << 10
	capacity, busy := room(t, whole), 80
	for name, floods := range map[string]int{"in the small queue": 0, "in the main queue": 1} {
		m := memory.New[int](whole)
		for n := range 4 * busy {
			ask(m, key("busy", n%busy))
		}
		for n := range floods * 10 * capacity {
			ask(m, key("first", n))
		}
		for n := range busy {
			m.Put(key("busy", n), 1, size, later())
		}
		for n := range 10 * capacity {
			ask(m, key("second", n))
		}
		if left := busyLeft(m, "busy", busy); left < busy*95/100 {
			t.Errorf("%s: %d of %d are left", name, left, busy)
		}
	}
}

// However often something was used: when it no longer is, it goes before what is.
func TestWhatIsNoLongerUsedGoesFirst(t *testing.T) {
	const whole = 256 << 10
	part := room(t, whole) * 4 / 10
	m := memory.New[int](whole)
	for n := range 200 * part {
		ask(m, key("old", n%part))
		ask(m, key("busy", n%part))
		ask(m, key("flood", n))
	}
	missed := 0
	for n := range 20 * part {
		ask(m, key("new", n%part))
		if !ask(m, key("busy", n%part)) {
			missed++
		}
	}
	if missed > part*5/100 {
		t.Errorf("%d times one of the %d busy ones had gone", missed, part)
	}
	if in := busyLeft(m, "new", part); in < part*95/100 {
		t.Errorf("%d of %d of the new ones are in", in, part)
	}
}

func TestNewBusyOnesGetIn(t *testing.T) {
	m := memory.New[int](256 << 10)
	busy := room(t, 256<<10) * 3 / 4
	for n := range 100 {
		m.Put(key("large", n), 0, 256<<10/17, later()) // few fit, at first
	}
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
