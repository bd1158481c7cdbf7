// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// validateFunc is a Validator that is a function.
type validateFunc func(ctx context.Context, raw string) (*validator.Token, error)

func (f validateFunc) Validate(ctx context.Context, raw string) (*validator.Token, error) {
	return f(ctx, raw)
}

// accept accepts every token.
func accept(context.Context, string) (*validator.Token, error) {
	return &validator.Token{ObjectID: "ada", Scopes: []string{"tasks.read"}}, nil
}

// fail returns a validator that fails every token with this error.
func fail(err error) validateFunc {
	return func(context.Context, string) (*validator.Token, error) { return nil, err }
}

// quiet returns options that log nothing.
func quiet() *guard.Options { return &guard.Options{Logger: slog.New(slog.DiscardHandler)} }

// get returns a request with these Authorization headers.
func get(authorization ...string) *http.Request {
	req := httptest.NewRequest(http.MethodGet, "/tasks", nil)
	for _, a := range authorization {
		req.Header.Add("Authorization", a)
	}
	return req
}

// refuse has the rule check a request that it must refuse.
func refuse(t *testing.T, rule *guard.Rule, req *http.Request) *guard.Refusal {
	t.Helper()
	ctx, err := rule.Check(req)
	refusal, ok := err.(*guard.Refusal)
	if !ok {
		t.Fatalf("Check: got error %v, want a *guard.Refusal", err)
	}
	if ctx != nil {
		t.Errorf("Check: got context %v with a refusal, want nil", ctx)
	}
	return refusal
}

// panicText returns what f panics with, "" if it does not.
func panicText(f func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text, _ = p.(string)
		}
	}()
	f()
	return ""
}
