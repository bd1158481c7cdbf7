// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"errors"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

const (
	golangJWTModule = "github.com/golang-jwt/jwt/v5"
	keyfuncModule   = "github.com/MicahParks/keyfunc/v3"
)

var errKeyID = errors.New("unknown kid")

// parserOptions are what golang-jwt has to be told; the rest it checks anyway.
func parserOptions(f contoso.Flow) []jwt.ParserOption {
	return []jwt.ParserOption{
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(f.Issuer), jwt.WithAudience(contoso.Audience), jwt.WithExpirationRequired(),
	}
}

// GolangJWT is golang-jwt with the key in a map of the program's.
func GolangJWT() compare.Contender {
	return compare.Contender{
		Name: "golang-jwt", Modules: []string{golangJWTModule}, Unchecked: "no key rotation, `crit`",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			keys := map[string]any{t.Flows[0].KeyID: t.PublicKey()}
			return parser(t.Flows[0], func(token *jwt.Token) (any, error) {
				kid, _ := token.Header["kid"].(string)
				if key, ok := keys[kid]; ok {
					return key, nil
				}
				return nil, errKeyID
			}), nil
		},
	}
}

// Keyfunc is golang-jwt with the keys of keyfunc.
func Keyfunc() compare.Contender {
	return compare.Contender{
		Name: "keyfunc + golang-jwt", Modules: []string{keyfuncModule, golangJWTModule}, Unchecked: "`crit`", Cached: "keys",
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			keys, err := keyfuncOf(t)
			if err != nil {
				return nil, err
			}
			return parser(t.Flows[0], keys.Keyfunc), nil
		},
	}
}

// keyfuncOf has the keys of the first flow, refreshed each hour and for a new kid.
func keyfuncOf(t *contoso.Tenant) (keyfunc.Keyfunc, error) {
	return keyfunc.NewDefaultOverrideCtx(context.Background(), []string{t.Flows[0].KeySetURL()}, keyfunc.Override{Client: t.Client()})
}

func parser(f contoso.Flow, keys jwt.Keyfunc) *compare.Subject {
	p := jwt.NewParser(parserOptions(f)...)
	return compare.Library(func(raw string) error {
		_, err := p.ParseWithClaims(raw, &jwt.RegisteredClaims{}, keys)
		return err
	})
}
