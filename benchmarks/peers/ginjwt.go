// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	ginjwt "github.com/appleboy/gin-jwt/v3"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// GinJWT is appleboy's middleware for Gin with the keys of keyfunc, told by its parse
// options to check issuer and audience. It makes a parser for each token.
func GinJWT() compare.Contender {
	return compare.Contender{
		Name: "gin-jwt + keyfunc", Modules: []string{"github.com/appleboy/gin-jwt/v3", keyfuncModule, golangJWTModule}, Framework: Gin,
		Unchecked: "`crit`", Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			keys, err := keyfuncOf(t)
			if err != nil {
				return nil, err
			}
			m, err := ginjwt.New(&ginjwt.GinJWTMiddleware{SigningAlgorithm: "RS256", KeyFunc: keys.Keyfunc, ParseOptions: parserOptions(t.Flows[0])})
			if err != nil {
				return nil, err
			}
			return compare.Handler(onGin(m.MiddlewareFunc())), nil
		},
	}
}
