// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"time"

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

// trust is whom a validation trusts. It is immutable: authorities that came or
// went would make another one.
type trust struct {
	anchors []*anchor

	// patience bounds all that one validation waits for.
	patience time.Duration
}

// newTrust returns the trust in anchors that have their sources.
func newTrust(anchors []*anchor) *trust {
	t := &trust{anchors: anchors}
	for _, a := range anchors {
		t.patience = max(t.patience, a.source.State().FindTimeout)
	}
	if t.patience == 0 { // static sources don't wait; others may
		t.patience = defaultPatience
	}
	return t
}

const defaultPatience = 5 * time.Second

// isCold reports whether no authority has any keys.
func (t *trust) isCold() bool {
	return !slices.ContainsFunc(t.anchors, func(a *anchor) bool { return a.source.Current() != nil })
}

// issuers returns the issuer of the current set, or else those that metadata may
// name.
func (a *anchor) issuers() []string {
	if set := a.source.Current(); set != nil {
		return []string{set.Issuer()}
	}
	return a.authority.Issuers()
}

// flowOf returns the authority's flow, spelled as configured, if the token names
// one at all.
func (a *anchor) flowOf(c *claims) string {
	if c.flow == "" {
		return ""
	}
	return a.authority.Flow()
}
