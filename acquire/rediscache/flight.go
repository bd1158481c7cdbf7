// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// grace is for how long a command goes on when its caller's time is up.
// Connecting takes half a dozen round trips, more than an operation may. If
// each ended the connection that it waits for, none would ever be made.
const grace = 5 * time.Second

// flight is a command under way, on a goroutine of its own, as not every
// client heeds its context. It ends when the client returns, which is within
// the grace if the client does heed it, and soon after the client is closed.
type flight[T any] struct {
	cache   *Cache
	command command[T]
	attempt *attempt
	began   time.Time
	timer   *time.Timer
	turn    *turn // nil if it needs none

	late   chan struct{}  // closed when the timeout has passed and the breaker knows
	left   chan struct{}  // closed when the caller waits no longer
	answer chan answer[T] // unbuffered, so that an answer is either had or left
}

type answer[T any] struct {
	value T
	err   error
}

func (f *flight[T]) overdue() {
	f.attempt.overdue(f.noAnswer(f.cache.opts.Timeout))
	close(f.late)
	// The client that heeds its context has said by then what was wrong.
	given := 2*f.cache.opts.Timeout + grace
	time.AfterFunc(given-f.cache.opts.Timeout, func() {
		err := f.noAnswer(given)
		f.cache.log(context.Background(), f.attempt.failed(err), err)
	})
}

func (f *flight[T]) noAnswer(within time.Duration) error {
	return fmt.Errorf("%s: no answer within %v", f.command.name, within)
}

// wait returns the answer if it comes in time.
func (f *flight[T]) wait(ctx context.Context) (none T, err error) {
	select {
	case a := <-f.answer:
		return a.value, a.err
	case <-ctx.Done():
		err = leftBy(ctx, f.command.name)
	case <-f.late:
		err = fmt.Errorf("%w: %w", ErrUnavailable, f.noAnswer(f.cache.opts.Timeout))
	}
	close(f.left)
	return none, err
}

func (f *flight[T]) run(ctx context.Context) {
	defer func() { <-f.cache.calls }()
	value, err := f.do(ctx)
	f.timer.Stop()
	if err != nil && !errors.Is(err, ErrEntry) {
		f.cache.log(ctx, f.attempt.failed(err), err)
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	} else {
		late := f.tooLate()
		f.cache.log(ctx, f.attempt.worked(late), late)
	}
	select {
	case f.answer <- answer[T]{value, err}:
	case <-f.left:
		if err == nil && f.command.undo != nil {
			f.undo(ctx, value)
		}
	}
}

// do runs the command when its turn has come.
func (f *flight[T]) do(ctx context.Context) (value T, err error) {
	given := f.cache.opts.Timeout + grace
	ctx, cancel := context.WithTimeout(ctx, given)
	defer cancel()
	if f.turn != nil {
		defer f.cache.order.leave(f.turn)
		select {
		case <-f.turn.comes:
		case <-ctx.Done():
			return value, fmt.Errorf("%s: an earlier write to the key took longer than %v", f.command.name, given)
		}
	}
	value, err = guarded(ctx, f.command.do)
	switch {
	case err == nil, errors.Is(err, ErrEntry):
		return value, err
	case ctx.Err() != nil:
		return value, fmt.Errorf("%w: %s", f.noAnswer(given), printable(err))
	}
	return value, fmt.Errorf("%s: %s", f.command.name, printable(err))
}

// tooLate is what to say of a command that worked too late, and nil otherwise.
func (f *flight[T]) tooLate() error {
	took := time.Since(f.began)
	if took < f.cache.opts.Timeout {
		return nil
	}
	return fmt.Errorf("%s: answers come, but too late: the last took %v, and the timeout is %v", f.command.name, took.Round(time.Millisecond), f.cache.opts.Timeout)
}

// undo gives back what came too late, in a time of its own.
func (f *flight[T]) undo(ctx context.Context, value T) {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	_, _ = guarded(ctx, func(ctx context.Context) (none struct{}, err error) {
		f.command.undo(ctx, value)
		return none, nil
	})
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
