// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guardtest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// Raw is what a guard.Forwarder passes on for a made-up token. No service
// accepts it.
const Raw = "made-up-token"

// Token returns a token with these claims, of which nothing is verified and
// none is required. It ends the test if they can't be a token's claims. Use
// numbers of seconds for times, as tokens do.
func Token(t testing.TB, claims map[string]any) *validator.Token {
	t.Helper()
	if claims == nil {
		claims = map[string]any{}
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatalf("guardtest.Token: %v", err)
	}
	token, err := validator.InsecureTokenFromClaims(payload)
	if err != nil {
		t.Fatalf("guardtest.Token: %v", err)
	}
	return token
}

// Context returns a context in which guard.FromContext finds the token.
func Context(ctx context.Context, token *validator.Token) context.Context {
	var frozen validator.Frozen
	if token != nil {
		frozen = token.Freeze()
	}
	return tokencontext.With(ctx, token, frozen, nil, Raw)
}
