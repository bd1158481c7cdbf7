// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/hashicorp/cap/jwt"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

const goOIDCModule = "github.com/coreos/go-oidc/v3"

// GoOIDC is go-oidc's verifier with a remote key set.
func GoOIDC() compare.Contender {
	return compare.Contender{
		Name: "go-oidc", Modules: []string{goOIDCModule}, Unchecked: "made for ID tokens", Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			ctx := oidc.ClientContext(context.Background(), t.Client())
			verifier := oidc.NewVerifier(t.Flows[0].Issuer, oidc.NewRemoteKeySet(ctx, t.Flows[0].KeySetURL()),
				&oidc.Config{ClientID: contoso.Audience, SupportedSigningAlgs: []string{oidc.RS256}})
			return compare.Library(func(raw string) error {
				_, err := verifier.Verify(ctx, raw)
				return err
			}), nil
		},
	}
}

// Cap is hashicorp/cap with a remote key set.
func Cap() compare.Contender {
	return compare.Contender{
		Name: "hashicorp/cap", Modules: []string{"github.com/hashicorp/cap"}, Unchecked: "a missing `exp`", Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			ctx := oidc.ClientContext(context.Background(), t.Client())
			keys, err := jwt.NewJSONWebKeySet(ctx, t.Flows[0].KeySetURL(), "")
			if err != nil {
				return nil, err
			}
			v, err := jwt.NewValidator(keys)
			if err != nil {
				return nil, err
			}
			expected := jwt.Expected{Issuer: t.Flows[0].Issuer, Audiences: []string{contoso.Audience}, SigningAlgorithms: []jwt.Alg{jwt.RS256}}
			return compare.Library(func(raw string) error {
				_, err := v.Validate(ctx, raw, expected)
				return err
			}), nil
		},
	}
}
