// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// anchor is one trusted authority (a trust anchor, RFC 6024), the audiences that
// its tokens may name, and its keys. It is immutable.
type anchor struct {
	authority authority.Authority
	audiences []string
	source    jwks.Source
}

// isStatic reports whether its keys stay as they are, so that there is no use in
// asking for others.
func (a *anchor) isStatic() bool {
	_, ok := a.source.(*jwks.Static)
	return ok
}

// vouches reports whether a key of the authority's set may sign a token of that
// issuer with that algorithm: the authority signs with it, and so does the key, whose
// own issuer, if it names one, is the token's. One key may be in several sets, and be
// good for less in one of them than in another.
func (a *anchor) vouches(key *jwks.Key, alg authority.Algorithm, issuer string) bool {
	return a.authority.Allows(alg) && key.Allows(alg) && a.authority.KeyIssuerFits(key.Issuer(), issuer)
}

// isMultiTenant reports whether the authority has a list of tenants, whose GUIDs
// stand in the place of a placeholder in the issuer of its metadata.
func (a *anchor) isMultiTenant() bool {
	return a.authority.Kind() == authority.EntraID && a.authority.TenantID() == ""
}

// flowOf returns the authority's flow, spelled as configured, if the token names
// one at all.
func (a *anchor) flowOf(c *claims) string {
	if c.flow == "" {
		return ""
	}
	return a.authority.Flow()
}
