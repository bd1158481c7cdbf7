// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"runtime"
)

// command is what an operation has Redis do.
type command[T any] struct {
	name   string
	do     func(ctx context.Context) (T, error)
	undo   func(ctx context.Context, value T) // if nobody waits for it any more; nil if that is harmless
	writes string                             // the key, if it is a write: they follow one another
}

// guarded runs what calls the client, and turns a panic into an error: on a
// goroutine of ours it would end the process, and no cache is worth that. The
// panic's value could hold anything, so only its type is told, unless it is the
// runtime's.
func guarded[T any](ctx context.Context, run func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("the client panicked: %w", p)
		default:
			err = fmt.Errorf("the client panicked with a %T", p)
		}
	}()
	return run(ctx)
}
