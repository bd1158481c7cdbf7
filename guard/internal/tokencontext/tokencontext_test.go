// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencontext_test

import (
	"context"
	"testing"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// with puts a token into the context as a guard does.
func with(ctx context.Context, token *validator.Token, owner any, raw string) context.Context {
	return tokencontext.With(ctx, token, token.Freeze(), owner, raw)
}

func TestOwnerAnswersForItsTokenAlone(t *testing.T) {
	one, two, token := new(int), new(int), &validator.Token{ObjectID: "ada"}
	verified := with(t.Context(), token, one, "raw")
	if got, raw, ok := tokencontext.VerifiedBy(verified, one); !ok || got.Token().ObjectID != "ada" || raw != "raw" {
		t.Errorf("VerifiedBy its owner: got %v, %v, want the token", got, ok)
	}
	if got, _, ok := tokencontext.VerifiedBy(verified, two); ok || got.Token() != nil {
		t.Error("VerifiedBy another: got the token, want none")
	}
	if got, _, ok := tokencontext.VerifiedBy(with(verified, token, nil, "raw"), one); ok || got.Token() != nil {
		t.Error("VerifiedBy, made up inside: got the token, want none")
	}
	if got, ok := tokencontext.From(verified); got != token || !ok {
		t.Errorf("From: got %v, %v, want the token", got, ok)
	}
	if got := tokencontext.Frozen(verified).Token(); got == nil || got == token || got.ObjectID != "ada" {
		t.Errorf("Frozen: got %v, want a copy of the token", got)
	}
}

func TestWithoutHidesAnOuterToken(t *testing.T) {
	owner := new(int)
	hidden := tokencontext.Without(with(t.Context(), &validator.Token{}, owner, "raw"))
	if got, ok := tokencontext.From(hidden); ok || got != nil {
		t.Errorf("From: got %v, %v, want none", got, ok)
	}
	if _, _, ok := tokencontext.VerifiedBy(hidden, owner); ok {
		t.Error("VerifiedBy: got the token, want none")
	}
	if got := tokencontext.Frozen(hidden).Token(); got != nil {
		t.Errorf("Frozen: got %v, want none", got)
	}
	if ctx := t.Context(); tokencontext.Without(ctx) != ctx {
		t.Error("Without, where there is no token: got another context, want the same")
	}
	if tokencontext.Without(hidden) != hidden {
		t.Error("Without, where it is hidden: got another context, want the same")
	}
}

func TestRawIsThatOfTheInnermostToken(t *testing.T) {
	token := &validator.Token{}
	outer := with(t.Context(), token, new(int), "outer")
	for name, c := range map[string]struct {
		ctx  context.Context
		want string // "" for none
	}{
		"no token":        {t.Context(), ""},
		"one":             {outer, "outer"},
		"one in another":  {with(outer, token, new(int), "inner"), "inner"},
		"hidden":          {tokencontext.Without(outer), ""},
		"made up":         {with(outer, token, nil, "made up"), "made up"},
		"made up without": {with(outer, token, nil, ""), ""},
	} {
		if got, ok := tokencontext.Raw(c.ctx); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, got, ok, c.want)
		}
	}
}
