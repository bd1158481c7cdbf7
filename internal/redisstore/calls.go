// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"time"
)

// maxCalls is how many commands are under way at most. A client may hang for
// longer than its callers wait, so this bounds goroutines and connections.
const maxCalls = 64

// calls makes commands: as many at once as may be, those that write one key one
// after the other, and none while Redis is left alone.
type calls struct {
	timeout  time.Duration
	breaker  *breaker
	journal  journal
	dials    dials
	underWay chan struct{} // holds one for each command
	order    order         // of the writes
}

func newCalls(timeout time.Duration, b *breaker, j journal) *calls {
	return &calls{timeout: timeout, breaker: b, journal: j, underWay: make(chan struct{}, maxCalls)}
}

// call runs one command, and returns within the timeout or when the caller's
// context ends. Then the command goes on, see [flight], so that its connection
// gets into the client's pool. The client may be one for many servers, so no
// other command could stand in for it.
func call[T any](ctx context.Context, c *calls, cmd command[T]) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, leftBy(ctx, cmd.name)
	}
	attempt, why := c.breaker.begin()
	if attempt == nil {
		return none, &Unavailable{fmt.Errorf("%s: left alone for a while, as it has failed: %w", cmd.name, why)}
	}
	f := takeOff(cmd, c.timeout, attempt, &c.dials, c.journal)
	select {
	case c.underWay <- struct{}{}:
	case <-f.late:
		err := fmt.Errorf("%s: %d commands are under way, and none ended within %v", cmd.name, maxCalls, c.timeout)
		c.journal.write(ctx, attempt.failed(err), err)
		return none, &Unavailable{err}
	case <-ctx.Done():
		f.cancel()
		return none, leftBy(ctx, cmd.name)
	}
	var w *write
	if cmd.writes != "" {
		w = c.order.join(cmd.writes)
	}
	go func(ctx context.Context) {
		defer func() { <-c.underWay }()
		f.run(ctx, w)
	}(context.WithoutCancel(ctx))
	return f.wait(ctx)
}
