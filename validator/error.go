// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Error is what [Validator.Validate], [IDTokens.Validate] and
// [Requirement.Check] return. Get at it with errors.AsType[*validator.Error](err); test for one cause with
// errors.Is(err, validator.ErrExpired).
//
// Its text is for operators and their logs: it tells what was found and what
// to fix, holds no token, signature or key, and quotes what came from the
// token escaped and cut short. It is not for the client, who learns which
// check failed from nobody.
type Error struct {
	// Reason is which check failed.
	Reason Reason
	// Hint names the usual cause more finely, "" if the reason says all there is.
	Hint Hint
	// Claim names the claim or header member concerned, if there is one.
	Claim string
	// Detail tells what was found and what to fix.
	Detail string
	// Scopes are the scopes that would satisfy a requirement that asks for
	// scopes.
	Scopes []string
	// MaxAge is the greatest age of the sign-in, for ErrSignInTooOld.
	MaxAge time.Duration
	// ClaimsRequest is what another token has to be asked for with, for
	// ErrClaimsChallenge: a claims request, a JSON object (OpenID Connect Core section
	// 5.5).
	ClaimsRequest string
	// RetryAfter is when keys may be had again, for ErrUnavailable, or when the
	// application's own function may be asked again, for ErrUndecided; 0 if
	// nothing tells.
	RetryAfter time.Duration
	// Holder tells who presented the token, nil as long as its signature was
	// not verified: until then nothing in it is believed.
	Holder *Holder
	// Err is the underlying error, if there is one.
	Err error
}

// Error returns the reason and the detail.
func (e *Error) Error() string {
	s := "token refused: " + string(e.Reason)
	if e.Reason.Kind() == Unavailable {
		s = "token not validated: " + string(e.Reason)
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the reason and the underlying error.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.Err}
}

func refuse(r Reason, claim, format string, args ...any) *Error {
	return &Error{Reason: r, Claim: claim, Detail: fmt.Sprintf(format, args...)}
}

// hinted adds what the usual cause is.
func (e *Error) hinted(h Hint) *Error {
	e.Hint = h
	return e
}

// asError returns what a reader of JSON refused: an *Error of ours, or what
// is wrong with the JSON of this part of the token.
func asError(err error, part string) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return refuse(ErrMalformed, "", "the %s %v", part, err)
}

// list quotes values for an error.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(quoted, ", ")
}

// listed is how many of a list an error names.
const listed = 10

// listSome quotes values, and of many the first.
func listSome(values []string) string {
	if len(values) <= listed {
		return list(values)
	}
	return list(values[:listed]) + " and more"
}

// appendNew appends the values that are not there yet.
func appendNew(all []string, values ...string) []string {
	for _, s := range values {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func joinTexts(texts []string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), "; ")
}
