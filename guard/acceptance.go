// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"net/http"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// Acceptance is a request that may pass a rule.
type Acceptance struct {
	// Holder says whose token it is: client, user and flow, as they stand in it. It is
	// nil if the request carries none, behind an optional rule, or is a preflight. With
	// Options.OmitUser it has no UserID. Nothing in it is escaped.
	Holder *validator.Holder
	// Token is a copy of the verified token. It is nil if there is none, and if
	// Options.OmitUser is set.
	Token *validator.Token
	// Nested reports whether an outer rule of the same guard has let this token pass
	// already. To count requests with a token, leave these out.
	Nested bool
}

// Admit decides as [Rule.Check] does, and calls Options.OnAcceptance if the request
// may pass; for a line at level Debug see Options.Logger. It is for adapters, which
// then answer a refused request with [Rule.Deny] or [Rule.HandOver]. The route is what
// the framework knows the request's route by, or "". If there is nobody to tell,
// it costs no more than Check.
func (r *Rule) Admit(req *http.Request, route string) (context.Context, error) {
	ctx, err := r.Check(req)
	if err == nil && r.guard.reporter.wantsAcceptance(ctx) {
		a := r.acceptance(req.Context(), ctx)
		req = req.WithContext(ctx)
		req.Pattern = route
		r.guard.reporter.accept(req, a)
	}
	return ctx, err
}

// acceptance tells of a request that came with one context and goes on with the other.
func (r *Rule) acceptance(came, goes context.Context) *Acceptance {
	verified, raw, ok := tokencontext.VerifiedBy(goes, r.guard)
	if !ok {
		return new(Acceptance)
	}
	_, before, nested := tokencontext.VerifiedBy(came, r.guard)
	a := &Acceptance{Token: verified.Token(), Nested: nested && raw == before}
	a.Holder = holderOf(a.Token)
	if r.guard.refuser.omitUser {
		a.Token, a.Holder = nil, withoutUser(a.Holder)
	}
	return a
}
