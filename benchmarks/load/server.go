// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"time"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	auth0keys "github.com/auth0/go-jwt-middleware/v3/jwks"
	auth0 "github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// middleware is what stands in front of a handler.
type middleware = func(http.Handler) http.Handler

// server is a way to guard, and how to make it for a provider.
type server struct {
	name string
	new  func(provider string) (middleware, error)
}

// short is how long keys are kept where they are to grow old while it is measured.
const short = 2 * time.Second

// unguarded is the name of the server that the others are compared with.
const unguarded = "unguarded"

// servers are all that are measured. As a rule they are as their documentation has
// them, with nothing tuned.
var servers = []server{
	{unguarded, func(string) (middleware, error) { return func(h http.Handler) http.Handler { return h }, nil }},
	{"b2ckit", ours(nil)},
	{"b2ckit, no memory", ours(&validator.Options{MemoryBytes: -1})},
	{"auth0", auth0s()},
	{"b2ckit, keys for 2 s", ours(&validator.Options{Keys: &jwks.Options{MinRefresh: short, MaxRefresh: short}})},
	{"auth0, keys for 2 s", auth0s(auth0keys.WithMultiIssuerCacheTTL(short))},
}

func named(name string) (server, error) {
	for _, s := range servers {
		if s.name == name {
			return s, nil
		}
	}
	return server{}, fmt.Errorf("there is no server %q", name)
}

// ours is this kit. Its route asks for a scope.
func ours(opts *validator.Options) func(string) (middleware, error) {
	return func(provider string) (middleware, error) {
		var all []authority.Authority
		for _, flow := range flows {
			a, err := authority.Parse(provider + "/" + contoso.Name + ".onmicrosoft.com/" + flow)
			if err != nil {
				return nil, err
			}
			if a, err = a.WithTenantID(contoso.ID); err != nil {
				return nil, err
			}
			all = append(all, a)
		}
		v, err := validator.New(all, contoso.Audience, opts)
		if err != nil {
			return nil, err
		}
		return b2chttp.New(guard.New(v, nil), nil).Require(validator.Scope("tasks.read")), nil
	}
}

// auth0s is auth0's middleware with its provider for several issuers, which it
// recommends for them. It has no word for scopes.
func auth0s(opts ...auth0keys.MultiIssuerProviderOption) func(string) (middleware, error) {
	return func(provider string) (middleware, error) {
		keys, err := auth0keys.NewMultiIssuerProvider(opts...)
		if err != nil {
			return nil, err
		}
		var issuers []string
		for _, flow := range flows {
			issuers = append(issuers, issuer(provider, flow))
		}
		v, err := auth0.New(auth0.WithKeyFunc(keys.KeyFunc), auth0.WithAlgorithm(auth0.RS256),
			auth0.WithIssuers(issuers), auth0.WithAudience(contoso.Audience))
		if err != nil {
			return nil, err
		}
		m, err := jwtmiddleware.New(jwtmiddleware.WithValidator(v))
		if err != nil {
			return nil, err
		}
		return m.CheckJWT, nil
	}
}
