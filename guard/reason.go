// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

// Reason says why the guard itself refused a request. Where the validator or
// a requirement refused the token, the reason is a [validator.Reason]
// instead. Like that, it is an error, so that errors.Is(err,
// guard.ErrNoCredential) works, and its text is short and stable.
type Reason string

// Reasons of the guard.
const (
	// ErrNoCredential: there is no token, an empty Authorization header, or
	// credentials of another scheme.
	ErrNoCredential Reason = "no_credential"
	// ErrMalformedCredential: the credentials are not one bearer token.
	ErrMalformedCredential Reason = "malformed_credential"
	// ErrSeveralCredentials: there are several Authorization headers, or
	// tokens in two places.
	ErrSeveralCredentials Reason = "several_credentials"
	// ErrNotJudged: the validator failed, or the caller hung up, before there
	// was a verdict on the token. A caller who hangs up while keys are fetched
	// or a requirement asks a database is told so, and as no outage of theirs.
	ErrNotJudged Reason = "not_judged"
	// ErrNoVerdict: a mistake in the program: the validator returned neither
	// token nor error, or Deny was called without an error.
	ErrNoVerdict Reason = "no_verdict"
)

// Error returns the reason's text.
func (r Reason) Error() string { return string(r) }

// fault is a reason with what an operator should know about it.
type fault struct {
	reason Reason
	detail string
	err    error
}

func (f *fault) Error() string { return "request refused: " + string(f.reason) + ": " + f.text() }

// text is the error without the reason.
func (f *fault) text() string {
	if f.err != nil {
		return f.detail + ": " + f.err.Error()
	}
	return f.detail
}

func (f *fault) Unwrap() []error {
	if f.err == nil {
		return []error{f.reason}
	}
	return []error{f.reason, f.err}
}

func malformed(detail string) *fault { return &fault{ErrMalformedCredential, detail, nil} }

func several(detail string) *fault { return &fault{ErrSeveralCredentials, detail, nil} }

func absent(detail string) *fault { return &fault{ErrNoCredential, detail, nil} }
