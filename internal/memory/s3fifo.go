// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

// s3fifo decides which entry goes when there is no room: S3-FIFO, from "FIFO queues
// are all you need for cache eviction" (Yang et al., SOSP 2023).
//
// What is new waits in a small queue. At its end only what was used twice meanwhile
// goes on to the main queue, and what comes back soon after it went gets there at
// once. At the end of the main queue what was used has another round. So what is seen
// once or twice passes through the small queue, which has a tenth of the memory and what
// the main one leaves; and what is no longer used is gone after a few rounds, however
// busy it was.
type s3fifo[V any] struct {
	small, main queue[V]
	ghosts      ghosts
}

// add takes in an entry that is new.
func (s *s3fifo[V]) add(e *entry[V]) {
	e.main = s.ghosts.has(&e.key)
	s.queue(e).push(e)
}

// replace puts an entry in the place of another with its key. It may be that two
// requests came with it at once, so this is no use.
func (s *s3fifo[V]) replace(old, e *entry[V]) {
	e.main = old.main
	e.uses.Store(old.uses.Load())
	s.remove(old)
	s.queue(e).push(e)
}

func (s *s3fifo[V]) remove(e *entry[V]) { s.queue(e).remove(e) }

// evict takes out the entry that is worth least of a memory of so many bytes. There
// must be one.
func (s *s3fifo[V]) evict(whole int64) *entry[V] {
	for s.small.cost > whole/10 || s.main.len == 0 {
		e := s.small.oldest
		s.small.remove(e)
		if e.uses.Load() < 2 {
			s.ghosts.add(&e.key, s.len())
			return e
		}
		e.uses.Store(0)
		e.main = true
		s.main.push(e)
	}
	for rounds := maxUses * s.main.len; ; rounds-- {
		e := s.main.oldest
		s.main.remove(e)
		uses := e.uses.Load()
		if uses == 0 || rounds <= 0 { // readers could go on using all of them
			return e
		}
		e.uses.Store(uses - 1)
		s.main.push(e)
	}
}

func (s *s3fifo[V]) queue(e *entry[V]) *queue[V] {
	if e.main {
		return &s.main
	}
	return &s.small
}

func (s *s3fifo[V]) len() int    { return s.small.len + s.main.len }
func (s *s3fifo[V]) cost() int64 { return s.small.cost + s.main.cost }
