// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestMSALPython runs the real MSAL Python against the emulator: every way to
// a token that B2C has, and what MSAL makes of the errors. Our validators must
// accept what it gets, and package acquire must get the same.
//
// Where MSAL has ways of its own that its users may be used to, they are noted:
// the test fails if they change in the version that was studied.
func TestMSALPython(t *testing.T) {
	b2c := newTenant(t)
	p := startPython(t, b2c, settings(t, b2c))
	for _, test := range []struct {
		name string
		run  func(*testing.T, *script, *emulator.Server)
	}{
		{"without the CA file", testWithoutCA},
		{"authorities", testAuthorities},
		{"client credentials", testClientCredentials},
		{"code flow", testCodeFlow},
		{"code flow, what MSAL checks", testCodeFlowChecks},
		{"only openid", testOnlyOpenID},
		{"own client id as scope", testOwnClientID},
		{"ROPC", testROPC},
		{"ROPC with a port", testROPCWithAPort},
		{"refresh", testRefresh},
		{"accounts", testAccounts},
		{"edit profile", testEditProfile},
		{"code at another flow", testCodeAtAnotherFlow},
		{"errors", testErrors},
		{"throttled", testThrottled},
		{"unsupported", testUnsupported},
		{"app tokens of two flows in one cache", testSharedAppTokens},
		{"acquire gets the same", testAcquireGetsTheSame},
		{"acquire takes over a refresh token", testTakeover},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, p, b2c) })
	}
}

// settings are the script's, see SETTINGS there.
func settings(t *testing.T, b2c *emulator.Server) map[string]any {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, b2c.CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(b2c.URL, "https://")
	_, port, _ := strings.Cut(address, ":")
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	listener := []any{"127.0.0.1", number}
	app := func(a emulator.App) map[string]string {
		return map[string]string{"client_id": a.ID, "client_secret": a.Secret, "redirect_uri": redirectURI}
	}
	return map[string]any{
		"ca_file":       ca,
		"addresses":     map[string]any{host + ":443": listener, customHost + ":443": listener, address: listener, "localhost:" + port: listener},
		"host":          host,
		"custom_host":   customHost,
		"address":       address,
		"domain":        domain,
		"apps":          map[string]any{"web": app(b2c.Web()), "native": app(b2c.Native()), "daemon": app(b2c.Daemon())},
		"scope":         apiURI + "/tasks.read",
		"other_scope":   apiURI + "/tasks.write",
		"unknown_scope": "https://contoso.onmicrosoft.com/unknown/x",
		"default_scope": apiURI + "/.default",

		"unknown_default_scope": "https://contoso.onmicrosoft.com/unknown/.default",

		"username": "lin@example.org",
		"password": emulator.DefaultPassword,
		"email":    "ada@example.org",
	}
}
