// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// linear is what validation means: it looks at all authorities, in their order, at
// each step. What finds them by index is compared with it.
type linear struct {
	anchors  []*anchor
	rules    *rules
	wording  *wording
	turns    *roundRobin
	verifies func(*signedToken, *jwks.Key) bool
	trust    *trust // for texts
}

func (l *linear) validate(ctx context.Context, raw string) (*anchor, *Error) {
	ctx, cancel := context.WithTimeout(ctx, defaultPatience)
	defer cancel()
	t, e := parseToken(raw, l.rules, nil, &scratch{})
	if e != nil {
		return nil, e
	}
	key, tried := l.verify(&t)
	if key == nil {
		if key, e = l.search(ctx, &t, tried); e != nil {
			return nil, e
		}
	}
	var c claims
	err := l.read(&t, &c)
	if err != nil {
		return nil, asError(err, "payload")
	}
	return l.check(ctx, &t, key, &c)
}

// read reads claims by the product of the first authority that may name the issuer.
func (l *linear) read(t *signedToken, c *claims) error {
	product := l.anchors[0].authority.Kind()
	if i := slices.IndexFunc(l.anchors, func(a *anchor) bool { return mayName(a, t.unverifiedIssuer()) }); i >= 0 {
		product = l.anchors[i].authority.Kind()
	}
	return c.parse(t.payload, l.rules.signInDecides, product)
}

// mayName reports whether a token of the authority may name the issuer.
func mayName(a *anchor, issuer string) bool {
	if a.authority.Kind() == authority.AzureADB2C {
		return a.authority.MatchIssuer(issuer)
	}
	return slices.Contains(a.authority.TokenIssuers(), issuer)
}

func (l *linear) verify(t *signedToken) (key *jwks.Key, tried []*jwks.Key) {
	for _, a := range l.anchors {
		set := a.source.Current()
		if set == nil {
			continue
		}
		k, ok := set.Key(t.header.kid)
		if !ok || slices.ContainsFunc(tried, k.SameAs) {
			continue
		}
		if l.verifies(t, k) {
			return k, nil
		}
		tried = append(tried, k)
	}
	return nil, tried
}

func (l *linear) search(ctx context.Context, t *signedToken, tried []*jwks.Key) (key *jwks.Key, e *Error) {
	candidates, issuer, by := l.candidates(t)
	var owned []*jwks.Key
	for _, a := range l.anchors {
		if set := a.source.Current(); set != nil && set.Issues(issuer) {
			if k, ok := set.Key(t.header.kid); ok {
				owned = append(owned, k)
			}
		}
	}
	known := len(owned) > 0 && !slices.ContainsFunc(owned, func(k *jwks.Key) bool { return !slices.ContainsFunc(tried, k.SameAs) })
	q := jwks.Query{KeyID: t.header.kid}
	lacking := slices.DeleteFunc(slices.Clone(candidates), func(a *anchor) bool { return known && a.source.Current() != nil })
	if len(candidates) == 0 && !slices.ContainsFunc(l.anchors, func(a *anchor) bool { return a.source.Current() != nil }) {
		lacking, q = l.turns.next(l.anchors, 1), jwks.Query{}
	}
	published := false
	unavailable := findFirst(ctx, lacking, q, func(_ *anchor, set *jwks.Set) bool {
		k, ok := set.Key(t.header.kid)
		published = published || ok
		if ok && l.verifies(t, k) {
			key = k
		}
		return key != nil
	})
	switch {
	case key != nil:
		return key, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case len(tried) > 0 || published:
		return nil, badSignature(t)
	case len(candidates) == 0:
		return nil, unknownKey(t, by)
	}
	return nil, refuse(ErrUnknownKey, "kid", "no trusted authority publishes kid %s, and they were asked just now; is the token of another tenant or flow?", foreign.Name(t.header.kid)).hinted(HintUnpublishedKey)
}

func (l *linear) candidates(t *signedToken) (all []*anchor, issuer string, by ruledOut) {
	var c claims
	err := l.read(t, &c)
	if err != nil {
		return nil, "", ruledOut{why: "they can't be read"}
	}
	if e := l.rules.checkTimes(&c.times); e != nil {
		switch e.Reason {
		case ErrNotYetValid:
		case ErrClaim:
			return nil, "", ruledOut{why: "it has no " + e.Claim}
		default:
			return nil, "", ruledOut{e.Hint, "it has expired; or is this machine's clock ahead?"}
		}
	}
	p := l.partial(&c)
	some := slices.DeleteFunc(slices.Clone(p.fits), func(a *anchor) bool { return l.tenant(&c, a) != nil })
	switch {
	case len(some) > 0:
		return some, c.issuer, by
	case len(p.fits) > 0 && c.more.tenantID == "":
		return nil, "", ruledOut{why: "it has no tid"}
	case len(p.fits) > 0:
		return nil, "", ruledOut{HintOtherTenant, "its tid is another tenant than its issuer's"}
	case len(p.issued) == 0:
		return nil, "", unverifiedIssuer(l.trust, t, &c)
	case !slices.ContainsFunc(p.closest(), func(a *anchor) bool { return l.audienceFits(a, &c) }):
		return nil, "", ruledOut{why: l.wording.foreignAudience}
	case c.flow == "":
		return nil, "", ruledOut{HintNoFlow, "its flow is missing"}
	default:
		hint, why := otherFlow(c.flow, l.flowsFor(p.issued, &c))
		return nil, "", ruledOut{hint, "its flow is not trusted, which is, unverified, " + foreign.Name(c.flow) + why}
	}
}

// extent is how far a token fits.
type extent struct {
	issued, ofFlow, fits []*anchor
	exact                *anchor
}

func (p *extent) closest() []*anchor {
	if len(p.ofFlow) > 0 {
		return p.ofFlow
	}
	return p.issued
}

func (l *linear) partial(c *claims) (p extent) {
	for _, a := range l.anchors {
		set := a.source.Current()
		if !mayName(a, c.issuer) {
			continue
		}
		exact := set != nil && set.Issues(c.issuer)
		p.issued = append(p.issued, a)
		if exact && p.exact == nil {
			p.exact = a
		}
		if l.flowFits(a, c) {
			p.ofFlow = append(p.ofFlow, a)
			if l.audienceFits(a, c) {
				p.fits = append(p.fits, a)
			}
		}
	}
	return p
}

func (l *linear) flowFits(a *anchor, c *claims) bool {
	switch {
	case a.authority.Kind() != authority.AzureADB2C:
		return true
	case c.flow == "":
		return c.clientID != "" && slices.Contains(l.rules.missingFlow, c.clientID)
	default:
		return authority.SameFlow(c.flow, a.authority.Flow())
	}
}

func (l *linear) audienceFits(a *anchor, c *claims) bool {
	if l.rules.oneAudience && len(c.audience) > 1 {
		return false
	}
	return slices.ContainsFunc(c.audience, func(s string) bool { return slices.Contains(a.audiences, s) })
}

func (l *linear) whole(c *claims, keyID string, key *jwks.Key) *anchor {
	for _, a := range l.anchors {
		set := a.source.Current()
		if set == nil || !mayName(a, c.issuer) || !set.Issues(c.issuer) || !l.flowFits(a, c) || !l.audienceFits(a, c) {
			continue
		}
		if k, ok := set.Key(keyID); ok && k.SameAs(key) && a.authority.KeyIssuerFits(k.Issuer(), c.issuer) {
			return a
		}
	}
	return nil
}

func (l *linear) check(ctx context.Context, t *signedToken, key *jwks.Key, c *claims) (*anchor, *Error) {
	match := l.whole(c, t.header.kid, key)
	p := extent{exact: match}
	x := &diagnosis{rules: l.rules, claims: *c}
	if match == nil {
		switch p = l.partial(c); {
		case len(p.issued) == 0:
			return nil, l.issuer(c)
		case l.tenant(c, p.issued[0]) != nil:
			return nil, l.tenant(c, p.issued[0])
		case !slices.ContainsFunc(p.closest(), func(a *anchor) bool { return l.audienceFits(a, c) }):
			return nil, l.audience(c, p.closest())
		}
	}
	if match != nil && l.tenant(c, match) != nil {
		return nil, l.tenant(c, match)
	}
	if e := l.rules.checkTimes(&c.times); e != nil {
		return nil, e
	}
	var product authority.Kind
	if p.exact != nil {
		product = p.exact.authority.Kind()
	} else {
		product = p.issued[0].authority.Kind()
	}
	switch {
	case !l.rules.isKind(c, product):
		return nil, l.wording.kind(x, product)
	case match == nil && len(p.fits) == 0 && p.exact == nil:
		return nil, l.issuer(c)
	case match == nil && len(p.fits) == 0:
		return nil, l.flow(x, p.issued)
	case !l.rules.clientFits(c):
		return nil, l.wording.client(x)
	case match == nil:
		return l.confirm(ctx, p.fits, t, key, c)
	}
	return match, nil
}

// tenant holds tid to the issuer.
func (l *linear) tenant(c *claims, a *anchor) *Error {
	if !isMicrosofts(a.authority.Kind()) {
		return nil
	}
	tid, parts := c.more.tenantID, strings.Split(c.issuer, "/")
	switch {
	case tid == "" && len(a.authority.TenantIDs()) > 1:
		return refuse(ErrClaim, "tid", "the token has no tid, and without one its issuer, of a list of tenants, can't be checked; the client must request the profile scope")
	case tid == "" || parts[len(parts)-2] == tid:
		return nil
	}
	return refuse(ErrIssuer, "tid", "the token is of tenant %s, and its issuer %s is another's: it contradicts itself", foreign.Name(tid), foreign.Name(c.issuer)).hinted(HintOtherTenant)
}

func (l *linear) confirm(ctx context.Context, fits []*anchor, t *signedToken, key *jwks.Key, c *claims) (match *anchor, e *Error) {
	issuerFound := false
	unavailable := findFirst(ctx, fits, jwks.Query{KeyID: t.header.kid, Issuer: c.issuer}, func(a *anchor, set *jwks.Set) bool {
		if !set.Issues(c.issuer) {
			return false
		}
		issuerFound = true
		if k, ok := set.Key(t.header.kid); ok && a.authority.KeyIssuerFits(k.Issuer(), c.issuer) && (k.SameAs(key) || l.verifies(t, k)) {
			match = a
		}
		return match != nil
	})
	switch {
	case match != nil:
		return match, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case !issuerFound:
		return nil, l.issuer(c)
	case fits[0].authority.Kind() != authority.AzureADB2C:
		return nil, notOfIssuer(t, key, c)
	}
	return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", foreign.Name(t.header.kid), foreign.Name(c.flow)).hinted(HintKeyOfAnother)
}

func (l *linear) issuer(c *claims) *Error {
	if c.issuer == "" {
		return refuse(ErrClaim, "iss", "the token has no iss")
	}
	var known []string
	for _, a := range l.anchors {
		set := a.source.Current()
		if set != nil && a.authority.Flow() != "" && authority.SameFlow(a.authority.Flow(), c.flow) && a.authority.MatchIssuer(c.issuer) {
			return refuse(ErrIssuer, "iss", "issuer %s is this tenant's, but the metadata of flow %q names %q; did the policy's issuer setting change?", foreign.Name(c.issuer), a.authority.Flow(), set.Issuer()).hinted(HintIssuerForm)
		}
		if set == nil {
			known = appendNew(known, a.authority.Issuers()...)
		} else {
			known = appendNew(known, set.Issuer())
		}
	}
	hint, whose := l.trust.foreignProduct(c.issuer, c.audience)
	switch {
	case hint != "":
	case slices.ContainsFunc(known, func(k string) bool {
		return k != c.issuer && strings.TrimSuffix(k, "/") == strings.TrimSuffix(c.issuer, "/")
	}):
		hint, whose = HintSlash, "only the slash at the end differs"
		if l.trust.onlyB2C {
			whose += ", so this is no B2C token"
		} else {
			whose += ": B2C's issuers end in one, and those of other products don't"
		}
	case slices.ContainsFunc(l.anchors, func(a *anchor) bool {
		return slices.ContainsFunc(a.authority.TenantIDs(), func(id string) bool { return strings.Contains(c.issuer, "/"+id+"/") })
	}):
		hint, whose = HintOtherHost, "it is this tenant, but another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts) or flow too"
		if !l.trust.onlyB2C {
			whose = "it is a trusted tenant's, but of another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts, Authority.WithHost) or flow too"
		}
	case l.trust.onlyB2C:
		hint, whose = HintOtherTenant, otherTenant
	case l.trust.isOfUnlisted(c.issuer):
		hint, whose = HintOtherTenant, "it is of a tenant that is not in the list given to authority.EntraMultiTenant, and Entra ID signs with the same keys for all tenants"
	default:
		hint, whose = HintOtherTenant, "it is another tenant's, or another provider's"
	}
	return refuse(ErrIssuer, "iss", "issuer %s is not trusted: %s; trusted: %s", foreign.Name(c.issuer), whose, listSome(known)).hinted(hint)
}

func (l *linear) audience(c *claims, closest []*anchor) *Error {
	if len(c.audience) == 0 {
		return refuse(ErrClaim, "aud", "the token has no aud")
	}
	got := foreign.Name(strings.Join(c.audience, " "))
	if !l.rules.access {
		return l.wording.audience(&diagnosis{rules: l.rules, claims: *c}, got, nil)
	}
	hint, why := HintOtherAudience, "the client asked for another API's scopes"
	i := slices.IndexFunc(l.anchors, func(a *anchor) bool { return l.audienceFits(a, c) })
	var of *anchor
	if i >= 0 {
		of = l.anchors[i]
	}
	if h, text := (&diagnosis{claims: *c}).audienceOfOthers(of); !l.trust.onlyB2C && h != "" {
		hint, why = h, text
	} else if i >= 0 {
		hint, why = HintOtherAuthority, "that is the audience of "+l.anchors[i].authority.String()+", and the token is of another tenant or flow"
	} else if strings.Contains(c.audience[0], "://") {
		hint, why = HintAppIDURI, "that is an App ID URI; B2C puts the client id there, so this may be a token of Entra ID v1"
	} else if len(c.scopes) == 0 {
		hint, why = HintIDToken, "without scp it looks like an ID token, whose audience is the client"
	} else if slices.Contains(c.audience, c.clientID) {
		hint, why = HintClientAudience, "that is the client itself, which has asked for its own scopes; it must ask for this API's"
	}
	var wanted []string
	for _, a := range closest {
		wanted = appendNew(wanted, a.audiences...)
	}
	return refuse(ErrAudience, "aud", "audience is %s, not %s: %s", got, listSome(wanted), why).hinted(hint)
}

func (l *linear) flow(x *diagnosis, issued []*anchor) *Error {
	const mend = `the output claim trustFrameworkPolicy with PartnerClaimType="tfp"`
	if x.claims.flow == "" {
		return refuse(ErrFlow, "tfp", "the %s names no flow (neither tfp nor acr); %s", l.wording.token, "a custom policy names itself with "+mend+l.wording.noFlow(x)).hinted(HintNoFlow)
	}
	flows := l.flowsFor(issued, &x.claims)
	hint, why := otherFlow(x.claims.flow, flows)
	return refuse(ErrFlow, "tfp", "the token is of flow %s; trusted: %s%s", foreign.Name(x.claims.flow), listSome(flows), why).hinted(hint)
}

func (l *linear) flowsFor(issued []*anchor, c *claims) (flows []string) {
	for _, a := range issued {
		if l.audienceFits(a, c) {
			flows = appendNew(flows, a.authority.Flow())
		}
	}
	return flows[:min(len(flows), listed+1)]
}
