// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "sync"

// ring keeps the latest of many things.
type ring[T any] struct {
	limit int

	mu    sync.Mutex
	items []T
	total int
}

// add keeps the thing that item makes of its number, which counts from 1.
func (r *ring[T]) add(item func(number int) T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	if len(r.items) < r.limit {
		r.items = append(r.items, item(r.total))
		return
	}
	r.items[(r.total-1)%r.limit] = item(r.total)
}

// all returns what is kept, the oldest first.
func (r *ring[T]) all() []T { return r.after(0) }

// after returns those of what is kept that have a higher number.
func (r *ring[T]) after(number int) []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(max(r.total-number, 0), len(r.items))
	out := make([]T, n)
	for i := range out {
		out[i] = r.items[(r.total-n+i)%r.limit]
	}
	return out
}
