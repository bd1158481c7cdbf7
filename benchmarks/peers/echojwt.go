// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// EchoJWT is Echo's own middleware with the keys of keyfunc. By itself it checks
// neither issuer nor audience; parsing is handed to golang-jwt for that.
func EchoJWT() compare.Contender {
	return compare.Contender{
		Name: "echo-jwt + keyfunc", Modules: []string{"github.com/labstack/echo-jwt/v4", keyfuncModule, golangJWTModule}, Framework: Echo,
		Unchecked: "`crit`", Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			keys, err := keyfuncOf(t)
			if err != nil {
				return nil, err
			}
			parser := jwt.NewParser(parserOptions(t.Flows[0])...)
			m := echojwt.WithConfig(echojwt.Config{ParseTokenFunc: func(_ echo.Context, raw string) (any, error) {
				return parser.ParseWithClaims(raw, &jwt.RegisteredClaims{}, keys.Keyfunc)
			}})
			return compare.Handler(onEcho(m)), nil
		},
	}
}
