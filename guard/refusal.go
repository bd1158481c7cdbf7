// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/validator"
)

// Refusal is why a request may not pass and how it is answered. It is an
// error, and an [http.Handler] that writes the answer.
//
// What it makes public is general: its Error text, its JSON and its answer
// hold nothing but the fields Status, Code, Description, Scopes, MaxAge,
// ClaimsRequest and RetryAfter. So it may be handed to an error flow that shows errors to
// clients. The cause is for operators: it is in Err, which errors.Is and
// errors.AsType reach, and in logs through [Refusal.LogValue].
type Refusal struct {
	// Status is the HTTP status: 400, 401, 403, 500 or 503.
	Status int
	// Code is the error code of the challenge (RFC 6750 section 3.1, RFC 9470
	// section 3, and Microsoft's insufficient_claims), and empty for a request
	// without credentials and for 5xx.
	Code string
	// Description is the public text.
	Description string
	// Scopes are the scopes that would satisfy the route, if it is scopes
	// that the token lacks, as they would stand in it. A client has to ask for them
	// by other names, which the challenge has if there is an Options.Resource, with
	// what the token had, see [Resource.FullScope].
	Scopes []string
	// MaxAge is how old the sign-in may be, if it is too old.
	MaxAge time.Duration
	// ClaimsRequest is what another token has to be asked for with, if that would do
	// and the client understands a claims challenge: JSON, which the challenge has in
	// base64.
	ClaimsRequest string
	// RetryAfter is when to try again, for 503.
	RetryAfter time.Duration
	// Holder says who was refused: client, user and flow, as they stand in the
	// token. It is nil as long as no signature was verified, since until then
	// anybody can write anything. Nothing in it is escaped.
	Holder *validator.Holder
	// Token is a copy of the verified token, if it is good and does not satisfy
	// the route, or the route could not tell; otherwise nil. It names the user, so
	// it is nil if Options.OmitUser is set.
	Token *validator.Token
	// Err is the cause.
	Err error

	realm       string
	metadataURL string      // "" without a resource
	ask         string      // scopes that the challenge of a resource names
	signInAt    string      // authorization endpoint beside a ClaimsRequest; "" if none is known
	headers     http.Header // of the response in which the challenge was set and handed over
}

// status returns the status, and 500 where the application made a Refusal
// that would let an error pass for a success.
func (r *Refusal) status() int {
	if r.Status < 400 || r.Status > 599 {
		return http.StatusInternalServerError
	}
	return r.Status
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
	if p, ok := r.Err.(*problem); ok { //nolint:errorlint // the outermost alone
		return string(p.reason)
	}
	if reason, ok := errors.AsType[validator.Reason](r.Err); ok {
		return string(reason)
	}
	return "other"
}

// Hint returns the text of the [validator.Hint] that names the cause more finely than
// Reason, "" if there is none. Those of the kit are a closed list, fit for a
// metric's label.
func (r *Refusal) Hint() string {
	if e, ok := errors.AsType[*validator.Error](r.Err); ok {
		return string(e.Hint)
	}
	return ""
}

// Detail says, for an operator, what was found and what to fix, with control
// characters escaped and cut to a line's length. It is not for clients.
func (r *Refusal) Detail() string {
	switch e := r.Err.(type) { //nolint:errorlint // the outermost alone
	case nil:
		return ""
	case *problem:
		return foreign.Text(e.text())
	case *validator.Error: // its text without the reason
		switch {
		case e.Err == nil:
			return foreign.Text(e.Detail)
		case e.Detail == "":
			return foreign.Text(e.Err.Error())
		}
		return foreign.Text(e.Detail + ": " + e.Err.Error())
	}
	return foreign.Text(r.Err.Error())
}

// Unavailable reports whether the request is answered with 503, and after what
// time it may come again. By this method a [validator.Func] that returns the
// Refusal says that there was no verdict on the token.
func (r *Refusal) Unavailable() (retryAfter time.Duration, ok bool) {
	if r.status() != http.StatusServiceUnavailable {
		return 0, false
	}
	return r.RetryAfter, true
}

// LogValue tells an operator the cause, and who was refused if that is known,
// in the attributes status, reason, hint, detail, client, user and flow, of which
// those that are not known are left out. What could garble or forge a log line
// is escaped.
func (r *Refusal) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("status", r.Status), slog.String("reason", foreign.Text(r.Reason()))}
	if hint := r.Hint(); hint != "" {
		attrs = append(attrs, slog.String("hint", foreign.Text(hint)))
	}
	if detail := r.Detail(); detail != "" {
		attrs = append(attrs, slog.String("detail", detail))
	}
	return slog.GroupValue(append(attrs, logHolder(r.Holder)...)...)
}

// logHolder returns what the log says of the holder. Signed does not mean
// harmless: a custom policy may let users choose what stands in a claim.
func logHolder(h *validator.Holder) (attrs []slog.Attr) {
	if h == nil {
		return nil
	}
	for _, a := range [...]struct{ key, value string }{{"client", h.ClientID}, {"user", h.UserID}, {"flow", h.Flow}} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.key, foreign.Text(a.value)))
		}
	}
	return attrs
}
