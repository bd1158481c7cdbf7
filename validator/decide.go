// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// decide checks the claims of a token whose signature verified with key,
// cause by cause, and finds the one authority that all of it belongs to.
func (v *Validator) decide(ctx context.Context, t *signedToken, key *jwks.Key, c *claims) (*Token, *Error) {
	var (
		issued   *trust   // the first one with the token's issuer, now or possibly
		isExact  bool     // there is one with it now
		match    *trust   // the first one with its issuer, flow and key
		flowFits bool     // there is one with its flow, and its issuer or possibly so
		lacking  []*trust // those of them that lack the key or the issuer
	)
	for i := range v.trusted {
		tr := &v.trusted[i]
		set := tr.source.Current() // once: issuer and key must be of one set
		exact, possible := tr.issued(set, c)
		if !exact && !possible {
			continue
		}
		if issued == nil || exact && !isExact {
			issued, isExact = tr, exact
		}
		if !v.flowFits(tr, c) {
			continue
		}
		flowFits = true
		if exact {
			if k, ok := set.Key(t.header.kid); ok && k.SameAs(key) {
				match = tr
				break
			}
		}
		lacking = append(lacking, tr)
	}

	switch {
	case issued == nil:
		return nil, v.issuerError(c)
	case !v.hasAudience(c):
		return nil, v.audienceError(c)
	}
	if e := v.checkTimes(c); e != nil {
		return nil, e
	}
	if kind := issued.authority.Kind(); !c.isAccessToken(kind) {
		return nil, notAccessTokenError(kind, c)
	}
	if !flowFits {
		return nil, v.issuerOrFlowError(isExact, c)
	}
	if len(v.opts.Clients) > 0 && !slices.Contains(v.opts.Clients, c.clientID) {
		return nil, refuse(ErrClient, "azp", "the token was issued to client %s, which is not in Options.Clients", quote(c.clientID))
	}

	if match == nil {
		// The key is another authority's so far, or the issuer is this one's
		// other form. The token is genuine, so what is known may be behind.
		found, issuerFound, unavailable := prove(ctx, lacking, *t, key, c.issuer)
		switch {
		case found != nil:
			match = found
		case unavailable != nil:
			return nil, unavailableError(unavailable)
		case !issuerFound:
			return nil, v.issuerOrFlowError(isExact, c)
		default:
			return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", quote(t.header.kid), quote(c.flow))
		}
	}
	flow := ""
	if c.flow != "" {
		flow = match.authority.Flow()
	}
	return c.token(match.authority, flow, v.opts.Now), nil
}

// prove asks the authorities anew for the token's issuer or key. It takes the
// token by value: it is rare, and what the functions below hold on to would
// otherwise cost every validation an allocation.
func prove(ctx context.Context, lacking []*trust, t signedToken, key *jwks.Key, issuer string) (match *trust, issuerFound bool, unavailable error) {
	unavailable = ask(ctx, lacking, func(ctx context.Context, tr *trust) (*jwks.Set, error) {
		if set := tr.source.Current(); set != nil && set.Issuer() != issuer {
			return tr.source.FindIssuer(ctx, issuer)
		}
		return tr.source.Find(ctx, t.header.kid)
	}, func(tr *trust, set *jwks.Set) bool {
		if set.Issuer() != issuer {
			return false
		}
		issuerFound = true
		if k, ok := set.Key(t.header.kid); ok && (k.SameAs(key) || t.verify(k.Public())) {
			match = tr
		}
		return match != nil
	})
	return match, issuerFound, unavailable
}

// issued tells whether the token names this authority's issuer: exactly the
// one of its current set, or possibly one that newer metadata may name.
func (tr *trust) issued(set *jwks.Set, c *claims) (exact, possible bool) {
	if set != nil && c.issuer == set.Issuer() {
		return true, true
	}
	return false, tr.authority.MatchIssuer(c.issuer)
}

// flowFits tells whether the token names this authority's flow. External ID
// has none. A token that names none fits if its client is known for that.
func (v *Validator) flowFits(tr *trust, c *claims) bool {
	switch {
	case tr.authority.Kind() == authority.EntraExternalID:
		return true
	case c.flow == "":
		return c.clientID != "" && slices.Contains(v.opts.AllowMissingFlow, c.clientID)
	}
	return authority.SameFlow(c.flow, tr.authority.Flow())
}

func (v *Validator) hasAudience(c *claims) bool {
	return slices.ContainsFunc(c.audience, func(a string) bool { return slices.Contains(v.opts.Audiences, a) })
}

// checkTimes holds exp, nbf, iat and auth_time to the clock. exp is required.
func (v *Validator) checkTimes(c *claims) *Error {
	now := v.opts.Now()
	switch leeway := v.opts.Leeway; {
	case c.exp.IsZero():
		return refuse(ErrClaim, "exp", "the token has no exp")
	case !now.Before(c.exp.Add(leeway)):
		return refuse(ErrExpired, "exp", "the token expired %v ago, at %s", now.Sub(c.exp).Round(time.Second), c.exp.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.nbf):
		return refuse(ErrNotYetValid, "nbf", "the token is valid from %s; here it is %s; is this machine's clock right?", c.nbf.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.iat):
		return refuse(ErrNotYetValid, "iat", "the token was issued in the future, at %s; here it is %s; is this machine's clock right?", c.iat.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.authTime):
		return refuse(ErrNotYetValid, "auth_time", "the user signed in in the future, at %s; here it is %s; is this machine's clock right?", c.authTime.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

func unavailableError(err error) *Error {
	e := &Error{Reason: ErrUnavailable, Err: err}
	if u, ok := errors.AsType[*jwks.UnavailableError](err); ok {
		e.RetryAfter = u.RetryAfter
	}
	return e
}
