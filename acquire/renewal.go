// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// What a failure means for the next renewal is told by a *tokencache.Failure
// around the *Error. Functions that renewals are made of return it as an error;
// no caller of this package ever sees one.

// final is a failure after which only a sign-in helps, here or elsewhere: there
// is nothing to hold back.
func final(e *Error) error {
	return &tokencache.Failure{
		Err: e, Next: tokencache.AtOnce, After: e.RetryAfter, Passing: e.Class == ErrRetry,
		Quiet: e.Status == 0, // no request was made: B2C's refusal is told once
	}
}

// isFinal reports whether a failure is final.
func isFinal(err error) bool {
	f, ok := errors.AsType[*tokencache.Failure](err)
	return ok && f.Next == tokencache.AtOnce
}

// unsent is a failure of which no request was made, since B2C has asked for
// fewer.
func unsent(e *Error) error {
	return &tokencache.Failure{Err: e, Next: tokencache.Hold, After: e.RetryAfter, Passing: true, Quiet: true}
}

// bare returns the error without what it means for the next renewal.
func bare(err error) error {
	if f, ok := errors.AsType[*tokencache.Failure](err); ok {
		return f.Err
	}
	return err
}

// failureOf returns what an error means for the next renewal: unless it says
// so, longer and longer waits.
func failureOf(err error) *tokencache.Failure {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*tokencache.Failure](err); ok {
		return f
	}
	f := &tokencache.Failure{Err: err}
	if e, ok := errors.AsType[*Error](err); ok {
		f.After, f.Passing = e.RetryAfter, e.Class == ErrRetry
	}
	return f
}

// explain returns what callers get for an error of the token cache's own.
func explain(err error) error {
	if e, ok := errors.AsType[*tokencache.HeldBackError](err); ok {
		last := explain(e.Err)
		if public, ok := errors.AsType[*Error](last); ok {
			again := *public
			again.RetryAfter = e.Wait
			return &again
		}
		return last
	}
	if e, ok := errors.AsType[*tokencache.TooSoonError](err); ok {
		return retryAfter(e.Wait, fail(ErrRetry, "", "the last attempt to replace this token was less than 30 seconds ago; if an API refuses it, look for the reason there"))
	}
	if e, ok := errors.AsType[*tokencache.WaitError](err); ok {
		return waitError(e.Err, e.Cause)
	}
	for own, public := range explanations {
		if errors.Is(err, own) {
			return public()
		}
	}
	return err
}

var explanations = map[error]func() *Error{
	tokencache.ErrClosed: errClosed,
	tokencache.ErrHeedless: func() *Error {
		return fail(ErrRetry, "", "the transport, the cache or the function for the credential does not heed its context")
	},
	tokencache.ErrExpired: func() *Error {
		return fail(ErrRetry, "", "the token that came has expired already; is this machine's clock right?")
	},
	tokencache.ErrSame: func() *Error {
		return fail(ErrRetry, "", "what came in place of the rejected token is the same one; %s", adviceLater)
	},
	tokencache.ErrPanicked: func() *Error {
		return fail(ErrUnexpected, "", "the transport, the cache or the function for the credential panicked")
	},
	tokencache.ErrExited: func() *Error { return fail(ErrUnexpected, "", "the transport ended its goroutine") },
}

func errClosed() *Error { return fail(ErrClosed, "", "the App was closed") }

func retryAfter(wait time.Duration, e *Error) *Error {
	e.RetryAfter = wait
	return e
}

// waitError is for a caller whose context has ended.
func waitError(err, cause error) error {
	if !errors.Is(cause, err) {
		return fmt.Errorf("acquire: waiting for a token: %w: %w", err, cause)
	}
	return fmt.Errorf("acquire: waiting for a token: %w", err)
}

// oauth2Token returns what callers get: a copy of their own.
func oauth2Token(t *tokencache.Token, at tokencache.Instant) *oauth2.Token {
	return &oauth2.Token{AccessToken: t.Text(), TokenType: "Bearer", Expiry: t.Expiry(at)}
}
