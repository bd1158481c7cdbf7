// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// Error is why there is no token. Get at it with
// errors.AsType[*acquire.Error](err), and switch on its Class with
// errors.Is(err, acquire.ErrRetry). If the token endpoint refused, errors.As
// also finds an *oauth2.RetrieveError.
//
// Its text is for operators: it tells what B2C said and what to fix, holds no
// token, secret, password, code or verifier, and quotes what came over the
// wire escaped and cut short. Show users a text of your own.
type Error struct {
	// Class is what can be done about it.
	Class Class
	// During is what was tried: a grant type, or "authorize".
	During string
	// Flow is the user flow or custom policy concerned.
	Flow string
	// Code is B2C's code, such as AADB2C90081, or AAD_Custom_… as a custom
	// policy made it up; of External ID and Entra it is one such as AADSTS7000215.
	// It is empty if there was none.
	Code string
	// Codes are the numbers of error_codes, which External ID and Entra send; nearly
	// always that of Code alone.
	Codes []int
	// OAuthError is the error code of RFC 6749 section 5.2.
	OAuthError string
	// SubError is what External ID and Entra add to it, such as bad_token or
	// consent_required.
	SubError string
	// Claims is the claims challenge of External ID and Entra, a JSON object: what a
	// new token must have besides. It is not in the text.
	Claims string
	// Description is the first line of the endpoint's text, without the code.
	Description string
	// Advice says what to do.
	Advice string
	// Status is the HTTP status of the token endpoint's answer; 0 if there was
	// none.
	Status int
	// CorrelationID, Timestamp and, of External ID and Entra, TraceID let Microsoft's
	// support find the request.
	CorrelationID string
	TraceID       string
	Timestamp     time.Time
	// RetryAfter is how long to wait: no earlier request is made, since B2C asked
	// for it or the App holds requests back after a failure. 0 if nothing does.
	RetryAfter time.Duration
	// Err is the underlying error, if there is one.
	Err error

	retrieve *oauth2.RetrieveError
}

// Error returns what was tried, what came of it and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("acquire: ")
	switch {
	case e.During == "":
	case e.Flow == "":
		b.WriteString(e.During + ": ")
	case e.During == "authorize": // nobody asked the endpoint but the user, who came back
		b.WriteString("return from " + e.Flow + ": ")
	default:
		b.WriteString(e.During + " at " + e.Flow + ": ")
	}
	switch {
	case e.Code != "":
		b.WriteString(code(e.Code))
	case e.OAuthError != "":
		b.WriteString(code(e.OAuthError))
	default:
		b.WriteString(string(e.Class))
	}
	if e.SubError != "" {
		b.WriteString(" (" + code(e.SubError) + ")")
	}
	if e.Description != "" {
		b.WriteString(" " + quoted(e.Description))
	}
	if e.Err != nil {
		b.WriteString(": " + foreign.Text(e.Err.Error()))
	}
	if e.Advice != "" {
		b.WriteString(": " + e.Advice)
	}
	if e.RetryAfter > 0 {
		const least = 10 * time.Millisecond
		fmt.Fprintf(&b, " (try again in %v)", (e.RetryAfter + least - 1).Truncate(least))
	}
	if e.CorrelationID != "" {
		b.WriteString(" (correlation ID " + e.CorrelationID + ")")
	}
	return b.String()
}

// Unwrap returns the class and the underlying errors.
func (e *Error) Unwrap() []error {
	all := []error{e.Class}
	if e.retrieve != nil {
		all = append(all, e.retrieve)
	}
	if e.Err != nil {
		all = append(all, e.Err)
	}
	return all
}

func fail(c Class, during, format string, args ...any) *Error {
	return &Error{Class: c, During: during, Advice: fmt.Sprintf(format, args...)}
}

// isThrottling reports whether fewer requests are asked for, by HTTP or by codes
// for too many.
func (e *Error) isThrottling() bool {
	switch e.Code {
	case "AADB2C90229", "AADB2C90244", "AADSTS90055":
		return true
	}
	return e.Status == http.StatusTooManyRequests
}

// isLoop reports whether one kind of request, of this client or of one user, came too
// often: others may be made.
func (e *Error) isLoop() bool { return e.Code == "AADSTS50196" }

// quoted returns a text that may be safe already in quotes.
func quoted(s string) string { return `"` + strings.ReplaceAll(foreign.Text(s), `"`, `\"`) + `"` }

// code returns an error code as it is, or quoted and cut if it is none.
func code(s string) string {
	if name := foreign.Name(s); name != strconv.Quote(s) {
		return name
	}
	return foreign.Text(s)
}

// Unavailable tells that trying again helps, and when: a requirement that needs
// a token for its look-up can't be checked then, which is no refusal (see
// [validator.Func]).
func (e *Error) Unavailable() (retryAfter time.Duration, ok bool) {
	return e.RetryAfter, e.Class == ErrRetry
}
