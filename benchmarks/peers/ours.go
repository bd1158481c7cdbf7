// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// Ours is this kit, called as a library.
func Ours() Contender {
	return Contender{
		Name: "b2ckit", Issuers: true,
		New: func(t *contoso.Tenant) (*Subject, error) {
			v, err := newValidator(t, nil)
			if err != nil {
				return nil, err
			}
			return library(func(raw string) error {
				_, err := v.Validate(context.Background(), raw)
				return err
			}), nil
		},
	}
}

func newValidator(t *contoso.Tenant, opts *validator.Options) (*validator.Validator, error) {
	known, err := authority.B2C(contoso.Name, contoso.ID)
	if err != nil {
		return nil, err
	}
	var sources []jwks.Source
	for _, f := range t.Flows {
		s, err := jwks.NewStatic(known.Flow(f.Name), f.Issuer, f.KeySet)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return validator.NewFromSources(sources, contoso.Audience, opts)
}
