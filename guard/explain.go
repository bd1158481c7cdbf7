// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"net/http"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// Explain tells check by check what is wrong with the token that a request carries, or
// what it lacks of these requirements, and what to change. It is for operators, in
// Options.OnRefusal or beside an adapter's own error answer; nothing of it is for the
// client. The verdict is that of the validator's own path, see
// [validator.Validator.Explain] for what that costs and when it waits: ask for one
// explanation now and then, not for a flood of refusals.
//
// There is none, and ok is false, if the request carries not just one token, or if the
// guard's [Validator] has no method Explain. With Options.OmitUser it has no
// Token, no Unverified and no user's id.
func (g *Guard) Explain(req *http.Request, reqs ...validator.Requirement) (x *validator.Explanation, ok bool) {
	v, ok := g.validator.(interface {
		Explain(ctx context.Context, raw string, reqs ...validator.Requirement) *validator.Explanation
	})
	if !ok {
		return nil, false
	}
	raw, problem := g.credentials.token(req)
	if problem != nil && problem.reason == ErrNoCredential {
		_, raw, _ = tokencontext.VerifiedBy(req.Context(), g) // taken off on the way
	}
	if raw == "" {
		return nil, false
	}
	x = v.Explain(req.Context(), raw, reqs...)
	if g.refuser.omitUser && x != nil {
		x = new(*x)
		x.Token, x.Unverified = nil, nil // both have all claims
		if x.Err != nil && x.Err.Holder != nil {
			x.Err = new(*x.Err)
			x.Err.Holder = withoutUser(x.Err.Holder)
		}
	}
	return x, x != nil
}
