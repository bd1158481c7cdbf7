// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
)

// The exit statuses of every command.
const (
	// StatusFailed says that the answer is no, or that something failed.
	StatusFailed = 1
	// StatusUsage says that the command line or the settings are wrong.
	StatusUsage = 2
	// StatusUndecided says that there is no answer: keys or network are away.
	StatusUndecided = 3
)

// usageError is a mistake in the command line.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

// UsageError returns an error that says what is wrong with the command line. The
// exit status is 2, and the user is told which help to read.
func UsageError(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

// statusError is an error with an exit status of its own. Without an error in it
// all has been said.
type statusError struct {
	status int
	err    error
}

func (e statusError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e statusError) Unwrap() error { return e.err }

// Exit returns an error that ends the program with a status and prints nothing
// more: the command has said what there is to say.
func Exit(status int) error { return statusError{status: status} }

// Status returns err with the exit status that it ends the program with.
func Status(status int, err error) error { return statusError{status, err} }

// status returns the exit status of an error, and whether it is to be printed.
func status(err error) (status int, printed bool) {
	if _, ok := errors.AsType[usageError](err); ok {
		return StatusUsage, true
	}
	if e, ok := errors.AsType[statusError](err); ok {
		return e.status, e.err != nil
	}
	return StatusFailed, true
}
