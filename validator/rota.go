// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"
	"slices"
	"sync"
)

// rota keeps the order in which authorities were asked for keys on behalf of
// those who can't say which one: so each has its turn.
type rota struct {
	mu      sync.Mutex
	turns   []uint64 // by authority: when it last had one
	count   uint64
	shared  int // the authority that is asked for one of a crowd
	waiting int // how many wait for it
}

// next gives a turn to the n authorities that have had none for longest.
func (r *rota) next(n int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nextLocked(n)
}

func (r *rota) nextLocked(n int) []int {
	order := make([]int, len(r.turns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.turns[a], r.turns[b]) })
	order = order[:min(n, len(order))]
	for _, i := range order {
		r.count++
		r.turns[i] = r.count
	}
	return order
}

// join returns the authority that a crowd waits for, one at a time, and how to
// leave it.
func (r *rota) join() (i int, leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == 0 {
		r.shared = r.nextLocked(1)[0]
	}
	r.waiting++
	return r.shared, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.waiting--
	}
}
