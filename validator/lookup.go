// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
)

// Outage is an error that may mean that something is away, so that nothing could
// be decided, and when to try again; 0 if nothing tells. If not ok it is another
// error. Those of packages acquire and guard are such.
type Outage interface {
	error
	Unavailable() (retryAfter time.Duration, ok bool)
}

// Lookup calls the application's own function, which may ask a database or
// another service in turn: false is a refusal (ErrRefused), and an error, with
// either, means that nothing could be decided (ErrUndecided), which is no fault
// of the caller's and answered with 503. An [Outage] or an [*Error] among what
// the error wraps says when to try again.
//
// The context is the request's, so end with it. The name is for logs; the error
// is wrapped in the [*Error] and not shown to the client. The function must be
// safe for concurrent use, and is called on each request, with a copy of the token
// that is its own.
func Lookup(name string, f func(ctx context.Context, t *Token) (bool, error)) Requirement {
	if name == "" || f == nil {
		return Requirement{err: errors.New("validator: Lookup: want a name and a function")}
	}
	return Requirement{text: call("Lookup", []string{name}), asks: true, check: func(ctx context.Context, t *Token) *Error {
		switch ok, err := f(ctx, t.fresh()); {
		case err != nil:
			retryAfter, _ := outage(err)
			return &Error{Reason: ErrUndecided, Detail: name, RetryAfter: retryAfter, Err: err}
		case !ok:
			return &Error{Reason: ErrRefused, Detail: name}
		}
		return nil
	}}
}

// Func calls the application's own function, which decides by the token alone:
// an error is a refusal (ErrRefused). What has to be looked up elsewhere is for
// [Lookup], which tells a no from an outage. Here an error is an outage
// (ErrUndecided) if it is or wraps context.Canceled, context.DeadlineExceeded,
// ErrUnavailable or any other [Reason] or [*Error] of kind Unavailable, or an
// [Outage] that is one.
//
// The name is for logs; the error is wrapped in the [*Error] and not shown to
// the client. The function must be safe for concurrent use, and gets a copy of the
// token that is its own.
func Func(name string, check func(*Token) error) Requirement {
	if name == "" || check == nil {
		return Requirement{err: errors.New("validator: Func: want a name and a function")}
	}
	return Requirement{text: call("Func", []string{name}), asks: true, check: func(_ context.Context, t *Token) *Error {
		err := check(t.fresh())
		if err == nil {
			return nil
		}
		e := &Error{Reason: ErrRefused, Detail: name, Err: err}
		if retryAfter, ok := outage(err); ok {
			e.Reason, e.RetryAfter = ErrUndecided, retryAfter
		}
		return e
	}}
}

// outage reports whether an error, or one that it wraps, means that nothing could
// be decided, and the longest time to wait that any of them tells.
func outage(err error) (retryAfter time.Duration, ok bool) {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, ErrUnavailable, ErrUndecided} {
		ok = ok || errors.Is(err, known) // some errors say so by a method Is
	}
	for _, e := range tree(err) {
		if d, unavailable := unavailable(e); unavailable {
			retryAfter, ok = max(retryAfter, d), true
		}
	}
	return retryAfter, ok
}

// unavailable is outage for one error alone.
func unavailable(err error) (retryAfter time.Duration, ok bool) {
	switch e := err.(type) { //nolint:errorlint // this error alone; tree has what it wraps
	case *Error:
		return e.RetryAfter, e.Reason.Kind() == Unavailable
	case Reason:
		return 0, e.Kind() == Unavailable
	case *jwks.UnavailableError:
		return e.RetryAfter, true
	case Outage:
		return e.Unavailable()
	}
	return 0, false
}

// tree returns an error and all that it wraps.
func tree(err error) []error {
	all := []error{err}
	switch e := err.(type) { //nolint:errorlint // unwraps by itself, since errors.Join has several
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			all = append(all, tree(inner)...)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if inner != nil {
				all = append(all, tree(inner)...)
			}
		}
	}
	return all
}
