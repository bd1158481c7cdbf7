// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build goexperiment.jsonv2

package main

import (
	"github.com/lestrrat-go/jwx/v4/jwa"
	"github.com/lestrrat-go/jwx/v4/jwk"
	"github.com/lestrrat-go/jwx/v4/jwt"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// jwx4 is jwx v4 with the key set in memory.
func jwx4() compare.Contender {
	return compare.Contender{
		Name: "jwx v4", Modules: []string{"github.com/lestrrat-go/jwx/v4"}, Unchecked: "no key rotation, `crit`",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			set, err := jwk.Parse(t.Flows[0].KeySet)
			if err != nil {
				return nil, err
			}
			key, _ := set.Key(0)
			if err := key.Set(jwk.AlgorithmKey, jwa.RS256()); err != nil {
				return nil, err
			}
			opts := []jwt.ParseOption{
				jwt.WithKeySet(set), jwt.WithIssuer(t.Flows[0].Issuer), jwt.WithAudience(contoso.Audience), jwt.WithRequiredClaim("exp"),
			}
			return compare.Library(func(raw string) error {
				_, err := jwt.ParseString(raw, opts...)
				return err
			}), nil
		},
	}
}
