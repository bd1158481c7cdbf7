// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencontext_test

import (
	"context"
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

func TestRawIsThatOfTheInnermostToken(t *testing.T) {
	token := &validator.Token{}
	outer := tokencontext.With(t.Context(), token, new(int), "outer")
	for name, c := range map[string]struct {
		ctx  context.Context
		want string // "" for none
	}{
		"no token":        {t.Context(), ""},
		"one":             {outer, "outer"},
		"one in another":  {tokencontext.With(outer, token, new(int), "inner"), "inner"},
		"hidden":          {tokencontext.Without(outer), ""},
		"made up":         {tokencontext.With(outer, token, nil, "made up"), "made up"},
		"made up without": {tokencontext.With(outer, token, nil, ""), ""},
	} {
		if got, ok := tokencontext.Raw(c.ctx); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, got, ok, c.want)
		}
	}
}
