// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencontext_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

func TestOwnerAnswersForItsTokenAlone(t *testing.T) {
	one, two, token := new(int), new(int), &validator.Token{}
	verified := tokencontext.With(t.Context(), token, one, "raw")
	if got, raw, ok := tokencontext.VerifiedBy(verified, one); got != token || raw != "raw" || !ok {
		t.Errorf("VerifiedBy its owner: got %v, %v, want the token", got, ok)
	}
	if _, _, ok := tokencontext.VerifiedBy(verified, two); ok {
		t.Error("VerifiedBy another: got the token, want none")
	}
	if _, _, ok := tokencontext.VerifiedBy(tokencontext.With(verified, token, nil, "raw"), one); ok {
		t.Error("VerifiedBy, made up inside: got the token, want none")
	}
	if got, ok := tokencontext.From(verified); got != token || !ok {
		t.Errorf("From: got %v, %v, want the token", got, ok)
	}
}

func TestWithoutHidesAnOuterToken(t *testing.T) {
	owner := new(int)
	hidden := tokencontext.Without(tokencontext.With(t.Context(), &validator.Token{}, owner, "raw"))
	if got, ok := tokencontext.From(hidden); ok || got != nil {
		t.Errorf("From: got %v, %v, want none", got, ok)
	}
	if _, _, ok := tokencontext.VerifiedBy(hidden, owner); ok {
		t.Error("VerifiedBy: got the token, want none")
	}
	if ctx := t.Context(); tokencontext.Without(ctx) != ctx {
		t.Error("Without, where there is no token: got another context, want the same")
	}
}
