// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"sync"
)

// memory is all that a tenant remembers of requests, bounded.
type memory struct {
	mu       sync.Mutex
	codes    shelf[authorizationCode]
	refresh  shelf[refreshToken]
	sessions shelf[session]
	journeys shelf[journey]

	faults []Fault
}

func newMemory() *memory {
	return &memory{
		codes:    shelf[authorizationCode]{limit: 4096},
		refresh:  shelf[refreshToken]{limit: 100_000},
		sessions: shelf[session]{limit: 10_000},
		journeys: shelf[journey]{limit: 4096},
	}
}

// shelf keeps the latest things by the hashes of their secret names. When it is
// full, the oldest goes.
type shelf[T any] struct {
	limit int
	items map[[32]byte]*T
	ring  [][32]byte // the names, in a circle
	next  int
}

func (s *shelf[T]) put(name string, item *T) {
	if s.items == nil {
		s.items = map[[32]byte]*T{}
	}
	hash := sha256.Sum256([]byte(name))
	s.items[hash] = item
	if len(s.ring) < s.limit {
		s.ring = append(s.ring, hash)
		return
	}
	delete(s.items, s.ring[s.next])
	s.ring[s.next] = hash
	s.next = (s.next + 1) % s.limit
}

// get returns nil for a name that is unknown, also because it was forgotten.
func (s *shelf[T]) get(name string) *T { return s.items[sha256.Sum256([]byte(name))] }

func (s *shelf[T]) drop(name string) { delete(s.items, sha256.Sum256([]byte(name))) }
