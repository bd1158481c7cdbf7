// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// The texts send the operator to what has to be changed, and nowhere else.
func TestTextsNameTheRemedy(t *testing.T) {
	key := keysOf(t).userFlow
	v, ids := staticValidator(t, nil), staticIDTokens(t, webClient, nil)
	long := strings.Repeat("A", 17<<10)
	validate := func(raw string) error { _, err := v.Validate(t.Context(), raw); return err }
	validateID := func(raw string) error {
		_, err := ids.Validate(t.Context(), raw, validator.Expected{})
		return err
	}
	sign := func(payload string) string { return signToken(key, headerOf(key), payload) }
	ownName := []mod{drop("tfp"), add("trustFrameworkPolicy", `"B2C_1A_partner"`)}
	for _, tc := range []struct {
		name string
		err  error
		want []string // in this order
		not  string
	}{
		{"too large", validate(long), []string{"17408 bytes", "16384 are read (Options.MaxTokenBytes)"}, "IDTokenOptions"},
		{"ID token too large", validateID(long), []string{"(IDTokenOptions.MaxTokenBytes)"}, "(Options"},
		{"no flow", validate(sign(payloadOf(drop("tfp")))), []string{"the token names no flow", `trustFrameworkPolicy with PartnerClaimType="tfp"`, `the client "` + webClient + `" is a daemon, name it in Options.AllowMissingFlow`}, "under its own name"},
		{"the policy's own name", validate(sign(payloadOf(ownName...))), []string{"it has trustFrameworkPolicy", "custom policy", "under its own name", `PartnerClaimType="tfp"`}, "AllowMissingFlow"},
		{"the policy's own name, ID token", validateID(sign(idPayload(ownName...))), []string{"the ID token names no flow", "under its own name", `PartnerClaimType="tfp"`}, "AllowMissingFlow"},
		{"role without roles", validator.Role("admin").Check(t.Context(), validated(t)), []string{"needed are all of", "ask for them with Scope"}, "Claim("},
		{"role with roles", validator.Role("admin").Check(t.Context(), validated(t, add("roles", `["admin"]`))), []string{"needed are all of", "policy's own", `Claim("roles", …)`}, "Scope"},
		{"any role with roles", validator.AnyRole("admin").Check(t.Context(), validated(t, add("roles", `"admin"`))), []string{`Claim("roles", …)`}, "Scope"},
		{"scope or role with roles", validator.ScopeOrRole("x", "admin").Check(t.Context(), validated(t, add("roles", `["admin"]`))), []string{"lacks a scope", "; or: the token lacks a role", `Claim("roles", …)`}, ""},
	} {
		if tc.err == nil {
			t.Errorf("%s: got no error", tc.name)
			continue
		}
		rest := tc.err.Error()
		for _, w := range tc.want {
			_, behind, ok := strings.Cut(rest, w)
			if !ok {
				t.Errorf("%s: got %q, want %q in this order", tc.name, tc.err, tc.want)
				break
			}
			rest = behind
		}
		if tc.not != "" && strings.Contains(tc.err.Error(), tc.not) {
			t.Errorf("%s: got %q, want no word of %s", tc.name, tc.err, tc.not)
		}
	}
}

func TestLogger(t *testing.T) {
	one, other := slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler)
	for name, tc := range map[string]struct {
		opts *validator.Options
		want *slog.Logger
	}{
		"no options":                       {nil, nil},
		"none":                             {&validator.Options{Keys: &jwks.Options{}}, nil},
		"of the options":                   {&validator.Options{Logger: one}, one},
		"of the keys":                      {&validator.Options{Keys: &jwks.Options{Logger: other}}, other},
		"of the options, before the keys'": {&validator.Options{Logger: one, Keys: &jwks.Options{Logger: other}}, one},
	} {
		v, err := validator.New(contosoTenant(t).Flows("B2C_1_susi"), contosoAPI, tc.opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Logger(); got != tc.want {
			t.Errorf("%s: got %p, want %p", name, got, tc.want)
		}
		_ = v.Close()
	}
	if staticValidator(t, nil).Logger() != nil || new(validator.Validator).Logger() != nil {
		t.Error("got a logger of nowhere, want nil")
	}
}
