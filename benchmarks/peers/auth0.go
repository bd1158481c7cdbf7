// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"net/url"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	"github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

var auth0Modules = []string{"github.com/auth0/go-jwt-middleware/v3", "github.com/lestrrat-go/jwx/v3"}

const auth0Unchecked = "new keys for 15 min, `crit`"

// Auth0 is the validator of auth0's middleware.
func Auth0() compare.Contender {
	return compare.Contender{
		Name: "auth0", Modules: auth0Modules, Issuers: true, Unchecked: auth0Unchecked, Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			v, err := auth0Validator(t)
			if err != nil {
				return nil, err
			}
			return compare.Library(func(raw string) error {
				_, err := v.ValidateToken(context.Background(), raw)
				return err
			}), nil
		},
	}
}

// Auth0Middleware is auth0's middleware for net/http.
func Auth0Middleware() compare.Contender {
	return compare.Contender{
		Name: "auth0", Modules: auth0Modules, Framework: NetHTTP, Unchecked: auth0Unchecked, Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			v, err := auth0Validator(t)
			if err != nil {
				return nil, err
			}
			m, err := jwtmiddleware.New(jwtmiddleware.WithValidator(v))
			if err != nil {
				return nil, err
			}
			return compare.Handler(onNetHTTP(m.CheckJWT)), nil
		},
	}
}

// auth0Validator trusts all flows of the tenant.
func auth0Validator(t *contoso.Tenant) (*validator.Validator, error) {
	keys, err := auth0Keys(t)
	if err != nil {
		return nil, err
	}
	var issuers []string
	for _, f := range t.Flows {
		issuers = append(issuers, f.Issuer)
	}
	return validator.New(validator.WithKeyFunc(keys), validator.WithAlgorithm(validator.RS256),
		validator.WithIssuers(issuers), validator.WithAudience(contoso.Audience))
}

// auth0Keys returns the provider for one issuer or for several, which keeps the keys
// of 100 if it isn't told that there are more.
func auth0Keys(t *contoso.Tenant) (func(context.Context) (any, error), error) {
	if len(t.Flows) > 1 {
		p, err := jwks.NewMultiIssuerProvider(jwks.WithMultiIssuerHTTPClient(t.Client()), jwks.WithMaxProviders(len(t.Flows)))
		if err != nil {
			return nil, err
		}
		return p.KeyFunc, nil
	}
	issuer, err := url.Parse(t.Flows[0].Issuer)
	if err != nil {
		return nil, err
	}
	p, err := jwks.NewCachingProvider(jwks.WithIssuerURL(issuer), jwks.WithCustomClient(t.Client()))
	if err != nil {
		return nil, err
	}
	return p.KeyFunc, nil
}
