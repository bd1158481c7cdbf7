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

// flowOf returns the authority's flow, spelled as configured, if the token names
// one at all.
func (a *anchor) flowOf(c *claims) string {
	if c.flow == "" {
		return ""
	}
	return a.authority.Flow()
}
