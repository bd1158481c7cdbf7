// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import "context"

// Frozen is a token that nobody can write to. It is for whoever judges a token
// again that others had in between, as a guard does. The zero Frozen has no token,
// and satisfies nothing.
type Frozen struct{ token *Token }

// Freeze returns the token as it is now.
func (t *Token) Freeze() Frozen {
	f := t.fresh()
	f.kept = nil
	return Frozen{f}
}

// Verified returns the token as its [Validator] verified it, whatever has been
// written to it since, and one that was made by hand as it is now.
func (t *Token) Verified() Frozen {
	if t.kept == nil {
		return t.Freeze()
	}
	return Frozen{t.kept}
}

// Token returns a copy of the token, which the caller may write to, nil if there is
// none.
func (f Frozen) Token() *Token {
	if f.token == nil {
		return nil
	}
	return f.token.fresh()
}

// Holder tells whose token it is, nil if there is none. Unlike Token it copies no more
// than that.
func (f Frozen) Holder() *Holder {
	if f.token == nil {
		return nil
	}
	return f.token.Holder()
}

// Expired reports whether the token's exp has passed by the clock of its Validator,
// without any leeway. A token without exp does not expire.
func (f Frozen) Expired() bool {
	return f.token != nil && !f.token.ExpiresAt.IsZero() && !f.token.wallClock().now().Before(f.token.ExpiresAt)
}

// Satisfies returns the error of the first of the requirements that the token does
// not satisfy, as [Requirement.Check] does.
func (f Frozen) Satisfies(ctx context.Context, reqs ...Requirement) error {
	if f.token == nil {
		return refuse(ErrRefused, "", "there is no token")
	}
	for i := range reqs {
		if e := reqs[i].checkToken(ctx, f.token); e != nil {
			return e
		}
	}
	return nil
}
