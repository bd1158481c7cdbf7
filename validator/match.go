// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// matching is the comparison of one token's claims with what is trusted.
type matching struct {
	trust  *trust
	rules  *rules
	claims *claims
}

// whole returns the first authority that the token belongs to in all: issuer,
// flow, audience, and the key of that id that verified it.
func (m matching) whole(keyID string, key *jwks.Key) *anchor {
	for _, a := range m.trust.anchors {
		set := a.source.Current() // once: issuer and key must be of one set
		if set == nil || m.claims.issuer != set.Issuer() || !m.flowFits(a) || !m.audienceFits(a) {
			continue
		}
		if k, ok := set.Key(keyID); ok && k.SameAs(key) {
			return a
		}
	}
	return nil
}

// partial tells how far a token fits that belongs to no authority in all.
type partial struct {
	issued   []*anchor // those with the token's issuer, now or possibly
	exact    *anchor   // the first that has it now
	ofFlow   []*anchor // of the issued, those with its flow
	fits     []*anchor // of these, those with its audience
	audience bool      // some of the closest have it
}

func (m matching) partial() (p partial) {
	for _, a := range m.trust.anchors {
		exact, possible := a.issued(a.source.Current(), m.claims)
		if !exact && !possible {
			continue
		}
		p.issued = append(p.issued, a)
		if exact && p.exact == nil {
			p.exact = a
		}
		if m.flowFits(a) {
			p.ofFlow = append(p.ofFlow, a)
		}
	}
	for _, a := range p.ofFlow {
		if m.audienceFits(a) {
			p.fits = append(p.fits, a)
		}
	}
	p.audience = slices.ContainsFunc(p.closest(), m.audienceFits)
	return p
}

// closest returns the authorities to hold the audience to: those of the
// token's issuer and flow, or if there are none, those of its issuer.
func (p *partial) closest() []*anchor {
	if len(p.ofFlow) > 0 {
		return p.ofFlow
	}
	return p.issued
}

// product is what issued the token.
func (p *partial) product() authority.Kind {
	if p.exact != nil {
		return p.exact.authority.Kind()
	}
	return p.issued[0].authority.Kind()
}

// issued reports whether the token names this authority's issuer: exactly the
// one of its current set, or possibly one that newer metadata may name.
func (a *anchor) issued(set *jwks.Set, c *claims) (exact, possible bool) {
	if set != nil && c.issuer == set.Issuer() {
		return true, true
	}
	return false, a.authority.MatchIssuer(c.issuer)
}

// flowFits reports whether the token names this authority's flow. External ID
// has none. A token that names none fits if its client is known for that.
func (m matching) flowFits(a *anchor) bool {
	switch c := m.claims; {
	case a.authority.Kind() == authority.EntraExternalID:
		return true
	case c.flow == "":
		return c.clientID != "" && slices.Contains(m.rules.missingFlow, c.clientID)
	default:
		return authority.SameFlow(c.flow, a.authority.Flow())
	}
}

// audienceFits reports whether the token is for here, if it is this authority's.
func (m matching) audienceFits(a *anchor) bool {
	if m.rules.oneAudience && len(m.claims.audience) > 1 {
		return false
	}
	return slices.ContainsFunc(m.claims.audience, func(s string) bool { return slices.Contains(a.audiences, s) })
}
