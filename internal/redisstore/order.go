// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"slices"
	"sync"
)

// order has the writes to one key follow one another as they began, whatever
// connections they take. Else a Set that is late could come after a Delete, and
// what was deleted would be back. It ends where the client gives up: Redis may
// yet have a command from a connection that broke.
type order struct {
	mu     sync.Mutex
	queues map[string][]*write // by key
}

// write is one write in the queue of its key.
type write struct {
	order *order
	key   string
	first chan struct{} // closed once no earlier one is in its way
}

// join queues up. The write must leave, whether it came first or not.
func (o *order) join(key string) *write {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := &write{o, key, make(chan struct{})}
	if o.queues == nil {
		o.queues = make(map[string][]*write)
	}
	if o.queues[key] = append(o.queues[key], w); o.queues[key][0] == w {
		close(w.first)
	}
	return w
}

// leave lets the next one come.
func (w *write) leave() {
	o := w.order
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := o.queues[w.key]
	at := slices.Index(queue, w)
	queue = slices.Delete(queue, at, at+1)
	if len(queue) == 0 {
		delete(o.queues, w.key)
		return
	}
	if o.queues[w.key] = queue; at == 0 {
		close(queue[0].first)
	}
}
