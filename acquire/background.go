// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"sync"
)

// background runs what goes on whoever waits for it, until it is closed.
type background struct {
	ctx    context.Context //nolint:containedctx // ends with close
	cancel context.CancelFunc

	mu      sync.Mutex
	running sync.WaitGroup // added to under mu
	closed  bool
}

func newBackground() *background {
	b := &background{}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// launch runs f on a goroutine that close waits for, unless that was called
// before.
func (b *background) launch(f func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.running.Go(f)
	return true
}

// hasEnded reports whether close was called.
func (b *background) hasEnded() bool { return b.ctx.Err() != nil }

// close ends the context, and waits for what runs.
func (b *background) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.running.Wait()
}
