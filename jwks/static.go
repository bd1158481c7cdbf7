// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
)

// Static is a [Source] whose keys never change, for tests and for checking
// tokens without a network.
type Static struct {
	authority authority.Authority
	set       *Set
}

// NewStatic returns a source with the keys of a JWK set document. The issuer
// must be one that the authority's metadata could name. Keys are checked as
// those of a fetched document.
func NewStatic(a authority.Authority, issuer string, document []byte) (*Static, error) {
	if err := checkAuthority(a); err != nil {
		return nil, err
	}
	if !a.MatchIssuer(issuer) {
		return nil, fmt.Errorf("jwks: issuer: %q is not one of %q", issuer, a.Issuers())
	}
	set, err := parseSet(string(document), issuer, newKeyRules(a))
	if err != nil {
		return nil, fmt.Errorf("jwks: document: the key set %w", err)
	}
	return &Static{authority: a, set: set}, nil
}

// Authority implements [Source].
func (s *Static) Authority() authority.Authority { return s.authority }

// Current implements [Source].
func (s *Static) Current() *Set { return s.set }

// Find implements [Source]; it returns the set at once.
func (s *Static) Find(context.Context, Query) (*Set, error) { return s.set, nil }

// Refresh implements [Source]; it returns nil.
func (s *Static) Refresh(context.Context) error { return nil }

// State implements [Source].
func (s *Static) State() State {
	return State{
		Authority: s.authority.ID(), Issuer: s.set.issuer, Usable: true,
		KeyIDs: s.set.KeyIDs(), Ignored: s.set.Ignored(),
	}
}

// Close implements [Source]; it does nothing.
func (s *Static) Close() error { return nil }
