// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/jose"
	"github.com/b2ckit/b2ckit/jwks"
)

// search looks for the key of a token that no known key has verified.
type search struct {
	trust           *trust
	rules           *rules
	turns           *roundRobin
	foreignAudience string // see wording
}

var errCrowd = errors.New("there are no keys, and as many tokens as may wait for some wait for them already")

// key asks the candidates for the token's key id: the authorities that lack
// it and are not ruled out by the token's claims. Those claims are not yet
// verified; here they can only save a fetch, never cause or direct one.
//
// If the token's issuer has published that key id already, and its keys have been
// tried, the signature is bad, and only authorities without any keys so far are
// worth asking.
//
// While there are no keys at all nothing can be said of any token, and an outage
// must not look like a bad one. For a token that fits nobody one authority will
// do: with its keys the next answer can be a refusal.
func (s *search) key(ctx context.Context, t *signedToken, tried []*jwks.Key) (*jwks.Key, *Error) {
	at, issuer, ruledOut := s.candidates(t)
	known := !at.isEmpty() && len(tried) > 0 && s.trust.hasTried(t.header.kid, issuer, tried)
	q := jwks.Query{KeyID: t.header.kid}
	// One that has the key by now, since another caller's fetch has just
	// ended, answers at once.
	passOver := nobody
	if known {
		passOver = func(a *anchor) bool { return !a.isCold() }
	}
	var lacking candidates
	if !known || len(at.many) == 0 || !s.trust.isWarm() {
		lacking = at
	}
	if at.isEmpty() && s.trust.isCold() {
		a, leave := s.turns.join(s.trust.anchors)
		defer leave()
		if a == nil {
			return nil, &Error{Reason: ErrUnavailable, RetryAfter: time.Second, Err: errCrowd}
		}
		lacking, passOver, q = candidates{few: []*anchor{a}}, nobody, jwks.Query{}
	}
	key, published, unavailable := fetchKey(ctx, lacking, passOver, *t, q)
	switch {
	case key != nil:
		return key, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case len(tried) > 0 || published:
		return nil, s.notVerified(t, tried)
	case at.isEmpty():
		return nil, unknownKey(t, ruledOut)
	}
	return nil, refuse(ErrUnknownKey, "kid", "no trusted authority publishes kid %s, and they were asked just now; is the token of another tenant or flow?", foreign.Name(t.header.kid)).hinted(HintUnpublishedKey)
}

// notVerified is about a token that no key of its key id verifies. Where Microsoft's
// tenants are trusted it may be one for Graph, which they sign with the same keys: its
// signature is over another text.
func (s *search) notVerified(t *signedToken, tried []*jwks.Key) *Error {
	if len(tried) > 0 && !slices.ContainsFunc(tried, func(k *jwks.Key) bool { return k.Allows(t.header.alg) }) {
		return refuse(ErrAlgorithm, "alg", "alg is %s, and the key of kid %s is not used with that", t.header.alg, foreign.Name(t.header.kid))
	}
	if !s.trust.onlyB2C && t.hasHeaderNonce() {
		_, text := foreignProduct("", graphAudiences)
		return refuse(ErrSignature, "", "with a nonce in its header %s (kid %s)", text, foreign.Name(t.header.kid)).hinted(HintGraph)
	}
	return badSignature(t)
}

// badSignature is about a token that the key of its key id has not signed.
func badSignature(t *signedToken) *Error {
	const least = jose.MinBits / 8
	kid := foreign.Name(t.header.kid)
	if n := len(t.signature); n < least {
		return refuse(ErrSignature, "", "the signature has %d bytes, and no key that is used makes one of less than %d; was the token cut off? (kid %s)", n, least, kid).hinted(HintTruncated)
	}
	return refuse(ErrSignature, "", "the signature does not verify with the key of kid %s; was the token altered, or made elsewhere?", kid)
}

// unknownKey is about a token whose claims rule out all authorities.
func unknownKey(t *signedToken, by ruledOut) *Error {
	return refuse(ErrUnknownKey, "kid", "no trusted authority has published kid %s, and none was asked again, since by its unverified claims the token can't be accepted: %s", foreign.Name(t.header.kid), by.why).hinted(by.hint)
}

// ruledOut is by what unverified claims a token is of no trusted authority, in words
// for the operator. A flow's name they quote escaped, and as unverified.
type ruledOut struct {
	hint Hint
	why  string
}

// candidates returns the authorities that the token's unverified claims don't
// rule out, and the issuer among these claims, or if there are none, what ruled
// out the last ones.
func (s *search) candidates(t *signedToken) (at candidates, issuer string, none ruledOut) {
	var c claims
	if err := s.trust.read(t, s.rules, &c); err != nil {
		return at, "", ruledOut{why: "they can't be read"}
	}
	if e := s.rules.checkTimes(&c.times); e != nil {
		switch e.Reason {
		case ErrNotYetValid: // a slow clock here must not keep a new key out
		case ErrClaim:
			return at, "", ruledOut{why: "it has no " + e.Claim}
		default:
			return at, "", ruledOut{e.Hint, "it has expired; or is this machine's clock ahead?"}
		}
	}
	p := (matching{s.trust, s.rules, &c}).partial()
	if p.fits.isEmpty() {
		return at, "", s.ruleOut(t, &c, &p)
	}
	if none = p.contradicted(&c, t.header.alg); none.why != "" {
		return at, "", none
	}
	return p.fits, c.issuer, none
}

// contradicted takes off those that a token fits otherwise, but for what no key of
// theirs would mend: its algorithm is none of theirs, or its tenant another than its
// issuer's. If none is left it says why.
func (p *partial) contradicted(c *claims, alg authority.Algorithm) (by ruledOut) {
	if !p.issued.all[0].authority.Allows(alg) { // nor does another of one product
		return ruledOut{why: "its issuer does not sign with " + string(alg)}
	}
	if c.more == nil {
		return by
	}
	p.fits.few = slices.DeleteFunc(p.fits.few, func(a *anchor) bool { return checkTenant(c, a) != nil })
	switch {
	case !p.fits.isEmpty():
		return by
	case c.more.tenantID == "":
		return ruledOut{why: "it has no tid"}
	}
	return ruledOut{HintOtherTenant, "its tid is another tenant than its issuer's"}
}

// ruleOut says why claims fit no authority.
func (s *search) ruleOut(t *signedToken, c *claims, p *partial) ruledOut {
	switch {
	case p.issued == nil:
		return unverifiedIssuer(s.trust, t, c)
	case !p.audience:
		return ruledOut{why: s.foreignAudience}
	case c.flow == "":
		return ruledOut{HintNoFlow, "its flow is missing"}
	}
	x := diagnosis{s.trust, s.rules, *c}
	hint, why := otherFlow(c.flow, x.flowsFor(p.issued))
	return ruledOut{hint, "its flow is not trusted, which is, unverified, " + foreign.Name(c.flow) + why}
}

// unverifiedIssuer guesses whose token it is that names an issuer which is not
// trusted.
func unverifiedIssuer(by *trust, t *signedToken, c *claims) ruledOut {
	hint, text := by.foreignProduct(c.issuer, c.audience)
	switch {
	case hint == "" && c.issuer == "":
		return ruledOut{why: "it has no iss"}
	case hint == "":
		return ruledOut{HintOtherTenant, "its issuer is not trusted"}
	case t.hasHeaderNonce():
		hint, text = by.foreignProduct(c.issuer, graphAudiences)
	}
	return ruledOut{hint, text}
}
