// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	queue "container/list"
	"sync"
	"time"
)

// turns is the order in which authorities are asked where not all are: whoever was
// asked the longest ago is first. It is safe for concurrent use.
type turns struct {
	mu    sync.Mutex
	order queue.List // of *turn
	of    map[*anchor]*queue.Element
}

// turn is one authority's. While it can't be asked, since tokens have caused as
// many requests as they may, it keeps its place, for a place in the queue of the
// [jwks.Limiter] is of use only to who comes back. One that stays away, as a flow
// that is gone, loses it so that the others are asked.
type turn struct {
	anchor *anchor
	since  time.Time // when it was first asked; zero if it has not been
	times  int       // how often it was since
}

// How long a turn takes at least. Two requests a second serve the eight whose turn
// it is in less.
const (
	turnTime  = 6 * time.Second
	turnTimes = 2
)

func newTurns(all []*anchor) *turns {
	t := &turns{of: make(map[*anchor]*queue.Element, len(all))}
	for _, a := range all {
		t.of[a] = t.order.PushBack(&turn{anchor: a})
	}
	return t
}

// inOrder returns all of them.
func (t *turns) inOrder() (all []*anchor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for e := t.order.Front(); e != nil; e = e.Next() {
		all = append(all, e.Value.(*turn).anchor) //nolint:errcheck,forcetypeassert // nothing else is in it
	}
	return all
}

// next returns the first n that are not passed over. They are to be asked now.
func (t *turns) next(n int, passOver func(*anchor) bool) []*anchor {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	var all []*anchor
	for e := t.order.Front(); e != nil && len(all) < n; {
		at := e.Value.(*turn) //nolint:errcheck,forcetypeassert // nothing else is in it
		here := e
		e = e.Next()
		if passOver(at.anchor) {
			continue
		}
		if at.times >= turnTimes && now.Sub(at.since) >= turnTime {
			t.endLocked(here)
			if e == nil { // it was the last one, and is again
				e = here
			}
			continue
		}
		if at.times == 0 {
			at.since = now
		}
		at.times++
		all = append(all, at.anchor)
	}
	return all
}

// end tells that an authority has answered.
func (t *turns) end(a *anchor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.of[a]; e != nil {
		t.endLocked(e)
	}
}

func (t *turns) endLocked(e *queue.Element) {
	at := e.Value.(*turn) //nolint:errcheck,forcetypeassert // nothing else is in it
	at.since, at.times = time.Time{}, 0
	t.order.MoveToBack(e)
}
