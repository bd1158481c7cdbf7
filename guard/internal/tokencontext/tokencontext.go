// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package tokencontext is the context of a request that carries its token. It
// is internal so that only the guard, and guardtest for tests, can put one
// there, and only the guard gets at what it came as and at what is judged.
package tokencontext

import (
	"context"
	"fmt"
	"io"

	"github.com/b2ckit/b2ckit/validator"
)

// carrier is a context with a token, who answers for it, and the credential it
// came as, which lives there alone. What it has no answer to its parent answers,
// so to package context it is the same as its parent with a value. Without a
// token it hides an outer one.
type carrier struct {
	context.Context //nolint:containedctx // it is one itself

	token  *validator.Token // what handlers get, and may write to
	frozen validator.Frozen // what is judged
	owner  any
	raw    string
}

type key struct{}

// Value is the carrier itself for the key of this package.
func (c *carrier) Value(k any) any {
	if _, ok := k.(key); ok {
		return c
	}
	return c.Context.Value(k)
}

// String is what package context writes of a context with a value: neither
// token nor credential.
func (c *carrier) String() string {
	if s, ok := c.Context.(fmt.Stringer); ok {
		return s.String() + ".WithToken"
	}
	return fmt.Sprintf("%T.WithToken", c.Context)
}

// Format writes String, whatever the verb: %#v and %d would look inside.
func (c *carrier) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, c.String()) // fmt's own writer takes all
}

// With returns a context that carries the token, for handlers, and what is judged
// whatever they write to it. The owner is the guard that verified it, nil for a
// made-up token; raw is what it verified, and what is passed on where the token is.
func With(ctx context.Context, token *validator.Token, frozen validator.Frozen, owner any, raw string) context.Context {
	return &carrier{ctx, token, frozen, owner, raw}
}

// Without returns a context that carries no token. It is ctx itself if that
// carries none.
func Without(ctx context.Context) context.Context {
	if innermost(ctx) == nil {
		return ctx
	}
	return &carrier{Context: ctx}
}

// From returns the token that handlers get, whoever answers for it.
func From(ctx context.Context) (*validator.Token, bool) {
	c := innermost(ctx)
	if c == nil {
		return nil, false
	}
	return c.token, true
}

// Frozen returns that token as it was put into the context. It is the zero Frozen if
// there is none.
func Frozen(ctx context.Context) validator.Frozen {
	c := innermost(ctx)
	if c == nil {
		return validator.Frozen{}
	}
	return c.frozen
}

// VerifiedBy returns what Frozen does, and what the token came as, if this owner,
// which must not be nil, verified it.
func VerifiedBy(ctx context.Context, owner any) (frozen validator.Frozen, raw string, ok bool) {
	c := innermost(ctx)
	if c == nil || c.owner != owner {
		return validator.Frozen{}, "", false
	}
	return c.frozen, c.raw, true
}

// Raw returns what the token that From returns came as. There is none for a
// token that was made up without.
func Raw(ctx context.Context) (string, bool) {
	c := innermost(ctx)
	if c == nil || c.raw == "" {
		return "", false
	}
	return c.raw, true
}

// innermost returns the carrier that counts, nil if it carries no token.
func innermost(ctx context.Context) *carrier {
	c, _ := ctx.Value(key{}).(*carrier)
	if c == nil || c.token == nil {
		return nil
	}
	return c
}
