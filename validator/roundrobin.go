// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// roundRobin keeps the order in which authorities were asked for keys on behalf
// of those who can't say which one. The zero roundRobin is ready for use.
type roundRobin struct {
	mu      sync.Mutex
	last    map[*anchor]uint64 // by authority: when it was last chosen
	count   uint64
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
	order := slices.Clone(of)
	slices.SortStableFunc(order, func(a, b *anchor) int { return cmp.Compare(r.last[a], r.last[b]) })
	order = order[:min(n, len(order))]
	if r.last == nil {
		r.last = map[*anchor]uint64{}
	}
	if len(r.last) > len(of) { // some are not trusted any more
		maps.DeleteFunc(r.last, func(a *anchor, _ uint64) bool { return !slices.Contains(of, a) })
	}
	for _, a := range order {
		r.count++
		r.last[a] = r.count
	}
	return order
}

// keep forgets all others.
func (r *roundRobin) keep(of []*anchor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := make(map[*anchor]uint64, len(r.last))
	for _, a := range of {
		if turn, ok := r.last[a]; ok {
			kept[a] = turn
		}
	}
	r.last = kept
	if !slices.Contains(of, r.shared) {
		r.shared = nil // who waits for it still leaves all the same
	}
}

// join returns the authority that a crowd waits for, one at a time, and how to
// leave it.
func (r *roundRobin) join(of []*anchor) (a *anchor, leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == 0 || !slices.Contains(of, r.shared) {
		r.shared = r.nextLocked(of, 1)[0]
	}
	r.waiting++
	return r.shared, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.waiting--
	}
}
