// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// ErrNotString is for a key at which there is something, but no string. Redis is
// well, so it counts as no failure.
var ErrNotString = errors.New("not a string")

// Unavailable is the error of an operation that Redis did not do, or is not
// known to have done: it may have been done all the same, or may be within the
// next five seconds, but not after a later write of this process to the same
// key.
type Unavailable struct {
	// Err says why, as far as is known.
	Err error
}

// Error returns the cause.
func (e *Unavailable) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Unavailable) Unwrap() error { return e.Err }

// leftBy is the error for a caller whose context has ended.
func leftBy(ctx context.Context, name string) error {
	return fmt.Errorf("%s: the caller stopped waiting: %w", name, context.Cause(ctx))
}

// noAnswer says that none came, and why no connection was made, if that is known.
func noAnswer(name string, within time.Duration, dial error) error {
	if dial != nil {
		return fmt.Errorf("%s: no answer within %v; connecting failed: %s", name, within, told(dial))
	}
	return fmt.Errorf("%s: no answer within %v", name, within)
}

// told returns the text of the client's or the server's error. Servers quote a
// command that they don't know, and that may be the one that logs in; so the
// quotation is cut off.
func told(err error) string {
	text, _, _ := strings.Cut(err.Error(), "with args beginning with")
	return foreign.Text(text)
}
