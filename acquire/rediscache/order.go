// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"slices"
	"sync"
)

// order has the writes to one key follow one another as they began, whatever
// connections they take. Else a Set that is late could come after a Delete, and
// what was deleted would be back. It ends where the client gives up: Redis may
// yet have a command from a connection that broke.
//
// Leases need no order: each holder frees its own only.
type order struct {
	mu     sync.Mutex
	queues map[string][]*turn // by key
}

// turn is the place of one write in the queue of its key.
type turn struct {
	key   string
	comes chan struct{} // closed when it is first
}

// join queues up. The turn must be given to leave, whether it came or not.
func (o *order) join(key string) *turn {
	o.mu.Lock()
	defer o.mu.Unlock()
	t := &turn{key, make(chan struct{})}
	if o.queues == nil {
		o.queues = make(map[string][]*turn)
	}
	if o.queues[key] = append(o.queues[key], t); o.queues[key][0] == t {
		close(t.comes)
	}
	return t
}

func (o *order) leave(t *turn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := o.queues[t.key]
	at := slices.Index(queue, t)
	queue = slices.Delete(queue, at, at+1)
	if len(queue) == 0 {
		delete(o.queues, t.key)
		return
	}
	if o.queues[t.key] = queue; at == 0 {
		close(queue[0].comes)
	}
}
