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

// judge finds the key, verifies the signature and only then believes the
// claims.
func (v *Validator) judge(ctx context.Context, t *signedToken) (*Token, *Error) {
	key, known := v.verifyWithKnownKeys(t)
	if key == nil {
		// No key of that id, or none that fits. An authority that has not
		// shown this key yet may have just started to sign with it.
		var e *Error
		if key, e = v.learn(ctx, t, known); e != nil {
			return nil, e
		}
	}
	c, err := parseClaims(t.payload)
	if err != nil {
		return nil, asError(err, "payload")
	}
	return v.decide(ctx, t, key, &c)
}

// verifyWithKnownKeys tries the keys of the token's key id. The same id in
// two sets is usually one key, tried once, but may be two.
func (v *Validator) verifyWithKnownKeys(t *signedToken) (key *jwks.Key, known bool) {
	var tried []*jwks.Key
	for i := range v.trusted {
		set := v.trusted[i].source.Current()
		if set == nil {
			continue
		}
		k, ok := set.Key(t.header.kid)
		if !ok || slices.ContainsFunc(tried, k.SameAs) {
			continue
		}
		if t.verify(k.Public()) {
			return k, true
		}
		tried = append(tried, k)
	}
	return nil, len(tried) > 0
}

// learn asks the candidates for the token's key id: the authorities that lack
// it and are not ruled out by the token's claims. Those claims are not yet
// verified; here they can only save a fetch, never cause or direct one.
//
// If the key id is known already, the signature is bad, and only authorities
// without any keys so far are worth asking.
func (v *Validator) learn(ctx context.Context, t *signedToken, known bool) (*jwks.Key, *Error) {
	candidates, ruledOutBy := v.candidates(t)
	lacking := slices.DeleteFunc(slices.Clone(candidates), func(tr *trust) bool {
		set := tr.source.Current()
		if set == nil {
			return false
		}
		_, ok := set.Key(t.header.kid)
		return ok || known
	})
	var key *jwks.Key
	unavailable := ask(ctx, lacking, t.header.kid, func(_ *trust, set *jwks.Set) bool {
		k, ok := set.Key(t.header.kid)
		known = known || ok
		if ok && t.verify(k.Public()) {
			key = k
		}
		return key != nil
	})
	switch {
	case key != nil:
		return key, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case known:
		return nil, refuse(ErrSignature, "", "the signature does not verify with the key of kid %s; was the token altered, or made elsewhere?", quote(t.header.kid))
	case len(candidates) == 0:
		return nil, refuse(ErrUnknownKey, "kid", "no trusted authority has published kid %s; none was asked again, since the token's unverified %s rules them all out", quote(t.header.kid), ruledOutBy)
	}
	return nil, refuse(ErrUnknownKey, "kid", "no trusted authority publishes kid %s; is the token of another tenant or flow?", quote(t.header.kid))
}

// candidates returns the authorities that the token's unverified claims don't
// rule out, or if there are none, what ruled out the last ones.
func (v *Validator) candidates(t *signedToken) (all []*trust, ruledOutBy string) {
	c, err := parseClaims(t.payload)
	if err != nil {
		return nil, "payload"
	}
	if e := v.checkTimes(&c); e != nil && e.Reason != ErrNotYetValid {
		return nil, "expiry"
	}
	if !v.hasAudience(&c) {
		return nil, "audience"
	}
	ruledOutBy = "issuer"
	for i := range v.trusted {
		tr := &v.trusted[i]
		if !tr.issued(tr.source.Current(), &c) {
			continue
		}
		if ruledOutBy = "flow"; v.flowFits(tr, &c) {
			all = append(all, tr)
		}
	}
	return all, ruledOutBy
}

// decide checks the claims of a token whose signature verified with key,
// cause by cause, and finds the one authority that all of it belongs to.
func (v *Validator) decide(ctx context.Context, t *signedToken, key *jwks.Key, c *claims) (*Token, *Error) {
	var (
		issued   *trust   // the first one with the token's issuer
		match    *trust   // the first one with its issuer, flow and key
		flowFits bool     // there is one with its issuer and flow
		lacking  []*trust // those of them that lack the key
	)
	for i := range v.trusted {
		tr := &v.trusted[i]
		set := tr.source.Current() // once: issuer and key must be of one set
		if !tr.issued(set, c) {
			continue
		}
		if issued == nil {
			issued = tr
		}
		if !v.flowFits(tr, c) {
			continue
		}
		flowFits = true
		if set != nil {
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
	// Roles mark an access token only where the product documents them: in
	// B2C they are user claims, which stand in ID tokens too.
	kind := issued.authority.Kind()
	if len(c.scopes) == 0 && (kind != authority.EntraExternalID || len(c.roles) == 0) {
		return nil, notAccessTokenError(kind, c)
	}
	if !flowFits {
		return nil, v.flowError(c)
	}
	if len(v.opts.Clients) > 0 && !slices.Contains(v.opts.Clients, c.clientID) {
		return nil, refuse(ErrClient, "azp", "the token was issued to client %s, which is not in Options.Clients", quote(c.clientID))
	}

	if match == nil {
		// The key is another authority's so far. The token is genuine and
		// fits these, so their keys are behind, or were never fetched.
		unavailable := ask(ctx, lacking, t.header.kid, func(tr *trust, set *jwks.Set) bool {
			k, ok := set.Key(t.header.kid)
			if ok && set.Issuer() == c.issuer && (k.SameAs(key) || t.verify(k.Public())) {
				match = tr
			}
			return match != nil
		})
		switch {
		case match != nil:
		case unavailable != nil:
			return nil, unavailableError(unavailable)
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

// ask asks all of the authorities at once for a key id, and found about each
// answer as it comes, until that is satisfied. It returns an error if it was
// not, and some could not answer.
func ask(ctx context.Context, all []*trust, kid string, found func(*trust, *jwks.Set) bool) error {
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 { // nearly always: issuer and flow name one
		set, err := all[0].source.Find(ctx, kid)
		if err == nil {
			found(all[0], set)
		}
		return err
	}
	ctx, cancel := context.WithCancel(ctx) // ends the waiting of the rest
	defer cancel()
	type answer struct {
		tr  *trust
		set *jwks.Set
		err error
	}
	answers := make(chan answer, len(all))
	for _, tr := range all {
		go func() {
			set, err := tr.source.Find(ctx, kid)
			answers <- answer{tr, set, err}
		}()
	}
	var unavailable error
	for range all {
		switch a := <-answers; {
		case a.err != nil:
			unavailable = errors.Join(unavailable, a.err)
		case found(a.tr, a.set):
			return nil
		}
	}
	return unavailable
}

// issued tells whether the token names this authority's issuer: exactly the
// one of its current set, or while there is none, one that it could have.
func (tr *trust) issued(set *jwks.Set, c *claims) bool {
	if set != nil {
		return c.issuer == set.Issuer()
	}
	return tr.authority.MatchIssuer(c.issuer)
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
		return refuse(ErrNotYetValid, "nbf", "the token is valid from %s; is this machine's clock right?", c.nbf.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.iat):
		return refuse(ErrNotYetValid, "iat", "the token was issued in the future, at %s; is this machine's clock right?", c.iat.UTC().Format(time.RFC3339))
	case now.Add(leeway).Before(c.authTime):
		return refuse(ErrNotYetValid, "auth_time", "the user signed in in the future, at %s; is this machine's clock right?", c.authTime.UTC().Format(time.RFC3339))
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
