// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// wantMistakes checks what is wrong with options, a line each.
func wantMistakes(t *testing.T, o emulator.Options, lines ...string) {
	t.Helper()
	got := ""
	if err := o.Check(); err != nil {
		got = err.Error()
	}
	equal(t, "mistakes", got, strings.Join(lines, "\n"))
}

func TestCredentialMistakes(t *testing.T) {
	wantMistakes(t, emulator.Options{Kind: emulator.ExternalID, Apps: []emulator.App{
		{Name: "web", Certificates: []*x509.Certificate{nil, {}}, Federated: []emulator.FederatedCredential{{}}},
		{Name: "native", Kind: emulator.NativeApp, Certificates: []*x509.Certificate{}, Federated: []emulator.FederatedCredential{{Issuer: "i", Subject: "s", Tenant: emulator.NewTenant(nil)}}},
		{Name: "odd", OptionalClaims: []emulator.OptionalClaim{emulator.Groups, 9}, ConditionalAccess: 9},
	}},
		"emulator: Options.Apps[0].Certificates[0] is empty",
		"emulator: Options.Apps[0].Certificates[1] has no RSA key",
		"emulator: Options.Apps[0].Federated[0].Issuer is empty",
		"emulator: Options.Apps[0].Federated[0].Subject is empty",
		"emulator: Options.Apps[0].Federated[0].Keys is empty, and there is no Tenant whose keys sign",
		"emulator: Options.Apps[1].Federated is set, but only a web app has some",
		"emulator: Options.Apps[2].OptionalClaims[1] 9 is no OptionalClaim",
		"emulator: Options.Apps[2].ConditionalAccess 9 is no ConditionalAccess")
	wantMistakes(t, emulator.Options{Kind: emulator.EntraID, Attributes: []emulator.Attribute{{Name: "a b"}, {Name: "plan"}, {Name: "Plan"}}},
		`emulator: Options.Attributes[0].Name "a b" is no name of an attribute: letters, digits and underscores`,
		`emulator: Options.Attributes[2].Name "Plan" is there twice`)
}

// TestB2CHasNone: what only its successors have is a mistake at a B2C tenant.
func TestB2CHasNone(t *testing.T) {
	const none = " is set, but B2C has no such thing"
	wantMistakes(t, emulator.Options{
		Attributes:       []emulator.Attribute{{Name: "plan"}},
		OnPasswordSubmit: emulator.PasswordsOf(emulator.NewTenant(nil)),
		Apps: []emulator.App{{
			Name: "web", Secret: "s", Federated: []emulator.FederatedCredential{{Issuer: "i", Subject: "s", Tenant: emulator.NewTenant(nil)}},
			OptionalClaims: []emulator.OptionalClaim{emulator.Groups}, ConditionalAccess: emulator.RequireMFA,
		}},
		Users: []emulator.User{{Name: "Kim", ToBeMigrated: true, Groups: []string{"g"}}},
	},
		"emulator: Options.Attributes"+none,
		"emulator: Options.OnPasswordSubmit"+none,
		"emulator: Options.Apps[0].Federated"+none,
		"emulator: Options.Apps[0].OptionalClaims"+none,
		"emulator: Options.Apps[0].ConditionalAccess"+none,
		"emulator: Options.Users[0].Groups"+none,
		"emulator: Options.Users[0].ToBeMigrated"+none)
}
