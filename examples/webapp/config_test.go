// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

var goodConfig = map[string]string{
	"B2C_TENANT": "contoso", "B2C_TENANT_ID": "775527ff-9a37-4307-8b3d-cc311f58d925",
	"B2C_SIGNIN_FLOW": "B2C_1_susi", "B2C_EDIT_FLOW": "B2C_1_edit", "B2C_RESET_FLOW": "B2C_1_reset",
	"B2C_CLIENT_ID": "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b", "B2C_CLIENT_SECRET": "a secret",
	"B2C_REDIRECT_URI": "https://app.contoso.example/callback",
	"B2C_AUDIENCE":     "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "B2C_SCOPE": "https://contoso.onmicrosoft.com/tasks/tasks.read",
	"SESSION_KEY": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		name, set, to string
		named         string // the variable that the error names, or empty
	}{
		{"good", "", "", ""},
		{"no edit flow", "B2C_EDIT_FLOW", "", ""},
		{"random key", "SESSION_KEY", "", ""},
		{"custom domain", "B2C_HOSTS", "login.contoso.com", ""},
		{"loopback", "B2C_REDIRECT_URI", "http://127.0.0.1:9000/callback", ""},
		{"default redirect URI", "B2C_REDIRECT_URI", "", ""},
		{"no tenant", "B2C_TENANT", "", "B2C_TENANT"},
		{"no tenant id", "B2C_TENANT_ID", "", "B2C_TENANT_ID"},
		{"bad tenant id", "B2C_TENANT_ID", "contoso", "B2C_TENANT_ID"},
		{"bad host", "B2C_HOSTS", "http://login.contoso.com", "B2C_HOSTS"},
		{"no flow", "B2C_SIGNIN_FLOW", "", "SignUpSignInPolicyId"},
		{"bad flow", "B2C_EDIT_FLOW", "edit me", "B2C_EDIT_FLOW"},
		{"same flow", "B2C_EDIT_FLOW", "b2c_1_SUSI", "B2C_EDIT_FLOW"},
		{"same links", "B2C_RESET_FLOW", "B2C_1_edit", "B2C_RESET_FLOW"},
		{"no client", "B2C_CLIENT_ID", "", "B2C_CLIENT_ID"},
		{"no secret", "B2C_CLIENT_SECRET", "", "B2C_CLIENT_SECRET"},
		{"plain redirect URI", "B2C_REDIRECT_URI", "http://app.contoso.example/callback", "B2C_REDIRECT_URI"},
		{"plain address", "B2C_REDIRECT_URI", "", "-address"},
		{"redirect URI elsewhere", "B2C_REDIRECT_URI", "https://app.contoso.example/signin-oidc", "B2C_REDIRECT_URI"},
		{"redirect URI with query", "B2C_REDIRECT_URI", "https://app.contoso.example/callback?x=1", "B2C_REDIRECT_URI"},
		{"response mode", "B2C_RESPONSE_MODE", "fragment", "B2C_RESPONSE_MODE"},
		{"no audience", "B2C_AUDIENCE", "", "B2C_AUDIENCE"},
		{"no scope", "B2C_SCOPE", "", "B2C_SCOPE"},
		{"another scope", "B2C_SCOPE", "https://contoso.onmicrosoft.com/tasks/.default", "B2C_SCOPE"},
		{"half a scope", "B2C_SCOPE", "/tasks.read", "B2C_SCOPE"},
		{"short key", "SESSION_KEY", "0001", "SESSION_KEY"},
		{"same key twice", "SESSION_KEY", goodConfig["SESSION_KEY"] + " " + goodConfig["SESSION_KEY"], "SESSION_KEY"},
	} {
		env := maps.Clone(goodConfig)
		env[c.set] = c.to
		origin := "http://localhost:8400"
		if c.named == "-address" {
			origin = "http://app.contoso.example:8400"
		}
		got, err := readConfig(environOf(env), origin)
		if err == nil {
			err = tryOut(got)
		}
		switch {
		case c.named == "" && err != nil:
			t.Errorf("%s: got %v, want no error", c.name, err)
		case c.named != "" && (err == nil || !strings.Contains(err.Error(), c.named)):
			t.Errorf("%s: got %v, want an error that names %s", c.name, err, c.named)
		case err != nil && (strings.Contains(err.Error(), "a secret") || strings.Contains(err.Error(), "0001")):
			t.Errorf("%s: the error tells a secret: %v", c.name, err)
		case err == nil && got.secure() != strings.HasPrefix(got.origin(), "https://"):
			t.Errorf("%s: got secure %v at %s", c.name, got.secure(), got.origin())
		}
	}
}

// tryOut makes app and API of a config.
func tryOut(c *config) error {
	app, err := newWebApp(c, "http://127.0.0.1:9")
	if err != nil {
		return err
	}
	api, err := newTasksAPI(c)
	if err != nil {
		return err
	}
	return errors.Join(app.Close(), api.Close())
}
