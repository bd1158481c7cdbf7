// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"iter"
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
		refresh:  shelf[refreshToken]{limit: 10_000},
		sessions: shelf[session]{limit: 10_000},
		journeys: shelf[journey]{limit: 4096},
	}
}

// shelf keeps the latest things by the hashes of their secret names. When it is
// full, the oldest goes.
type shelf[T any] struct {
	limit int
	items map[[sha256.Size]byte]*T
	ring  [][sha256.Size]byte // the names, in a circle
	next  int
}

func (s *shelf[T]) put(name string, item *T) { s.keep(sha256.Sum256([]byte(name)), item) }

// keep is put for a name of which only the hash is known.
func (s *shelf[T]) keep(hash [sha256.Size]byte, item *T) {
	if s.items == nil {
		s.items = map[[sha256.Size]byte]*T{}
	}
	_, again := s.items[hash] // as when a state is restored twice
	s.items[hash] = item
	if again {
		return
	}
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

// latest yields the latest n things by the hashes of their names, the oldest
// first.
func (s *shelf[T]) latest(n int) iter.Seq2[[sha256.Size]byte, *T] {
	return func(yield func([sha256.Size]byte, *T) bool) {
		for i := max(len(s.ring)-n, 0); i < len(s.ring); i++ {
			hash := s.ring[(s.next+i)%len(s.ring)]
			if item := s.items[hash]; item != nil && !yield(hash, item) {
				return
			}
		}
	}
}

func (s *shelf[T]) drop(name string) { delete(s.items, sha256.Sum256([]byte(name))) }
