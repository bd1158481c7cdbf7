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
	// ErrNotValidated: the validator failed, or the caller hung up, before there
	// was a verdict on the token. A caller who hangs up while keys are fetched
	// or a requirement asks a database is told so, and as no outage of theirs.
	ErrNotValidated Reason = "not_validated"
	// ErrNoVerdict: a mistake in the program: the validator returned neither
	// token nor error, or Deny was called without an error.
	ErrNoVerdict Reason = "no_verdict"
)

// Error returns the reason's text.
func (r Reason) Error() string { return string(r) }

// problem is a reason with what an operator should know about it.
type problem struct {
	reason Reason
	detail string
	err    error
}

func (p *problem) Error() string { return "request refused: " + string(p.reason) + ": " + p.text() }

// text is the error without the reason.
func (p *problem) text() string {
	if p.err != nil {
		return p.detail + ": " + p.err.Error()
	}
	return p.detail
}

func (p *problem) Unwrap() []error {
	if p.err == nil {
		return []error{p.reason}
	}
	return []error{p.reason, p.err}
}

func malformed(detail string) *problem { return &problem{ErrMalformedCredential, detail, nil} }

func several(detail string) *problem { return &problem{ErrSeveralCredentials, detail, nil} }

func absent(detail string) *problem { return &problem{ErrNoCredential, detail, nil} }
