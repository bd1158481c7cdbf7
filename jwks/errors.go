// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// ErrClosed is returned by a [Cache] after Close.
var ErrClosed = errors.New("jwks: closed")

// FetchError tells why a document could not be fetched or was not accepted.
// Its text names the URL and what to look at; it holds nothing of the answer's
// body.
type FetchError struct {
	// URL is the address of the request.
	URL string
	// Status is the HTTP status, 0 if there was no answer or it was 200.
	Status int
	// Problem tells what is wrong, in words of the network and of B2C.
	Problem string
	// Setting is the field of [Options] that would have it otherwise, such as
	// KeyHosts, empty if there is none.
	Setting string
	// RetryAfter is the server's Retry-After, 0 if it gave none.
	RetryAfter time.Duration
	// Err is the underlying error, if there is one.
	Err error

	kind failure
}

// Error returns the problem, the URL, the cause and the setting.
func (e *FetchError) Error() string {
	s := fmt.Sprintf("jwks: %s (%s)", e.Problem, foreign.Text(e.URL))
	if e.Err != nil {
		s += ": " + foreign.Text(e.Err.Error())
	}
	if e.Setting != "" {
		s += "; see jwks.Options." + e.Setting
	}
	return s
}

// Unwrap returns the underlying error.
func (e *FetchError) Unwrap() error { return e.Err }

// UnavailableError tells that a key can't be had or ruled out now: no keys
// are usable, or the key id is unknown while the last fetch failed or none is
// allowed. It says nothing about any token.
type UnavailableError struct {
	// Authority is the authority's ID.
	Authority string
	// RetryAfter is when the next fetch may be tried, 0 if that is at once.
	RetryAfter time.Duration
	// Usable reports whether there are keys, so that it is a new one that can't
	// be had.
	Usable bool
	// Err is why: the last failed fetch, what holds the next one back, or the
	// caller's own context.
	Err error
}

// Error tells which of the two it is, and the cause.
func (e *UnavailableError) Error() string {
	s := "jwks: there are no keys"
	if e.Usable {
		s = "jwks: the key may be new, which can't be found out now"
	}
	if _, ok := errors.AsType[*FetchError](e.Err); !ok { // which names the URL
		s += " (" + e.Authority + ")"
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }
