// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// GoJOSE is go-jose with the key set in memory. That a token must expire is asked by
// the program, as its documentation says.
func GoJOSE() compare.Contender {
	return compare.Contender{
		Name: "go-jose", Modules: []string{"github.com/go-jose/go-jose/v4"}, Unchecked: "no key rotation",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			var keys jose.JSONWebKeySet
			if err := json.Unmarshal(t.Flows[0].KeySet, &keys); err != nil {
				return nil, err
			}
			algorithms := []jose.SignatureAlgorithm{jose.RS256}
			expected := jwt.Expected{Issuer: t.Flows[0].Issuer, AnyAudience: jwt.Audience{contoso.Audience}}
			return compare.Library(func(raw string) error {
				token, err := jwt.ParseSigned(raw, algorithms)
				if err != nil {
					return err
				}
				var claims jwt.Claims
				if err := token.Claims(&keys, &claims); err != nil {
					return err
				}
				if claims.Expiry == nil {
					return errors.New("no exp")
				}
				return claims.Validate(expected.WithTime(time.Now()))
			}), nil
		},
	}
}
