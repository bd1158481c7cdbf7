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
// flow, audience, and the key of that id that verified it, by that algorithm and for
// that issuer.
func (m matching) whole(h *header, key *jwks.Key) *anchor {
	of := m.ofFlow(m.trust.family(m.claims.issuer))
	if len(of) > few {
		of = m.trust.shorter(of, h.kid, key)
	}
	for _, a := range of {
		set := a.source.Current() // once: issuer and key must be of one set
		if set == nil || !set.Issues(m.claims.issuer) || !m.flowFits(a) || !m.audienceFits(a) {
			continue
		}
		if k, ok := set.Key(h.kid); ok && k.SameAs(key) && a.vouches(k, h.alg, m.claims.issuer) {
			return a
		}
	}
	return nil
}

// ofFlow returns the members of a family that may have the token's flow, others
// among them if they are few.
func (m matching) ofFlow(f *family) []*anchor {
	if f == nil || f.byFlow != nil && m.claims.flow == "" && !m.mayMissFlow() {
		return nil
	}
	return f.near(m.claims.flow)
}

// partial tells how far a token fits that belongs to no authority in all.
type partial struct {
	issued   *family    // those with the token's issuer, now or possibly; nil if there are none
	ofFlow   bool       // some of these have its flow
	fits     candidates // of these, those with its audience
	audience bool       // some of the closest have it
	wanted   []string   // the audiences of the closest
}

// partial holds the audience to the closest authorities: those of the token's
// issuer and flow, or if there are none, those of its issuer.
func (m matching) partial() (p partial) {
	p.issued = m.trust.family(m.claims.issuer)
	if p.issued == nil {
		return p
	}
	near := m.ofFlow(p.issued)
	if len(near) > 0 && p.issued.byFlow != nil && m.claims.flow == "" {
		p.ofFlow = true
		p.fits = m.manyFit(p.issued)
		p.audience, p.wanted = !p.fits.isEmpty(), p.issued.audiences
		return p
	}
	for _, a := range near {
		if !m.flowFits(a) {
			continue
		}
		p.ofFlow = true
		p.wanted = appendNew(p.wanted, a.audiences...)
		if m.audienceFits(a) {
			p.fits.few = append(p.fits.few, a)
		}
	}
	p.audience = len(p.fits.few) > 0
	if !p.ofFlow {
		p.audience, p.wanted = m.anyAudienceFits(p.issued), p.issued.audiences
	}
	return p
}

// manyFit returns the members of a large family that have the token's audience.
func (m matching) manyFit(f *family) (fits candidates) {
	if m.tooManyAudiences() {
		return candidates{}
	}
	total := 0
	for _, s := range m.claims.audience {
		for _, g := range f.byAudience[s] {
			if !slices.Contains(fits.many, g) {
				fits.many = append(fits.many, g)
				total += len(g.anchors)
			}
		}
	}
	if total > few {
		return fits
	}
	for _, g := range fits.many {
		fits.few = append(fits.few, g.anchors...)
	}
	fits.many = nil
	return fits
}

func (m matching) anyAudienceFits(f *family) bool {
	if f.byAudience == nil {
		return slices.ContainsFunc(f.all, m.audienceFits)
	}
	return !m.tooManyAudiences() && slices.ContainsFunc(m.claims.audience, func(s string) bool { return len(f.byAudience[s]) > 0 })
}

// names reports whether any of the authorities that may have issued the token
// names its issuer now, and not only possibly.
func (m matching) names(p *partial) bool {
	if p.issued == nil {
		return false
	}
	if x := m.trust.index.latest.Load(); x != nil && len(p.issued.all) > few && x.isUpToDate() {
		a := x.issuedBy(m.claims.issuer)
		if a == nil {
			return false
		}
		if a.names(m.claims.issuer) {
			return true
		}
	}
	return slices.ContainsFunc(p.issued.all, func(a *anchor) bool { return a.names(m.claims.issuer) })
}

// names reports whether it is the issuer of the current set.
func (a *anchor) names(issuer string) bool {
	set := a.source.Current()
	return set != nil && set.Issues(issuer)
}

// flowFits reports whether the token names this authority's flow. Only B2C has
// some. A token that names none fits if its client is known for that.
func (m matching) flowFits(a *anchor) bool {
	switch c := m.claims; {
	case a.authority.Kind() != authority.AzureADB2C:
		return true
	case c.flow == "":
		return m.mayMissFlow()
	default:
		return authority.SameFlow(c.flow, a.authority.Flow())
	}
}

// mayMissFlow reports whether the token is of a client whose tokens may name no
// flow.
func (m matching) mayMissFlow() bool { return m.rules.mayMissFlow(m.claims.clientID) }

// audienceFits reports whether the token is for here, if it is this authority's.
func (m matching) audienceFits(a *anchor) bool {
	if m.tooManyAudiences() {
		return false
	}
	return slices.ContainsFunc(m.claims.audience, func(s string) bool { return slices.Contains(a.audiences, s) })
}

func (m matching) tooManyAudiences() bool { return m.rules.oneAudience && len(m.claims.audience) > 1 }
