// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	jwa2 "github.com/lestrrat-go/jwx/v2/jwa"
	jwk2 "github.com/lestrrat-go/jwx/v2/jwk"
	jwt2 "github.com/lestrrat-go/jwx/v2/jwt"
	jwa3 "github.com/lestrrat-go/jwx/v3/jwa"
	jwk3 "github.com/lestrrat-go/jwx/v3/jwk"
	jwt3 "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// JWX2 is jwx v2 with the key set in memory.
func JWX2() compare.Contender {
	return compare.Contender{
		Name: "jwx v2", Modules: []string{"github.com/lestrrat-go/jwx/v2"}, Unchecked: "no key rotation, `crit`",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			set, err := jwk2.Parse(t.Flows[0].KeySet) //nolint:forbidigo // that is how others use it
			if err != nil {
				return nil, err
			}
			key, _ := set.Key(0)
			if err := key.Set(jwk2.AlgorithmKey, jwa2.RS256); err != nil {
				return nil, err
			}
			opts := []jwt2.ParseOption{
				jwt2.WithKeySet(set), jwt2.WithIssuer(t.Flows[0].Issuer), jwt2.WithAudience(contoso.Audience), jwt2.WithRequiredClaim("exp"),
			}
			return compare.Library(func(raw string) error {
				_, err := jwt2.ParseString(raw, opts...)
				return err
			}), nil
		},
	}
}

// JWX3 is jwx v3 with the key set in memory.
func JWX3() compare.Contender {
	return compare.Contender{
		Name: "jwx v3", Modules: []string{"github.com/lestrrat-go/jwx/v3"}, Unchecked: "no key rotation, `crit`",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			set, err := jwk3.Parse(t.Flows[0].KeySet)
			if err != nil {
				return nil, err
			}
			key, _ := set.Key(0)
			if err := key.Set(jwk3.AlgorithmKey, jwa3.RS256()); err != nil {
				return nil, err
			}
			opts := []jwt3.ParseOption{
				jwt3.WithKeySet(set), jwt3.WithIssuer(t.Flows[0].Issuer), jwt3.WithAudience(contoso.Audience), jwt3.WithRequiredClaim("exp"),
			}
			return compare.Library(func(raw string) error {
				_, err := jwt3.ParseString(raw, opts...)
				return err
			}), nil
		},
	}
}
