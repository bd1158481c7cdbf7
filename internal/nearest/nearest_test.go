// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package nearest_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/nearest"
)

func TestOf(t *testing.T) {
	commands := []string{"emulate", "explain", "doctor", "token", "version"}
	flows := []string{"B2C_1_susi", "B2C_1A_signup_signin", "B2C_1_edit"}
	keys := []string{"ClientId", "ClientSecret", "SignUpSignInPolicyId", "ResetPasswordPolicyId", "Domain", "TenantId"}
	for _, c := range []struct {
		name  string
		known []string
		want  string // "" for none
	}{
		{"explian", commands, "explain"}, // swapped
		{"tokn", commands, "token"},      // missing
		{"docttor", commands, "doctor"},  // too many
		{"vercion", commands, "version"}, // another
		{"Explain", commands, "explain"}, // case alone
		{"token", commands, "token"},     // known
		{"simulate", commands, "emulate"},
		{"serve", commands, ""},
		{"", commands, ""},
		{"B2C_1_sisu", flows, "B2C_1_susi"},
		{"b2c_1a_susi", flows, "B2C_1_susi"},
		{"B2C_1A_signupsignin", flows, "B2C_1A_signup_signin"},
		{"B2C_1_reset", flows, ""},
		{"Clientid", keys, "ClientId"},
		{"Client_Id", keys, "ClientId"},
		{"SignUpSignInPolicy", keys, "SignUpSignInPolicyId"},
		{"TenantName", keys, ""},
		{"run", []string{"ran"}, ""},                  // most three letters are close
		{"run", []string{"Run"}, "Run"},               // but case counts for nothing
		{"tests", []string{"texts", "test"}, "texts"}, // the first of those as close
		{"tests", []string{"rests.", "test"}, "test"}, // but the closest
		{strings.Repeat("a", 129), []string{strings.Repeat("a", 128)}, ""},
		{strings.Repeat("a", 128), []string{strings.Repeat("a", 131), strings.Repeat("a", 4000)}, strings.Repeat("a", 131)},
		{strings.Repeat("a", 60), []string{strings.Repeat("a", 64)}, ""}, // three at most
		{"run", []string{"RUN", "run"}, "run"},
		{"anything", nil, ""},
	} {
		got, ok := nearest.Of(c.name, c.known)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Of(%q, %q) = %q, %v; want %q", c.name, c.known, got, ok, c.want)
		}
	}
}
