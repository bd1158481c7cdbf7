// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package background runs goroutines that have an owner, who waits for them.
package background

import (
	"context"
	"sync"
)

// Group runs what goes on whoever waits for it, until it is closed.
type Group struct {
	ctx    context.Context //nolint:containedctx // ends with Close
	cancel context.CancelFunc

	mu      sync.Mutex
	running sync.WaitGroup // added to under mu
	closed  bool
}

// New returns a Group that runs nothing.
func New() *Group {
	g := &Group{}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	return g
}

// Launch runs f on a goroutine that Close waits for, unless that was called
// before: then it returns false.
func (g *Group) Launch(f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.running.Go(f)
	return true
}

// Context returns the one that ends with Close.
func (g *Group) Context() context.Context { return g.ctx }

// HasEnded reports whether Close was called.
func (g *Group) HasEnded() bool { return g.ctx.Err() != nil }

// Close ends the context, and waits for what runs.
func (g *Group) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.cancel()
	g.running.Wait()
}
