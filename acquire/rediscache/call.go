// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// maxCalls is how many commands are under way at most. A client may hang for
// longer than its callers wait, so this bounds goroutines and connections.
const maxCalls = 64

// command is what an operation has Redis do.
type command[T any] struct {
	name string
	do   func(ctx context.Context) (T, error)
	undo func(ctx context.Context, value T) // if nobody waits for it any more; nil if that is harmless
	key  string                             // of Redis, if it is a write: they follow one another
}

// call runs one command, and returns within the timeout or when the caller's
// context ends. Then the command goes on, see grace, so that its connection
// gets into the client's pool. The client may be one for many servers, so no
// other command could stand in for it.
func call[T any](ctx context.Context, c *Cache, cmd command[T]) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, leftBy(ctx, cmd.name)
	}
	attempt, why := c.breaker.begin()
	if attempt == nil {
		return none, fmt.Errorf("%w: %s: left alone for a while, as it has failed: %w", ErrUnavailable, cmd.name, why)
	}
	f := &flight[T]{
		cache: c, command: cmd, attempt: attempt, began: time.Now(),
		late: make(chan struct{}), left: make(chan struct{}), answer: make(chan answer[T]),
	}
	// The breaker hears of it in time, whether or not anybody still waits.
	f.timer = time.AfterFunc(c.opts.Timeout, f.overdue)
	select {
	case c.calls <- struct{}{}:
	case <-f.late:
		err := fmt.Errorf("%s: %d commands are under way, and none ended within %v", cmd.name, maxCalls, c.opts.Timeout)
		c.log(ctx, attempt.failed(err), err)
		return none, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case <-ctx.Done():
		f.timer.Stop()
		attempt.skipped()
		return none, leftBy(ctx, cmd.name)
	}
	if cmd.key != "" {
		f.turn = c.order.join(cmd.key)
	}
	go f.run(context.WithoutCancel(ctx))
	return f.wait(ctx)
}

func leftBy(ctx context.Context, name string) error {
	return fmt.Errorf("rediscache: %s: the caller stopped waiting: %w", name, context.Cause(ctx))
}

// log writes the news, if there are any. Nobody waits for a log handler, and
// there is never more than one line for a pause.
func (c *Cache) log(ctx context.Context, n news, err error) {
	switch {
	case n.opened != nil:
		go c.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "redis cache fails and is left alone",
			slog.Duration("pause", n.opened.pause), slog.Int("pauses", n.opened.pauses), slog.String("error", err.Error()))
	case n.closed:
		go c.opts.Logger.LogAttrs(ctx, slog.LevelInfo, "redis cache works again", slog.Int("pauses", n.pauses))
	}
}
