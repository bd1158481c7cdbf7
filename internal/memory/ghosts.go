// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import "encoding/binary"

// ghosts remembers the keys of entries that went lately, by 32 bits of each. One is
// forgotten when another comes into its slot, so there are about as many as slots; one
// key in billions is taken for another.
type ghosts struct {
	slots []uint32 // a power of two
}

// add remembers a key that went while n entries stayed.
func (g *ghosts) add(key *[32]byte, n int) {
	if len(g.slots) < n {
		g.slots = make([]uint32, powerOfTwo(n))
	}
	*g.slot(key) = fingerprint(key)
}

func (g *ghosts) has(key *[32]byte) bool {
	return len(g.slots) > 0 && *g.slot(key) == fingerprint(key)
}

func (g *ghosts) slot(key *[32]byte) *uint32 {
	return &g.slots[int(binary.LittleEndian.Uint32(key[:]))&(len(g.slots)-1)]
}

// fingerprint is of other bits than the slot.
func fingerprint(key *[32]byte) uint32 { return binary.LittleEndian.Uint32(key[4:]) }

func (g *ghosts) bytes() int64 { return int64(cap(g.slots)) * 4 }
