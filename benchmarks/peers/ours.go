// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	b2cgin "github.com/b2ckit/b2ckit/middleware/gin"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// Sight is whether this kit has seen a token before.
type Sight string

// The kit remembers the tokens that it found good, unless it is told not to.
const (
	Before   Sight = "seen before"
	First    Sight = "first sight" // and remembered then
	NoMemory Sight = "no memory"
)

// caches says what is kept between two tokens.
func (sight Sight) caches() string {
	if sight == NoMemory {
		return "keys"
	}
	return "keys, tokens"
}

// Ours is this kit, called as a library.
func Ours(sight Sight) compare.Contender {
	return compare.Contender{
		Name: "b2ckit, " + string(sight), Issuers: true, Cached: sight.caches(),
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			v, err := newValidator(t, sight)
			if err != nil {
				return nil, err
			}
			return sight.of(v, compare.Library(func(raw string) error {
				_, err := v.Validate(context.Background(), raw)
				return err
			})), nil
		},
	}
}

// OurMiddleware is this kit as middleware of a framework. Its route asks for a scope.
func OurMiddleware(f compare.Framework, sight Sight) compare.Contender {
	return compare.Contender{
		Name: "b2ckit, " + string(sight), Framework: f, Issuers: true, Cached: sight.caches(),
		New: func(t *contoso.Tenant) (*compare.Subject, error) {
			v, err := newValidator(t, sight)
			if err != nil {
				return nil, err
			}
			return sight.of(v, compare.Handler(guarded(f, guard.New(v, &guard.Options{Logger: slog.New(slog.DiscardHandler)})))), nil
		},
	}
}

// of has the validator forget in time what it saw, if it is to be the first sight.
func (sight Sight) of(v *validator.Validator, s *compare.Subject) *compare.Subject {
	if sight == First {
		s.Turn = v.Purge
	}
	return s
}

func guarded(f compare.Framework, g *guard.Guard) http.Handler {
	scope := validator.Scope("tasks.read")
	switch f {
	case Echo:
		return onEcho(b2cecho.New(g, nil).Require(scope))
	case Gin:
		return onGin(b2cgin.New(g, nil).Require(scope))
	default:
		return onNetHTTP(b2chttp.New(g, nil).Require(scope))
	}
}

func newValidator(t *contoso.Tenant, sight Sight) (*validator.Validator, error) {
	known, err := authority.B2C(contoso.Name, contoso.ID)
	if err != nil {
		return nil, err
	}
	var sources []jwks.Source
	for _, f := range t.Flows {
		s, err := jwks.NewStatic(known.Flow(f.Name), f.Issuer, f.KeySet)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	opts := &validator.Options{}
	if sight == NoMemory {
		opts.MemoryBytes = -1
	}
	return validator.NewFromSources(sources, contoso.Audience, opts)
}
