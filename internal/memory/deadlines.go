// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"container/heap"
	"time"
)

// deadlines holds entries, the one that expires first in front.
type deadlines[V any] struct{ heap entriesByDeadline[V] }

func (d *deadlines[V]) add(e *entry[V]) { heap.Push(&d.heap, e) }

func (d *deadlines[V]) remove(e *entry[V]) {
	heap.Remove(&d.heap, e.deadline)
	if len(d.heap) < cap(d.heap)/4 {
		d.heap = append(make(entriesByDeadline[V], 0, 2*len(d.heap)), d.heap...)
	}
}

// expired returns the entry that expired first, or nil.
func (d *deadlines[V]) expired(now time.Time) *entry[V] {
	if len(d.heap) > 0 && d.heap[0].hasExpired(now) {
		return d.heap[0]
	}
	return nil
}

func (d *deadlines[V]) bytes() int64 { return int64(cap(d.heap)) * 8 }

// entriesByDeadline is a heap.Interface.
type entriesByDeadline[V any] []*entry[V]

func (h entriesByDeadline[V]) Len() int           { return len(h) }
func (h entriesByDeadline[V]) Less(i, j int) bool { return h[i].expires.Before(h[j].expires) }

func (h entriesByDeadline[V]) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].deadline, h[j].deadline = i, j
}

func (h *entriesByDeadline[V]) Push(x any) {
	e := x.(*entry[V]) //nolint:errcheck,forcetypeassert // only entries are pushed
	e.deadline = len(*h)
	*h = append(*h, e)
}

func (h *entriesByDeadline[V]) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}
