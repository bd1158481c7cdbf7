// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"fmt"
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
	command command[T]
	timeout time.Duration // for how long the caller waits
	attempt *attempt
	dials   *dials
	journal journal
	began   time.Time
	timer   *time.Timer

	late   chan struct{}  // closed when the timeout has passed and the breaker knows
	left   chan struct{}  // closed when the caller waits no longer
	answer chan answer[T] // unbuffered, so that an answer is either had or left
}

type answer[T any] struct {
	value T
	err   error
}

// takeOff begins the caller's time. The flight is then either canceled, or run
// and waited for.
func takeOff[T any](cmd command[T], timeout time.Duration, a *attempt, d *dials, j journal) *flight[T] {
	f := &flight[T]{
		command: cmd, timeout: timeout, attempt: a, dials: d, journal: j, began: time.Now(),
		late: make(chan struct{}), left: make(chan struct{}), answer: make(chan answer[T]),
	}
	// The breaker hears of it in time, whether or not anybody still waits.
	f.timer = time.AfterFunc(f.timeout, f.overdue)
	return f
}

func (f *flight[T]) cancel() {
	f.timer.Stop()
	f.attempt.skipped()
}

func (f *flight[T]) overdue() {
	f.attempt.overdue(f.noAnswer(f.timeout))
	close(f.late)
	// The client that heeds its context has said by then what was wrong.
	given := 2*f.timeout + grace
	time.AfterFunc(given-f.timeout, func() {
		err := f.noAnswer(given)
		f.journal.write(context.Background(), f.attempt.failed(err), err)
	})
}

// noAnswer is the error of what took longer than it may.
func (f *flight[T]) noAnswer(within time.Duration) error {
	return noAnswer(f.command.name, within, f.dials.failed())
}

// wait returns the answer if it comes in time.
func (f *flight[T]) wait(ctx context.Context) (none T, err error) {
	select {
	case a := <-f.answer:
		return a.value, a.err
	case <-ctx.Done():
		err = leftBy(ctx, f.command.name)
	case <-f.late:
		err = &Unavailable{f.noAnswer(f.timeout)}
	}
	close(f.left)
	return none, err
}

// run runs the command to its end, as the write w if it is one.
func (f *flight[T]) run(ctx context.Context, w *write) {
	value, err := f.do(ctx, w)
	f.timer.Stop()
	if err != nil && !errors.Is(err, ErrNotString) {
		f.journal.write(ctx, f.attempt.failed(err), err)
		err = &Unavailable{err}
	} else {
		late := f.tooLate()
		f.journal.write(ctx, f.attempt.worked(late), late)
	}
	select {
	case f.answer <- answer[T]{value, err}:
	case <-f.left:
		if err == nil && f.command.undo != nil {
			f.undo(ctx, value)
		}
	}
}

// do runs the command once no earlier write is in its way.
func (f *flight[T]) do(ctx context.Context, w *write) (value T, err error) {
	given := f.timeout + grace
	ctx, cancel := context.WithTimeout(ctx, given)
	defer cancel()
	if w != nil {
		defer w.leave()
		select {
		case <-w.first:
		case <-ctx.Done():
			return value, fmt.Errorf("%s: an earlier write to the key took longer than %v", f.command.name, given)
		}
	}
	value, err = guarded(ctx, f.command.do)
	switch {
	case err == nil, errors.Is(err, ErrNotString):
		return value, err
	case ctx.Err() != nil:
		return value, fmt.Errorf("%w: %s", noAnswer(f.command.name, given, nil), told(err))
	}
	return value, fmt.Errorf("%s: %s", f.command.name, told(err))
}

// tooLate is what to say of a command that worked too late, and nil otherwise.
func (f *flight[T]) tooLate() error {
	took := time.Since(f.began)
	if took < f.timeout {
		return nil
	}
	return fmt.Errorf("%s: answers come, but too late: the last took %v, and the timeout is %v", f.command.name, took.Round(time.Millisecond), f.timeout)
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
