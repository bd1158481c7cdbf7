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
func (v *engine) decide(ctx context.Context, t *signedToken, key *jwks.Key, c *claims) (*trust, *Error) {
	// One with the token's issuer, audience, flow and key.
	match := v.match(t, key, c)
	var partly partialMatch
	if match == nil {
		if partly = v.matchPartly(c); len(partly.issued) == 0 {
			return nil, v.issuerError(c)
		}
		if !partly.audience {
			return nil, v.audienceError(c, partly.closest())
		}
	} else {
		partly.exact = match
	}

	if e := v.checkTimes(c); e != nil {
		return nil, e
	}
	if kind := partly.kind(); c.isAccessToken(kind) != (v.kind == accessToken) {
		return nil, v.kindError(kind, c)
	}
	if match == nil && len(partly.fits) == 0 {
		return nil, partly.refusal(v, c)
	}
	if !v.clientFits(c) {
		return nil, v.clientError(c)
	}

	if match == nil {
		// The key is another authority's so far, or the issuer is this one's
		// other form. The token is genuine, so what is known may be behind.
		ctx, cancel := context.WithTimeout(ctx, v.patience)
		defer cancel()
		found, issuerFound, unavailable := prove(ctx, partly.fits, *t, key, c.issuer)
		switch {
		case found != nil:
			match = found
		case unavailable != nil:
			return nil, unavailableError(unavailable)
		case !issuerFound:
			return nil, v.issuerError(c)
		default:
			return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", quote(t.header.kid), quote(c.flow))
		}
	}
	return match, nil
}

// flowOf returns the authority's flow, if the token names one at all.
func (tr *trust) flowOf(c *claims) string {
	if c.flow == "" {
		return ""
	}
	return tr.authority.Flow()
}

// match returns the first authority that the token belongs to in all.
func (v *engine) match(t *signedToken, key *jwks.Key, c *claims) *trust {
	for i := range v.trusted {
		tr := &v.trusted[i]
		set := tr.source.Current() // once: issuer and key must be of one set
		if set == nil || c.issuer != set.Issuer() || !v.flowFits(tr, c) || !v.hasAudience(tr, c) {
			continue
		}
		if k, ok := set.Key(t.header.kid); ok && k.SameAs(key) {
			return tr
		}
	}
	return nil
}

// partialMatch tells how far a token fits that belongs to no authority in all.
type partialMatch struct {
	issued   []*trust // those with the token's issuer, now or possibly
	exact    *trust   // the first that has it now
	ofFlow   []*trust // of the issued, those with its flow
	fits     []*trust // of these, those with its audience
	audience bool     // some of the closest have it
}

func (v *engine) matchPartly(c *claims) (p partialMatch) {
	for i := range v.trusted {
		tr := &v.trusted[i]
		exact, possible := tr.issued(tr.source.Current(), c)
		if !exact && !possible {
			continue
		}
		p.issued = append(p.issued, tr)
		if exact && p.exact == nil {
			p.exact = tr
		}
		if v.flowFits(tr, c) {
			p.ofFlow = append(p.ofFlow, tr)
		}
	}
	for _, tr := range p.ofFlow {
		if v.hasAudience(tr, c) {
			p.fits = append(p.fits, tr)
		}
	}
	p.audience = slices.ContainsFunc(p.closest(), func(tr *trust) bool { return v.hasAudience(tr, c) })
	return p
}

// closest returns the authorities to hold the audience to: those of the
// token's issuer and flow, or if there are none, those of its issuer.
func (p *partialMatch) closest() []*trust {
	if len(p.ofFlow) > 0 {
		return p.ofFlow
	}
	return p.issued
}

// kind is what product issued the token.
func (p *partialMatch) kind() authority.Kind {
	if p.exact != nil {
		return p.exact.authority.Kind()
	}
	return p.issued[0].authority.Kind()
}

// refusal blames the flow if the issuer is right.
func (p *partialMatch) refusal(v *engine, c *claims) *Error {
	if p.exact != nil {
		return v.flowError(c, p.issued)
	}
	return v.issuerError(c)
}

// prove asks the authorities anew for the token's issuer or key. It takes the
// token by value: it is rare, and what the functions below hold on to would
// otherwise cost every validation an allocation.
func prove(ctx context.Context, lacking []*trust, t signedToken, key *jwks.Key, issuer string) (match *trust, issuerFound bool, unavailable error) {
	unavailable = ask(ctx, lacking, func(ctx context.Context, tr *trust) (*jwks.Set, error) {
		return tr.source.Find(ctx, jwks.Query{KeyID: t.header.kid, Issuer: issuer})
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
func (v *engine) flowFits(tr *trust, c *claims) bool {
	switch {
	case tr.authority.Kind() == authority.EntraExternalID:
		return true
	case c.flow == "":
		return c.clientID != "" && slices.Contains(v.opts.AllowMissingFlow, c.clientID)
	}
	return authority.SameFlow(c.flow, tr.authority.Flow())
}

// clientFits tells whether the token was issued to a client that may have it.
// For ID tokens that is the app itself; B2C writes no azp into them.
func (v *engine) clientFits(c *claims) bool {
	if v.kind == idToken {
		return c.clientID == "" || c.clientID == v.audience
	}
	return len(v.opts.Clients) == 0 || slices.Contains(v.opts.Clients, c.clientID)
}

// checkTimes holds exp, nbf and iat to the clock, and auth_time in ID tokens,
// which are for telling when somebody signed in. exp is required, and in ID
// tokens iat (OpenID Connect Core section 2).
func (v *engine) checkTimes(c *claims) *Error {
	now := v.clock.now()
	switch leeway := v.clock.leeway; {
	case c.exp.IsZero():
		return refuse(ErrClaim, "exp", "the token has no exp")
	case c.iat.IsZero() && v.kind == idToken:
		return refuse(ErrClaim, "iat", "the ID token has no iat")
	case !now.Before(c.exp.Add(leeway)):
		return refuse(ErrExpired, "exp", "the token expired %v ago, at %s", now.Sub(c.exp).Round(time.Second), c.exp.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.nbf):
		return refuse(ErrNotYetValid, "nbf", "the token is valid from %s; here it is %s; is this machine's clock right?", c.nbf.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.iat):
		return refuse(ErrNotYetValid, "iat", "the token was issued in the future, at %s; here it is %s; is this machine's clock right?", c.iat.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case v.kind == idToken && now.Add(leeway).Before(c.authTime):
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
