// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/subtle"
	"net/url"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// check makes sure that a return belongs to the pending attempt, which may be
// nil, and finds its flow.
func (p *Pending) check(params url.Values, clientID string, flows *flows, wall time.Time) (f flow, e *Error) {
	const during = "authorize"
	state := params.Get("state")
	switch {
	case p == nil || p.State == "" || p.Nonce == "" || p.Verifier == "":
		return f, fail(ErrState, during, "no sign-in was begun that this return belongs to: it came twice, late, or from elsewhere, or cookies are off")
	case len(params["state"]) != 1 || subtle.ConstantTimeCompare([]byte(state), []byte(p.State)) != 1:
		return f, fail(ErrState, during, "the state that came back is not that of the pending attempt")
	case len(params["code"]) > 1 || len(params["error"]) > 1 || len(params["iss"]) > 1:
		return f, fail(ErrState, during, "the return has a parameter twice")
	case p.ClientID != clientID:
		return f, fail(ErrState, during, "the pending attempt was begun by another application")
	}
	f, isLink, ok := flows.named(p.Flow)
	if !ok || f.authority.ID() != p.Authority || isLink != p.Link {
		return f, fail(ErrState, during, "the pending attempt was begun at flow %s of another authority than this App knows", foreign.Name(p.Flow))
	}
	if !wall.Before(p.Expires) {
		return f, fail(ErrState, during, "the sign-in took longer than Options.PendingLifetime; begin it again")
	}
	// RFC 9207. B2C doesn't send it; if it ever does, it must be right.
	if iss := params.Get("iss"); iss != "" && !f.authority.MatchIssuer(iss) {
		return f, fail(ErrState, during, "the return is from another issuer")
	}
	return f, nil
}

// redirected reads the error that came back from the authorization endpoint.
func redirected(params url.Values, a attempt, secrets redact.Secrets) *Error {
	e := refusedBy(tokenresponse.Describe(params.Get("error"), params.Get("error_description"), secrets), a)
	if e.Class == "" {
		e.Class, e.Advice = ErrUnexpected, "the authorization endpoint sent an error that is not known"
	}
	return e
}

func (p *Pending) secrets() redact.Secrets { return redact.New(p.State, p.Nonce, p.Verifier) }

// hearsay tells the operator which error came with a return that belongs to no
// sign-in begun here. B2C sends some without the state; but so can anyone, so
// nothing is decided by it.
func hearsay(p *Pending, params url.Values) string {
	if !params.Has("error") {
		return ""
	}
	if p == nil {
		p = &Pending{}
	}
	e := redirected(params, attempt{}, p.secrets())
	said := "error " + foreign.Name(e.OAuthError)
	if e.Code != "" {
		said = foreign.Name(e.Code)
	}
	if e.Description != "" {
		said += " " + quoted(e.Description)
	}
	if e.CorrelationID != "" {
		said += " (correlation ID " + e.CorrelationID + ")"
	}
	return "; it came with " + said + ", which the sign-in page or anyone else may have sent"
}
