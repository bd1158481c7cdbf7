// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"sync"
)

// flight is one fetch that any number of callers wait for.
type flight struct {
	order order

	background bool // nobody caused it
	charge     bool // costs budget, if it is good
	taken      int  // requests taken from what tokens may cause

	done   chan struct{}
	err    error // once done: of the keys, else of the metadata
	stored bool  // once done: the server was not asked for keys since it began
}

// flights lets one fetch be under way at a time, on a context that no caller's
// cancellation ends. Its upkeep guards it, but for the context and the waiting.
type flights struct {
	ctx     context.Context //nolint:containedctx // the cache's own: it ends with Close, and fetches run on it
	cancel  context.CancelFunc
	running sync.WaitGroup
	current *flight // nil if there is none
	closed  bool
}

func (s *flights) open() { s.ctx, s.cancel = context.WithCancel(context.Background()) }

// start makes f the fetch under way. There must be none.
func (s *flights) start(f *flight) {
	f.done = make(chan struct{})
	s.current = f
	s.running.Add(1)
}

// release lets go whom the fetch has kept waiting. It is no longer the current
// one, and its outcome is published. It must land yet.
func (s *flights) release(f *flight) {
	close(f.done)
}

// land ends the fetch: nothing of it runs any more but what nobody waits for.
func (s *flights) land() { s.running.Done() }

// end cancels the fetch under way and waits for it. It needs closed to be set.
func (s *flights) end() {
	s.cancel()
	s.running.Wait()
}
