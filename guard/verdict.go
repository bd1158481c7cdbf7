// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"errors"
	"net/http"

	"github.com/b2ckit/b2ckit/validator"
)

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

// refuser makes the refusals of a guard.
type refuser struct {
	realm    string
	omitUser bool
	resource *Resource
}

// refuse returns how to answer a request with this context that failed with
// err, and whose token, if it has been verified, is this one. The scopes are those of
// the route that clients may ask for. A refusal that a guard made stays as it is.
func (f refuser) refuse(ctx context.Context, err error, verified validator.Frozen, scopes []string) *Refusal {
	r := refusalOf(ctx, err, verified)
	if r.realm != "" {
		return r
	}
	identify(r, verified)
	f.resource.complete(r, scopes)
	if f.omitUser {
		anonymize(r)
	}
	if _, ok := r.Unavailable(); ok && callerLeft(ctx) {
		r.Err = &problem{ErrNotValidated, "the caller hung up before there was a verdict", hangUp{err}}
	}
	r.realm = f.realm
	return r
}

// refusalOf returns the refusal for an error. The outermost verdict counts: an
// application's own requirement may wrap whatever it likes.
func refusalOf(ctx context.Context, err error, verified validator.Frozen) *Refusal {
	if err == nil {
		err = &problem{ErrNoVerdict, "there is neither a token nor an error", nil}
	}
	if p, ok := err.(*problem); ok { //nolint:errorlint // the outermost alone
		return refusalOfProblem(p)
	}
	verr, validated := errors.AsType[*validator.Error](err)
	if r, ok := errors.AsType[*Refusal](err); ok {
		if inner, _ := errors.AsType[*validator.Error](r); inner == verr {
			return adopt(r) // there is no other verdict, or it is the refusal's cause
		}
	}
	if validated {
		r := refusalOfKind(verr.Reason.Kind(), err)
		r.Scopes, r.MaxAge, r.RetryAfter = verr.Scopes, verr.MaxAge, verr.RetryAfter
		challengeForClaims(r, verified)
		return r
	}
	if reason, ok := errors.AsType[validator.Reason](err); ok {
		return refusalOfKind(reason.Kind(), err)
	}
	if r := refusalOfClaims(err); r != nil {
		challengeForClaims(r, verified)
		return r
	}
	// Whatever it is, it says nothing about the token: a database that a
	// validator of the application's own asks may be down. So it is no 401.
	r := refusalOfProblem(&problem{ErrNotValidated, notValidatedDetail(ctx), err})
	if u, ok := errors.AsType[validator.Outage](err); ok {
		r.RetryAfter, _ = u.Unavailable()
	}
	return r
}

// refusalOfClaims returns the refusal for an error that is no verdict of the validator's,
// nil unless it tells which claims lack. Where something is away, that comes first.
func refusalOfClaims(err error) *Refusal {
	claims := claimsRequestOf(err)
	if claims == "" {
		return nil
	}
	if outage, ok := errors.AsType[validator.Outage](err); ok {
		if _, away := outage.Unavailable(); away {
			return nil
		}
	}
	return refusalOfKind(validator.InsufficientScope, &validator.Error{
		Reason: validator.ErrClaimsChallenge, Detail: "no token could be had on the user's behalf", ClaimsRequest: claims, Err: err,
	})
}

// adopt returns a refusal that a guard made, and a copy of one that the
// application made, with a status that refuses.
func adopt(r *Refusal) *Refusal {
	if r.realm == "" {
		r = new(*r)
		r.Status = r.status()
	}
	return r
}

// refusalOfProblem returns the refusal for a reason of the guard's own.
func refusalOfProblem(p *problem) *Refusal {
	r := &Refusal{Err: p}
	switch p.reason {
	case ErrNoCredential:
		r.Status, r.Description = http.StatusUnauthorized, textNoCredential
	case ErrMalformedCredential, ErrSeveralCredentials:
		r.Status, r.Code, r.Description = http.StatusBadRequest, "invalid_request", textRequest
	case ErrNotValidated:
		r.Status, r.Description = http.StatusServiceUnavailable, textUnavailable
	default:
		r.Status, r.Description = http.StatusInternalServerError, textInternal
	}
	return r
}

func notValidatedDetail(ctx context.Context) string {
	if ctx.Err() != nil {
		return "the request ended before there was a verdict"
	}
	return "there is no verdict"
}

// refusalOfKind returns the refusal for a reason of the validator's.
func refusalOfKind(k validator.Kind, err error) *Refusal {
	r := &Refusal{Err: err}
	switch k {
	case validator.InsufficientScope:
		r.Status, r.Code, r.Description = http.StatusForbidden, "insufficient_scope", textScope
	case validator.InsufficientAuthentication:
		r.Status, r.Code, r.Description = http.StatusUnauthorized, "insufficient_user_authentication", textSignIn
	case validator.Unavailable:
		r.Status, r.Description = http.StatusServiceUnavailable, textUnavailable
	default:
		r.Status, r.Code, r.Description = http.StatusUnauthorized, "invalid_token", textToken
	}
	return r
}
