// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// checkTimes compares exp, nbf and iat with the clock, and auth_time where the
// token is for telling when somebody signed in. exp is required.
func (r *rules) checkTimes(c *times) *Error {
	now := r.clock.now()
	switch leeway := r.clock.leeway; {
	case c.exp.IsZero():
		return refuse(ErrClaim, "exp", "the token has no exp")
	case c.iat.IsZero() && r.needsIssuedAt:
		return refuse(ErrClaim, "iat", "the ID token has no iat")
	case !now.Before(c.exp.Add(leeway)):
		return expired(c.exp, now, leeway)
	case now.Add(leeway).Before(c.nbf):
		return ahead(ErrNotYetValid, "nbf", "the token is valid from", c.nbf, now)
	case now.Add(leeway).Before(c.iat):
		return ahead(ErrNotYetValid, "iat", "the token was issued in the future, at", c.iat, now)
	case r.signInDecides && now.Add(leeway).Before(c.authTime):
		return ahead(ErrNotYetValid, "auth_time", "the user signed in in the future, at", c.authTime, now)
	}
	return nil
}

// expired is about a token that was good until exp. If that is not long ago, the clock
// may be to blame.
func expired(exp, now time.Time, leeway time.Duration) *Error {
	ago := now.Sub(exp)
	e := refuse(ErrExpired, "exp", "the token expired %v ago, at %s", ago.Round(time.Second), exp.UTC().Format(time.RFC3339))
	if ago < leeway+5*time.Minute {
		e.Detail += "; the client must renew it in time, or is this machine's clock ahead?"
		e.Hint = HintClock
	}
	return e
}

// isKind reports whether the token is of the kind that is wanted, as far as the
// claims of a product tell: an access token or an ID token. B2C's only mark of the
// former is scp.
func (r *rules) isKind(c *claims, product authority.Kind) bool {
	if product == authority.AzureADB2C || c.more == nil {
		return len(c.scopes) > 0 == r.access
	}
	if r.access {
		return c.notAccess(r) == ""
	}
	return c.isIDToken()
}

// clientFits reports whether the token was issued to a client that may have it.
func (r *rules) clientFits(c *claims) bool {
	if c.clientID == "" && r.clientMissing {
		return true
	}
	return len(r.clients) == 0 || slices.Contains(r.clients, c.clientID)
}
