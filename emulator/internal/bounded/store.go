// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bounded

import (
	"crypto/sha256"
	"iter"
)

// Hash is that of a secret name.
type Hash = [sha256.Size]byte

// Store keeps the latest things by the hashes of their secret names. When it is
// full, the oldest goes. It is not safe for concurrent use: its owner has the
// lock.
type Store[T any] struct {
	limit int
	items map[Hash]*T
	names []Hash // in a circle
	next  int
}

// NewStore returns a store of the latest limit things.
func NewStore[T any](limit int) *Store[T] {
	return &Store[T]{limit: limit, items: map[Hash]*T{}}
}

// Put keeps an item under a name.
func (s *Store[T]) Put(name string, item *T) { s.PutHash(sha256.Sum256([]byte(name)), item) }

// PutHash is Put for a name of which only the hash is known.
func (s *Store[T]) PutHash(hash Hash, item *T) {
	_, again := s.items[hash] // as when a state is restored twice
	s.items[hash] = item
	if again {
		return
	}
	if len(s.names) < s.limit {
		s.names = append(s.names, hash)
		return
	}
	delete(s.items, s.names[s.next])
	s.names[s.next] = hash
	s.next = (s.next + 1) % s.limit
}

// Get returns nil for a name that is unknown, also because it was forgotten.
func (s *Store[T]) Get(name string) *T { return s.items[sha256.Sum256([]byte(name))] }

// Drop forgets a name.
func (s *Store[T]) Drop(name string) { delete(s.items, sha256.Sum256([]byte(name))) }

// DropFunc forgets all that match.
func (s *Store[T]) DropFunc(match func(*T) bool) {
	for hash, item := range s.items {
		if match(item) {
			delete(s.items, hash)
		}
	}
}

// All yields what is kept, in no order.
func (s *Store[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, item := range s.items {
			if !yield(item) {
				return
			}
		}
	}
}

// Latest yields the latest n things by the hashes of their names, the oldest
// first.
func (s *Store[T]) Latest(n int) iter.Seq2[Hash, *T] {
	return func(yield func(Hash, *T) bool) {
		for i := max(len(s.names)-n, 0); i < len(s.names); i++ {
			hash := s.names[(s.next+i)%len(s.names)]
			if item := s.items[hash]; item != nil && !yield(hash, item) {
				return
			}
		}
	}
}
