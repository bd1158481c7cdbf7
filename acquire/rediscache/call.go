// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
)

// maxCalls is how many commands are under way at most. A client may hang for
// longer than its callers wait, so this bounds goroutines and connections.
const maxCalls = 64

// call runs one command, and returns within the timeout.
//
// The command gets a goroutine of its own, as not every client heeds its
// context. The context is not ended by the caller's: a client closes the
// connection when a deadline passes in the middle of a command, and callers in
// a hurry should not cost others theirs. The goroutine ends when the client
// returns.
func call[T any](ctx context.Context, c *Cache, name string, command func(context.Context) (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, leftBy(ctx, name)
	}
	round, ok := c.breaker.begin()
	if !ok {
		return none, fmt.Errorf("%w: %s: left alone for a while, as it has failed before", ErrUnavailable, name)
	}
	t := &trial{cache: c, round: round, ended: make(chan struct{})}
	overdue := fmt.Errorf("%w: %s: no answer within %v", ErrUnavailable, name, c.opts.Timeout)
	commandCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.opts.Timeout)
	// The breaker hears of it in time, whether or not anybody still waits.
	stop := context.AfterFunc(commandCtx, func() { t.end(commandCtx, bad, overdue) })

	select {
	case c.calls <- struct{}{}:
	case <-commandCtx.Done():
		<-t.ended
		cancel()
		return none, overdue
	case <-ctx.Done():
		t.end(commandCtx, unknown, nil)
		cancel()
		return none, leftBy(ctx, name)
	}
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-c.calls }()
		defer cancel()
		value, err := guarded(commandCtx, command)
		stop()
		o := good
		if err != nil && !errors.Is(err, ErrEntry) {
			o, err = bad, fmt.Errorf("%w: %s: %s", ErrUnavailable, name, printable(err))
		}
		done <- answer{value, err}
		t.end(commandCtx, o, err)
	}()
	select {
	case a := <-done:
		<-t.ended
		return a.value, a.err
	case <-ctx.Done():
		return none, leftBy(ctx, name)
	case <-commandCtx.Done():
	}
	<-t.ended
	select {
	case a := <-done: // in the nick of time, or it is what has ended the context
		return a.value, a.err
	default:
		return none, overdue
	}
}

func leftBy(ctx context.Context, name string) error {
	return fmt.Errorf("rediscache: %s: the caller stopped waiting: %w", name, context.Cause(ctx))
}

// guarded runs the command and turns a panic into an error: on this goroutine
// it would end the process, and no cache is worth that. The panic's value
// could hold anything, so only its type is told, unless it is the runtime's.
func guarded[T any](ctx context.Context, command func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("the client panicked: %w", p)
		default:
			err = fmt.Errorf("the client panicked with a %T", p)
		}
	}()
	return command(ctx)
}

// trial tells the breaker one outcome, the first one.
type trial struct {
	cache *Cache
	round int
	once  sync.Once
	ended chan struct{} // closed when the breaker knows
}

func (t *trial) end(ctx context.Context, o outcome, err error) {
	var c change
	t.once.Do(func() {
		c = t.cache.breaker.end(t.round, o)
		close(t.ended) // nobody waits for a log handler
	})
	logger := t.cache.opts.Logger
	switch {
	case c.opened:
		logger.LogAttrs(ctx, slog.LevelWarn, "redis cache fails and is left alone",
			slog.Duration("pause", c.pause), slog.Int("pauses", c.pauses), slog.String("error", err.Error()))
	case c.closed:
		logger.LogAttrs(ctx, slog.LevelInfo, "redis cache works again", slog.Int("pauses", c.pauses))
	}
}
