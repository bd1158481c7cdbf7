// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"sync"
)

// roundRobin has authorities asked for keys in turn, on behalf of those who can't
// say which one. The zero roundRobin is ready for use, and safe for concurrent use.
type roundRobin struct {
	mu      sync.Mutex
	of      []*anchor // whose turns these are
	turns   *turns
	shared  *anchor // the one that a crowd waits for
	waiting int     // how many wait for it
}

// next chooses the n authorities that were not chosen for longest.
func (r *roundRobin) next(of []*anchor, n int) []*anchor {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nextLocked(of, n)
}

func (r *roundRobin) nextLocked(of []*anchor, n int) []*anchor {
	r.followLocked(of)
	chosen := r.turns.next(n, nobody)
	for _, a := range chosen {
		r.turns.end(a)
	}
	return chosen
}

// follow forgets whoever is trusted no more.
func (r *roundRobin) follow(of []*anchor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turns == nil { // nobody has had a turn
		return
	}
	r.followLocked(of)
	if r.turns.of[r.shared] == nil {
		r.shared = nil // who waits for it leaves all the same
	}
}

// followLocked follows what is trusted: whoever is new is first.
func (r *roundRobin) followLocked(of []*anchor) {
	if r.turns != nil && isSameSlice(r.of, of) {
		return
	}
	var stay []*anchor
	if r.turns != nil {
		now := make(map[*anchor]bool, len(of))
		for _, a := range of {
			now[a] = true
		}
		stay = slices.DeleteFunc(r.turns.inOrder(), func(a *anchor) bool { return !now[a] })
	}
	stays := make(map[*anchor]bool, len(stay))
	for _, a := range stay {
		stays[a] = true
	}
	isNew := slices.DeleteFunc(slices.Clone(of), func(a *anchor) bool { return stays[a] })
	r.of, r.turns = of, newTurns(slices.Concat(isNew, stay))
}

func isSameSlice(a, b []*anchor) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// mostJoined is how many tokens may wait together for an authority that none of
// them names, as jwks bounds those that name it.
const mostJoined = 2000

// join returns the authority that a crowd waits for, one at a time, and how to
// leave it; nil if the crowd is too large.
func (r *roundRobin) join(of []*anchor) (a *anchor, leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting >= mostJoined {
		return nil, func() {}
	}
	r.followLocked(of)
	if r.waiting == 0 || r.turns.of[r.shared] == nil {
		r.shared = r.nextLocked(of, 1)[0]
	}
	r.waiting++
	return r.shared, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.waiting--
	}
}
