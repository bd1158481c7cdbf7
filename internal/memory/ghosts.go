// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import "encoding/binary"

// ghosts remembers the keys of entries that went lately: 32 bits of each, and when.
// A few are forgotten early, where another came into their slot; one in billions is
// taken for another.
type ghosts struct {
	slots []ghost // a power of two
	born  uint32  // counts what came in
}

type ghost struct{ mark, born uint32 }

// add remembers a key that went while n others stayed.
func (g *ghosts) add(key *[32]byte, n int) {
	if len(g.slots) < 2*n {
		g.grow(2 * n)
	}
	g.born++
	*g.slot(key) = ghost{mark: fingerprint(key), born: g.born}
}

// has reports whether a key is among those that went last, as many as stayed.
func (g *ghosts) has(key *[32]byte, n int) bool {
	if len(g.slots) == 0 {
		return false
	}
	s := g.slot(key)
	return s.born != 0 && s.mark == fingerprint(key) && int(g.born-s.born) < n
}

func (g *ghosts) grow(n int) {
	size := minSlots
	for size < n {
		size *= 2
	}
	g.slots = make([]ghost, size)
}

func (g *ghosts) slot(key *[32]byte) *ghost {
	return &g.slots[home(key, len(g.slots))]
}

// fingerprint is of other bits than home.
func fingerprint(key *[32]byte) uint32 { return binary.LittleEndian.Uint32(key[4:]) }

func (g *ghosts) bytes() int64 { return int64(cap(g.slots)) * 8 }
