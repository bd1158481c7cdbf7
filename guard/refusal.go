// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
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
	// Holder tells who was refused: client, user and flow, as they stand in the
	// token. It is nil as long as no signature was verified, since until then
	// anybody can write anything. Nothing in it is escaped.
	Holder *validator.Holder
	// Token is the verified token, if it is good and does not satisfy the
	// route, or the route could not tell; otherwise nil. It names the user, so
	// it is nil if Options.OmitUser is set.
	Token *validator.Token
	// Err is the cause.
	Err error

	realm string
}

// The public texts, one for each answer. They use what RFC 6750 section 3
// permits in an error_description. What could not be checked may be the token,
// or something that the route asks beside it.
const (
	textNoCredential = "An access token is required."
	textRequest      = "The request must carry exactly one well-formed access token."
	textToken        = "The access token is not valid for this resource."
	textScope        = "The access token does not permit this request."
	textSignIn       = "A more recent sign-in is required."
	textUnavailable  = "The request could not be checked. Try again later."
	textInternal     = "The request could not be checked."
)

// refusal returns how to answer a request with this context that failed with
// err, and whose token, if it has been verified, is this one. What a guard has
// judged already stays as it is.
func (g *Guard) refusal(ctx context.Context, err error, token *validator.Token) *Refusal {
	r := answer(ctx, err)
	if r.realm != "" {
		return r
	}
	g.identify(r, token)
	if _, ok := r.Unavailable(); ok && callerLeft(ctx) {
		r.Err = &fault{ErrNotJudged, "the caller hung up before there was a verdict", hangUp{err}}
	}
	r.realm = g.realm
	return r
}

// answer tells the status and the rest. The outermost verdict counts: an
// application's own requirement may wrap whatever it likes.
func answer(ctx context.Context, err error) *Refusal {
	if err == nil {
		err = &fault{ErrNoVerdict, "there is neither a token nor an error", nil}
	}
	if f, ok := any(err).(*fault); ok {
		return answerFault(f)
	}
	verr, judged := errors.AsType[*validator.Error](err)
	if r, ok := errors.AsType[*Refusal](err); ok {
		if inner, _ := errors.AsType[*validator.Error](r); inner == verr {
			return adopt(r) // there is no other verdict, or it is the refusal's cause
		}
	}
	if judged {
		r := &Refusal{Err: err, Scopes: verr.Scopes, MaxAge: verr.MaxAge, RetryAfter: verr.RetryAfter}
		r.answerClass(verr.Reason.Class())
		return r
	}
	if reason, ok := errors.AsType[validator.Reason](err); ok {
		r := &Refusal{Err: err}
		r.answerClass(reason.Class())
		return r
	}
	// Whatever it is, it says nothing about the token: a database that a
	// validator of the application's own asks may be down. So it is no 401.
	r := answerFault(&fault{ErrNotJudged, notJudgedDetail(ctx), err})
	if u, ok := errors.AsType[unavailable](err); ok {
		r.RetryAfter, _ = u.Unavailable()
	}
	return r
}

// unavailable is an error that tells when to try again, as a Refusal does.
type unavailable interface {
	error
	Unavailable() (retryAfter time.Duration, ok bool)
}

// adopt returns a Refusal that a guard made, and a copy of one that the
// application made, with a status that refuses.
func adopt(r *Refusal) *Refusal {
	if r.realm == "" {
		r = new(*r)
		r.Status = r.status()
	}
	return r
}

// answerFault returns how to answer a request for a reason of the guard's own.
func answerFault(f *fault) *Refusal {
	r := &Refusal{Err: f}
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

func notJudgedDetail(ctx context.Context) string {
	if ctx.Err() != nil {
		return "the request ended before there was a verdict"
	}
	return "there is no verdict"
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
		return printable(e.text(), maxText)
	case *validator.Error: // its text without the reason
		switch {
		case e.Err == nil:
			return printable(e.Detail, maxText)
		case e.Detail == "":
			return printable(e.Err.Error(), maxText)
		}
		return printable(e.Detail+": "+e.Err.Error(), maxText)
	}
	return printable(r.Err.Error(), maxText)
}

// Unavailable tells whether the request is answered with 503, and after what
// time it may come again. By this method a [validator.Func] that returns the
// Refusal tells that the token was not judged.
func (r *Refusal) Unavailable() (retryAfter time.Duration, ok bool) {
	if r.status() != http.StatusServiceUnavailable {
		return 0, false
	}
	return r.RetryAfter, true
}

// LogValue tells an operator the cause, and who was refused if that is known,
// in the attributes status, reason, detail, client, user and flow, of which
// those that are not known are left out. What could garble or forge a log line
// is escaped.
func (r *Refusal) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("status", r.Status), slog.String("reason", printable(r.Reason(), maxText))}
	if detail := r.Detail(); detail != "" {
		attrs = append(attrs, slog.String("detail", detail))
	}
	return slog.GroupValue(append(attrs, logHolder(r.Holder)...)...)
}
