// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// A websocket, or a stream, serves requests of its own on the context of the one
// that opened it, for hours. From the token's exp on its validator is asked again.
func TestNestedTokenExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const life, leeway = time.Hour, time.Minute
		start, asked := time.Now(), 0
		g := guard.New(validateFunc(func(_ context.Context, raw string) (*validator.Token, error) {
			asked++
			switch age := time.Since(start); {
			case raw != "a":
				return nil, errors.New("another token")
			case age >= life+leeway:
				return nil, &validator.Error{Reason: validator.ErrExpired}
			}
			return &validator.Token{ObjectID: "ada", ExpiresAt: start.Add(life)}, nil
		}), quiet())
		opened, err := g.Rule().Check(get("Bearer a"))
		if err != nil {
			t.Fatal(err)
		}
		opened = context.WithoutCancel(opened)
		for _, c := range []struct {
			age   time.Duration
			asked int // since the last one, for each of the requests
			want  int
		}{
			{0, 0, 0},
			{life - 1, 0, 0},
			{life, 1, 0}, // within the leeway of its validator
			{life + leeway - 1, 1, 0},
			{life + leeway, 1, http.StatusUnauthorized},
			{24 * time.Hour, 1, http.StatusUnauthorized},
		} {
			time.Sleep(time.Until(start.Add(c.age)))
			for name, req := range map[string]*http.Request{"the same token": get("Bearer a"), "taken off": get(), "emptied": get("")} {
				for kind, rule := range map[string]*guard.Rule{"Rule": g.Rule(), "Optional": g.Optional()} {
					asked = 0
					ctx, err := rule.Check(req.WithContext(opened))
					status := 0
					if refusal, ok := errors.AsType[*guard.Refusal](err); ok {
						status = refusal.Status
					}
					if status != c.want || asked != c.asked {
						t.Errorf("%s after %v, %s: got %d after %d questions, want %d after %d", kind, c.age, name, status, asked, c.want, c.asked)
					}
					if err != nil {
						continue
					}
					if token, ok := guard.FromContext(ctx); !ok || token.ObjectID != "ada" {
						t.Errorf("%s after %v, %s: got %v, want ada's token", kind, c.age, name, token)
					}
				}
			}
		}
	})
}

// A token that names no end has none.
func TestNestedTokenWithoutExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		rule := guard.New(validateFunc(func(context.Context, string) (*validator.Token, error) {
			asked++
			return &validator.Token{}, nil
		}), quiet()).Rule()
		ctx, err := rule.Check(get("Bearer a"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10000 * time.Hour)
		if _, err := rule.Check(get().WithContext(ctx)); err != nil || asked != 1 {
			t.Errorf("got %v after %d questions, want none but the first", err, asked)
		}
	})
}
