// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// Acceptance is a request that may pass a rule.
type Acceptance struct {
	// Holder says whose token it is: client, user and flow, as they stand in it. It is
	// nil if the request carries none, behind an optional rule, or is a preflight. With
	// Options.OmitUser it has no UserID. Nothing in it is escaped.
	Holder *validator.Holder
	// Nested reports whether an outer rule of the same guard has let this token pass
	// already. To count requests with a token, leave these out.
	Nested bool

	verified validator.Frozen // zero if Token is to be nil
}

// Token returns a copy of the verified token, which the caller may write to. It is nil
// if there is none, and if Options.OmitUser is set. The copy is made when it is asked
// for, so that who only counts doesn't pay for it.
func (a *Acceptance) Token() *validator.Token { return a.verified.Token() }

// newAcceptance tells of a request that came with one context and goes on with the
// other, past a rule of this guard.
func newAcceptance(came, goes context.Context, owner any) *Acceptance {
	verified, raw, ok := tokencontext.VerifiedBy(goes, owner)
	if !ok {
		return new(Acceptance)
	}
	_, before, nested := tokencontext.VerifiedBy(came, owner)
	return &Acceptance{Holder: verified.Holder(), Nested: nested && raw == before, verified: verified}
}

func (a *Acceptance) anonymize() {
	a.verified = validator.Frozen{}
	if a.Holder != nil {
		a.Holder.UserID = ""
	}
}
