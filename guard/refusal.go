// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// Refusal is why a request may not pass and how it is answered. It is an
// error, and an [http.Handler] that writes the answer.
//
// What it makes public is general: its Error text, its JSON and its answer
// hold nothing but the fields Status, Code, Description, Scopes, MaxAge and
// RetryAfter. So it may be handed to an error flow that shows errors to
// clients. The cause is for operators: it is in Err, which errors.Is and
// errors.AsType reach, and in logs through [Refusal.LogValue].
type Refusal struct {
	// Status is the HTTP status: 400, 401, 403, 500 or 503.
	Status int
	// Code is the error code of the challenge (RFC 6750 section 3.1, RFC 9470
	// section 3), and empty for a request without credentials and for 5xx.
	Code string
	// Description is the public text.
	Description string
	// Scopes are the scopes that would satisfy the route, if it is scopes
	// that the token lacks.
	Scopes []string
	// MaxAge is how old the sign-in may be, if it is too old.
	MaxAge time.Duration
	// RetryAfter is when to try again, for 503.
	RetryAfter time.Duration
	// Token is the verified token, if it is good and does not satisfy the
	// route; otherwise nil.
	Token *validator.Token
	// Err is the cause.
	Err error

	realm string
}

// The public texts, one for each answer. They use what RFC 6750 section 3
// permits in an error_description.
const (
	textNoCredential = "An access token is required."
	textRequest      = "The request must carry exactly one well-formed access token."
	textToken        = "The access token is not valid for this resource."
	textScope        = "The access token does not permit this request."
	textSignIn       = "A more recent sign-in is required."
	textUnavailable  = "The access token could not be checked. Try again later."
	textInternal     = "The access token could not be checked."
)

// refusal returns how to answer a request that failed with err. The outermost
// verdict counts: an application's own requirement may wrap whatever it likes.
func (g *Guard) refusal(err error) *Refusal {
	switch e := any(err).(type) {
	case nil:
		return g.fault(&fault{ErrNoVerdict, "there is neither a token nor an error", nil})
	case *Refusal:
		return g.adopt(e)
	}
	r := &Refusal{realm: g.realm, Err: err}
	if verr, ok := errors.AsType[*validator.Error](err); ok {
		r.Scopes, r.MaxAge, r.RetryAfter = verr.Scopes, verr.MaxAge, verr.RetryAfter
		r.answerClass(verr.Reason.Class())
		return r
	}
	if reason, ok := errors.AsType[validator.Reason](err); ok {
		r.answerClass(reason.Class())
		return r
	}
	if wrapped, ok := errors.AsType[*Refusal](err); ok {
		return g.adopt(wrapped)
	}
	// Whatever it is, it says nothing about the token: a database that a
	// validator of the application's own asks may be down. So it is no 401.
	return g.fault(&fault{ErrNotJudged, notJudgedDetail(err), err})
}

// adopt gives a Refusal that the application made the realm of the guard, and
// a status that refuses.
func (g *Guard) adopt(r *Refusal) *Refusal {
	if r.realm == "" || r.Status != r.status() {
		r = new(*r)
		r.realm = cmp.Or(r.realm, g.realm)
		r.Status = r.status()
	}
	return r
}

// fault returns how to answer a request for a reason of the guard's own.
func (g *Guard) fault(f *fault) *Refusal {
	r := &Refusal{realm: g.realm, Err: f}
	switch f.reason {
	case ErrNoCredential:
		r.Status, r.Description = http.StatusUnauthorized, textNoCredential
	case ErrMalformedCredential, ErrSeveralCredentials:
		r.Status, r.Code, r.Description = http.StatusBadRequest, "invalid_request", textRequest
	case ErrNotJudged:
		r.Status, r.Description = http.StatusServiceUnavailable, textUnavailable
	default:
		r.Status, r.Description = http.StatusInternalServerError, textInternal
	}
	return r
}

func notJudgedDetail(err error) string {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "the request ended before there was a verdict"
	}
	return "the validator failed"
}

// answerClass fills in the answer to a reason of the validator's.
func (r *Refusal) answerClass(c validator.Class) {
	switch c {
	case validator.InsufficientScope:
		r.Status, r.Code, r.Description = http.StatusForbidden, "insufficient_scope", textScope
	case validator.InsufficientAuthentication:
		r.Status, r.Code, r.Description = http.StatusUnauthorized, "insufficient_user_authentication", textSignIn
	case validator.Unavailable:
		r.Status, r.Description = http.StatusServiceUnavailable, textUnavailable
	default:
		r.Status, r.Code, r.Description = http.StatusUnauthorized, "invalid_token", textToken
	}
}

// Error returns the public text, which is the same for all causes that are
// answered alike.
func (r *Refusal) Error() string {
	s := strconv.Itoa(r.Status) + " "
	if r.Code != "" {
		return s + r.Code + ": " + r.Description
	}
	return s + http.StatusText(r.Status) + ": " + r.Description
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// Reason returns a short, stable name for the cause, fit for a metric's
// label: the text of a [validator.Reason] or of a [Reason] of this package.
func (r *Refusal) Reason() string {
	if f, ok := any(r.Err).(*fault); ok {
		return string(f.reason)
	}
	if reason, ok := errors.AsType[validator.Reason](r.Err); ok {
		return string(reason)
	}
	return "other"
}

// Detail tells an operator what was found and what to fix, with control
// characters escaped and cut to a line's length. It is not for clients.
func (r *Refusal) Detail() string {
	switch e := any(r.Err).(type) {
	case nil:
		return ""
	case *fault:
		return printable(e.text())
	case *validator.Error: // its text without the reason
		switch {
		case e.Err == nil:
			return printable(e.Detail)
		case e.Detail == "":
			return printable(e.Err.Error())
		}
		return printable(e.Detail + ": " + e.Err.Error())
	}
	return printable(r.Err.Error())
}

// LogValue tells an operator the cause, and who was refused if that is known.
// What could garble or forge a log line is escaped.
func (r *Refusal) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("status", r.Status), slog.String("reason", printable(r.Reason()))}
	if detail := r.Detail(); detail != "" {
		attrs = append(attrs, slog.String("detail", detail))
	}
	if r.Token != nil {
		attrs = append(attrs, slog.Attr{Key: "token", Value: holder(r.Token)})
	}
	return slog.GroupValue(attrs...)
}

// holder tells whose the token is. Signed does not mean harmless: a custom
// policy may let users choose what stands in a claim.
func holder(t *validator.Token) slog.Value {
	attrs := t.LogValue().Group()
	for i, a := range attrs {
		if a.Value.Kind() == slog.KindString {
			attrs[i].Value = slog.StringValue(printable(a.Value.String()))
		}
	}
	return slog.GroupValue(attrs...)
}
