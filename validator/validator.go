// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// Validator checks access tokens against a fixed list of trusted
// authorities. It is safe for concurrent use, and while keys are there
// Validate does no I/O and takes no lock. Make one with [New]; the zero
// Validator accepts nothing.
type Validator struct{ engine }

// New returns a validator that accepts access tokens which one of the
// trusted authorities issued for the audience: the API's application (client)
// id. Options may be nil.
//
// New does no I/O. Metadata and keys are fetched at first use and refreshed
// in the background until Close.
func New(trusted []authority.Authority, audience string, opts *Options) (*Validator, error) {
	v := new(Validator)
	if err := v.trustAuthorities(accessToken, trusted, audience, opts); err != nil {
		return nil, err
	}
	return v, nil
}

// NewFromSources is like New for sources made by the caller, such as static
// ones. The validator owns the sources from then on and closes them, also if
// it returns an error. Options that are for key caches (Transport, Logger,
// Keys) must be left out.
func NewFromSources(sources []jwks.Source, audience string, opts *Options) (*Validator, error) {
	v := new(Validator)
	if err := v.trustSources(accessToken, sources, audience, opts); err != nil {
		return nil, err
	}
	return v, nil
}

// Validate checks a raw token as it came in and returns it verified. The
// error is an [*Error]. Validate waits only when keys have to be fetched, and
// then no longer than ctx allows and than a fetch may take, by default five
// seconds.
func (v *Validator) Validate(ctx context.Context, raw string) (*Token, error) {
	c, match, e := v.validate(ctx, raw)
	if e != nil {
		return nil, e
	}
	token := c.token(match.authority, match.flowOf(&c), &v.clock)
	for _, r := range v.opts.Requirements {
		if err := r.Check(ctx, token); err != nil {
			return nil, err
		}
	}
	return token, nil
}
