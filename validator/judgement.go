// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// judgement is what a token's claims are to those who are trusted. Each check can be
// asked for by itself, so that what is wrong besides the first failure can be told.
//
// The claims are no part of it: what the texts hold on to would otherwise cost every
// validation an allocation.
type judgement struct {
	by      *terms
	wording *wording
	match   *anchor // what all of the token belongs to, nil if there is no such authority
	partial partial // if there is none: how far it fits
}

// judge holds claims against the terms. The key is the one of that id which has verified
// the token, nil if none has.
func (by *terms) judge(w *wording, c *claims, h *header, key *jwks.Key) judgement {
	m := matching{by.trust, &by.rules, c}
	if key != nil {
		if match := m.whole(h, key); match != nil {
			return judgement{by: by, wording: w, match: match}
		}
	}
	return judgement{by: by, wording: w, partial: m.partial()}
}

// claimChecks are the checks of claims, in their order.
var claimChecks = [...]CheckName{CheckIssuer, CheckAudience, CheckTime, CheckKind, CheckFlow, CheckClient}

// check returns the refusal of one of them, nil if there is none.
func (j *judgement) check(name CheckName, c *claims) *Error {
	switch name {
	case CheckIssuer:
		return j.issuer(c)
	case CheckAudience:
		return j.audience(c)
	case CheckTime:
		return j.by.rules.checkTimes(&c.times)
	case CheckKind:
		if product := j.product(); !j.by.rules.isKind(c, product) {
			return j.wording.kind(j.by.diagnose(c), product)
		}
	case CheckFlow:
		return j.flow(c)
	case CheckClient:
		if !j.by.rules.clientFits(c) {
			return j.wording.client(j.by.diagnose(c))
		}
	default: // it is none of claims
	}
	return nil
}

// hasIssuer reports whether some trusted authority may have issued the token.
func (j *judgement) hasIssuer() bool { return j.match != nil || j.partial.issued != nil }

func (j *judgement) issuer(c *claims) *Error {
	if !j.hasIssuer() {
		return j.by.diagnose(c).issuer()
	}
	if c.more != nil {
		return checkTenant(c, j.closest())
	}
	return nil
}

// checkTenant holds the token's tenant to its issuer, which is the authority's. That
// this is a tenant which is trusted has been seen already: there is no family of
// another one's issuer.
func checkTenant(c *claims, a *anchor) *Error {
	switch {
	case !isMicrosofts(a.authority.Kind()):
		return nil
	case c.more.tenantID != "" && isIssuerOf(c.issuer, c.more.tenantID):
		return nil
	case c.more.tenantID == "" && !a.isMultiTenant():
		return nil
	case c.more.tenantID == "":
		return refuse(ErrClaim, "tid", "the token has no tid, and without one its issuer, of a list of tenants, can't be checked; the client must request the profile scope")
	}
	return refuse(ErrIssuer, "tid", "the token is of tenant %s, and its issuer %s is another's: it contradicts itself", foreign.Name(c.more.tenantID), foreign.Name(c.issuer)).hinted(HintOtherTenant)
}

// closest is an authority that has or may have issued the token.
func (j *judgement) closest() *anchor {
	if j.match != nil {
		return j.match
	}
	return j.partial.issued.all[0]
}

// audience is that of the authorities that the token fits best: of all, if none may
// have issued it.
func (j *judgement) audience(c *claims) *Error {
	switch p := &j.partial; {
	case j.match != nil || p.audience:
		return nil
	case p.issued != nil:
		return j.by.diagnose(c).audience(j.wording, p.wanted)
	}
	trust := j.by.trust
	if !(matching{trust, &j.by.rules, c}).tooManyAudiences() && trust.firstWith(c.audience) != nil {
		return nil
	}
	return j.by.diagnose(c).audience(j.wording, trust.firstAudiences())
}

// product is that of who issued the token, and of the first who is trusted if nobody
// of them did.
func (j *judgement) product() authority.Kind {
	if j.hasIssuer() {
		return j.closest().authority.Kind()
	}
	return j.by.trust.anchors[0].authority.Kind()
}

// flow is for a token that somebody may have issued.
func (j *judgement) flow(c *claims) *Error {
	p := &j.partial
	switch {
	case j.match != nil || p.ofFlow:
		return nil
	case !(matching{j.by.trust, &j.by.rules, c}).names(p):
		return j.by.diagnose(c).issuer()
	}
	return j.by.diagnose(c).flow(j.wording, p.issued)
}

// confirmed asks the authorities that a genuine token fits but for its issuer or
// key: the key is another authority's so far, or the issuer is theirs in its
// other form, so what is known may be behind.
func (j *judgement) confirmed(ctx context.Context, t *signedToken, key *jwks.Key, c *claims) (*anchor, *Error) {
	match, issuerFound, unavailable := confirm(ctx, j.partial.fits, *t, key, c.issuer)
	switch {
	case match != nil:
		return match, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case !issuerFound:
		return nil, j.by.diagnose(c).issuer()
	}
	if j.product() != authority.AzureADB2C {
		return nil, notOfIssuer(t, key, c)
	}
	return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", foreign.Name(t.header.kid), foreign.Name(c.flow)).hinted(HintKeyOfAnother)
}

// notOfIssuer is about a token that a known key has signed, which is none of the
// issuer's for such a token.
func notOfIssuer(t *signedToken, key *jwks.Key, c *claims) *Error {
	kid, issuer := foreign.Name(t.header.kid), foreign.Name(c.issuer)
	if own := key.Issuer(); own != "" && own != c.issuer {
		return refuse(ErrUnknownKey, "kid", "kid %s is a key of issuer %s, by its own word in the key set, and signs for no other; the token's is %s", kid, foreign.Name(own), issuer).hinted(HintKeyOfAnother)
	}
	return refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority, or not one for alg %s; issuer %s does not sign with it", kid, t.header.alg, issuer).hinted(HintKeyOfAnother)
}
