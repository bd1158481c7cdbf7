// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory

// queue holds entries in the order in which they came.
type queue[V any] struct {
	oldest, newest *entry[V]
	len            int
	cost           int64
}

func (q *queue[V]) push(e *entry[V]) {
	e.prev, e.next = q.newest, nil
	if q.newest == nil {
		q.oldest = e
	} else {
		q.newest.next = e
	}
	q.newest = e
	q.len++
	q.cost += e.cost
}

func (q *queue[V]) remove(e *entry[V]) {
	if e.prev == nil {
		q.oldest = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		q.newest = e.prev
	} else {
		e.next.prev = e.prev
	}
	q.len--
	q.cost -= e.cost
}
