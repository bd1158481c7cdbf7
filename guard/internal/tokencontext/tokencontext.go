// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package tokencontext holds the key under which a request's context carries
// its token. It is internal so that only the guard, and guardtest for tests,
// can put one there, and only the guard gets at what it came as.
package tokencontext

import (
	"context"

	"github.com/b2ckit/b2ckit/validator"
)

type key struct{}

// entry is a token, who answers for it, and the credential it came as. A nil
// token hides an outer one. The credential lives in the context alone.
type entry struct {
	token *validator.Token
	owner any
	raw   string
}

// With returns a context that carries the token. The owner is the guard that
// verified it, nil for a made-up token; raw is what it verified, and what is
// passed on where the token is.
func With(ctx context.Context, token *validator.Token, owner any, raw string) context.Context {
	return context.WithValue(ctx, key{}, &entry{token, owner, raw})
}

// Without returns a context that carries no token. It is ctx itself if that
// carries none.
func Without(ctx context.Context) context.Context {
	if _, ok := From(ctx); !ok {
		return ctx
	}
	return With(ctx, nil, nil, "")
}

// From returns the token the context carries, whoever answers for it.
func From(ctx context.Context) (*validator.Token, bool) {
	e, _ := ctx.Value(key{}).(*entry)
	if e == nil || e.token == nil {
		return nil, false
	}
	return e.token, true
}

// VerifiedBy returns the token the context carries, and what it came as, if
// this owner, which must not be nil, verified it.
func VerifiedBy(ctx context.Context, owner any) (token *validator.Token, raw string, ok bool) {
	e, _ := ctx.Value(key{}).(*entry)
	if e == nil || e.token == nil || e.owner != owner {
		return nil, "", false
	}
	return e.token, e.raw, true
}

// Raw returns what the token that From returns came as. There is none for a
// token that was made up without.
func Raw(ctx context.Context) (string, bool) {
	e, _ := ctx.Value(key{}).(*entry)
	if e == nil || e.token == nil || e.raw == "" {
		return "", false
	}
	return e.raw, true
}
