// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

func TestIDTokensUpkeep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := idTokensOf(t, b2c.Transport(), b2c.Web(), contosoTenant(t).Flow("B2C_1_susi"))
		mint := func(s emulator.Spec) string { s.Kind = emulator.IDToken; return b2c.MustMint(s) }
		wantCounts(t, b2c, 0, 0) // the constructor does no I/O
		if err := v.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantCounts(t, b2c, 1, 1)
		old := mint(emulator.Spec{})
		b2c.Rotate(emulator.UserFlowKeys, false)
		if _, err := v.Validate(t.Context(), mint(emulator.Spec{}), validator.Expected{}); err != nil {
			t.Errorf("first token of the new key: %v", err)
		}
		wantCounts(t, b2c, 1, 2)
		_, err := v.Validate(t.Context(), old, validator.Expected{})
		wantIDReason(t, "revoked key", err, validator.ErrUnknownKey)
		if s := v.State(); len(s) != 1 || !s[0].Usable || s[0].Issuer != contosoIssuer {
			t.Errorf("got state %+v", s)
		}

		// A token that can't be accepted anyway costs no fetch, and the text
		// says why in words that fit an app.
		time.Sleep(3 * time.Minute) // the budget is full again
		b2c.ResetCounts()
		for name, tc := range map[string]struct {
			claims map[string]any
			text   string
		}{
			"other app": {map[string]any{"aud": b2c.API().ID}, "its audience is not this app"},
			"no iat":    {map[string]any{"iat": emulator.Absent}, "it has no iat"},
			"no exp":    {map[string]any{"exp": emulator.Absent}, "it has no exp"},
			"expired":   {map[string]any{"exp": time.Now().Add(-time.Hour)}, "it has expired"},
			"no flow":   {map[string]any{"tfp": emulator.Absent}, "its flow is missing"},
		} {
			_, err := v.Validate(t.Context(), mint(emulator.Spec{Claims: tc.claims, Header: map[string]any{"kid": "new"}}), validator.Expected{})
			wantIDReason(t, name, err, validator.ErrUnknownKey)
			if err != nil && !strings.Contains(err.Error(), tc.text) {
				t.Errorf("%s: got %v, want an error with %q", name, err, tc.text)
			}
		}
		wantCounts(t, b2c, 0, 0)

		for range 2 {
			if err := v.Close(); err != nil {
				t.Error(err)
			}
			_, err = v.Validate(t.Context(), mint(emulator.Spec{}), validator.Expected{})
			wantIDReason(t, "closed", err, validator.ErrUnavailable)
		}
	})
}

// An outage is no verdict on an ID token.
func TestIDTokensOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "")
		v := idTokensOf(t, b2c.Transport(), b2c.Web(), contosoTenant(t).Flow("B2C_1_susi"))
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken})
		_, err := v.Validate(t.Context(), raw, validator.Expected{Nonce: "other"})
		wantIDReason(t, "down", err, validator.ErrUnavailable)
		if e, ok := errors.AsType[*validator.Error](err); !ok || e.RetryAfter <= 0 {
			t.Errorf("got %v, want a time to try again", err)
		}
		if err := v.Ready(t.Context()); err == nil {
			t.Error("ready while the provider is down")
		}
		down.Store(false)
		time.Sleep(3 * time.Second)
		if _, err := v.Validate(t.Context(), raw, validator.Expected{}); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

// Many sign-ins at once, in the middle of a rotation, each with its own nonce.
func TestIDTokensConcurrently(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	v := idTokensOf(t, b2c.Transport(), b2c.Web(), contosoTenant(t).Flow("B2C_1_susi"))
	defer v.Close()
	for round := range 3 {
		var wg sync.WaitGroup
		for i := range 50 {
			nonce := strings.Repeat("n", i+1)
			raw := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Claims: map[string]any{"nonce": nonce}})
			wg.Go(func() {
				if _, err := v.Validate(context.Background(), raw, validator.Expected{Nonce: nonce}); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
				if _, err := v.Validate(context.Background(), raw, validator.Expected{Nonce: nonce + "n"}); !errors.Is(err, validator.ErrNonce) {
					t.Errorf("round %d: got %v, want %s", round, err, validator.ErrNonce)
				}
			})
		}
		wg.Wait()
		if round == 0 {
			b2c.Rotate(emulator.UserFlowKeys, false)
		}
	}
}
