// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/interop/hostile"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	tenantID = "775527ff-9a37-4307-8b3d-cc311f58d925"
	issuer   = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	api      = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	leeway   = time.Minute
)

var now = time.Unix(hostile.Now, 0)

// judge accepts a token or says why not.
type judge struct {
	name   string
	accept func(raw string) error
}

// judges returns the kit and the libraries. All know the same key set, which is
// B2C's: no alg.
func judges(t *testing.T, keySet string) (ours judge, peers []judge) {
	t.Helper()
	peers = []judge{goJOSE(t, keySet), golangJWT(t, keySet), jwxV3(t, keySet)}
	for i := range peers {
		accept := peers[i].accept
		peers[i].accept = func(raw string) (err error) {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("panic: %v", r)
				}
			}()
			return accept(raw)
		}
	}
	return kit(t, keySet), peers
}

func kit(t *testing.T, keySet string) judge {
	t.Helper()
	v := kitValidator(t, keySet)
	return judge{"b2ckit", func(raw string) error { _, err := v.Validate(t.Context(), raw); return err }}
}

func kitValidator(t *testing.T, keySet string) *validator.Validator {
	t.Helper()
	tenant, err := authority.B2C("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	var sources []jwks.Source
	for _, a := range tenant.Flows("B2C_1_susi", "B2C_1A_partner") {
		s, err := jwks.NewStatic(a, issuer, []byte(keySet))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, s)
	}
	v, err := validator.NewFromSources(sources, api, &validator.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// goJOSE is go-jose: algorithms named at parsing, key by kid from the set,
// claims validated with leeway. It leaves a missing exp to its user.
func goJOSE(t *testing.T, keySet string) judge {
	t.Helper()
	var set jose.JSONWebKeySet
	unmarshal(t, keySet, &set)
	return judge{"go-jose", func(raw string) error {
		token, err := josejwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			return err
		}
		var claims josejwt.Claims
		if err := token.Claims(&set, &claims); err != nil {
			return err
		}
		if claims.Expiry == nil {
			return errors.New("no exp")
		}
		return claims.ValidateWithLeeway(josejwt.Expected{Issuer: issuer, AnyAudience: josejwt.Audience{api}, Time: now}, leeway)
	}}
}

// golangJWT is golang-jwt with all that its parser can be asked for.
func golangJWT(t *testing.T, keySet string) judge {
	t.Helper()
	var set jose.JSONWebKeySet
	unmarshal(t, keySet, &set)
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithAudience(api), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithStrictDecoding(), jwt.WithLeeway(leeway), jwt.WithTimeFunc(func() time.Time { return now }))
	return judge{"golang-jwt", func(raw string) error {
		_, err := parser.ParseWithClaims(raw, &jwt.RegisteredClaims{}, func(token *jwt.Token) (any, error) {
			kid, _ := token.Header["kid"].(string)
			keys := set.Key(kid)
			if kid == "" || len(keys) != 1 {
				return nil, errors.New("unknown kid")
			}
			return keys[0].Key, nil
		})
		return err
	}}
}

// jwxV3 is jwx: keys need an alg, so its user gives them the one that is meant.
func jwxV3(t *testing.T, keySet string) judge {
	t.Helper()
	set, err := jwk.Parse([]byte(keySet))
	if err != nil {
		t.Fatal(err)
	}
	for i := range set.Len() {
		key, _ := set.Key(i)
		if err := key.Set(jwk.AlgorithmKey, jwa.RS256()); err != nil {
			t.Fatal(err)
		}
	}
	clock := jwxjwt.ClockFunc(func() time.Time { return now })
	return judge{"jwx v3", func(raw string) error {
		_, err := jwxjwt.Parse([]byte(raw), jwxjwt.WithKeySet(set), jwxjwt.WithValidate(true), jwxjwt.WithIssuer(issuer), jwxjwt.WithAudience(api),
			jwxjwt.WithRequiredClaim("exp"), jwxjwt.WithAcceptableSkew(leeway), jwxjwt.WithClock(clock), jwxjwt.WithStrictStringClaims(true))
		return err
	}}
}
