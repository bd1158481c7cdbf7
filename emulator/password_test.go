// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/url"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// ropc is the default tenant's local account at the native app.
func ropc() url.Values {
	return form("grant_type", "password", "client_id", nativeID, "username", "lin@example.org", "password", "emulated-password",
		"scope", "openid "+nativeID+" offline_access")
}

func TestPassword(t *testing.T) {
	b2c, _ := ticking()
	r := post(t, b2c.Client(), ropcURL, changed(ropc(), "response_type", "token id_token", "client_info", "1"))
	equal(t, "status", r.status, 200)
	members := decode[map[string]any](t, r.body)
	for name, want := range map[string]any{
		"token_type": "Bearer", "expires_in": "3600", "expires_on": 1750003600.0, "resource": nativeID, "scope": nativeID + " openid offline_access",
	} {
		equal(t, name, members[name], want)
	}
	a := decode[tokens](t, r.body)
	access, id := claimsOf(t, a.AccessToken), claimsOf(t, a.IDToken)
	for name, want := range map[string]any{
		"aud": nativeID, "azp": nativeID, "scp": nil, "nonce": nil, "auth_time": 1750000000.0, "tfp": "B2C_1_ropc", "name": "Lin Example", "idp": nil, "sub": b2c.Users()[1].ObjectID,
	} {
		equal(t, "access token: "+name, access[name], want)
	}
	for name, want := range map[string]any{
		"aud": nativeID, "azp": nil, "nonce": nil, "at_hash": leftHalf(a.AccessToken), "tfp": "B2C_1_ropc", "oid": b2c.Users()[1].ObjectID,
	} {
		equal(t, "ID token: "+name, id[name], want)
	}
	equal(t, "client_info", b64(t, a.ClientInfo), `{"uid":"`+b2c.Users()[1].ObjectID+`-b2c_1_ropc","utid":"775527ff-9a37-4307-8b3d-cc311f58d925"}`)
	equal(t, "profile_info", b64(t, a.ProfileInfo),
		`{"ver":"1.0","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","sub":null,"name":"Lin Example","preferred_username":null,"idp":"LocalAccount"}`)

	// The refresh as az:add-ropc-policy.md shows it.
	next := redeem(t, b2c.Client(), ropcURL, form("grant_type", "refresh_token", "response_type", "id_token", "client_id", nativeID,
		"resource", nativeID, "refresh_token", a.RefreshToken))
	equal(t, "expires_in after a refresh", next.ExpiresIn, any(3600.0))
	equal(t, "aud after a refresh", claimsOf(t, next.AccessToken)["aud"], any(nativeID))

	a = redeem(t, b2c.Client(), ropcURL, changed(ropc(), "scope", readScope, "client_secret", "not looked at"))
	equal(t, "aud of an API's", claimsOf(t, a.AccessToken)["aud"], any(apiID))
	equal(t, "scp of an API's", claimsOf(t, a.AccessToken)["scp"], any("tasks.read"))
	equal(t, "unasked", a.IDToken+a.RefreshToken, "")
}

func TestPasswordErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	const missing = "AADB2C90083: The request is missing required parameter: "
	const off = "AADB2C90224: Resource owner flow has not been enabled for the application."
	const bad = "AADB2C90225: The username or password provided in the request are invalid."
	for _, c := range []struct {
		name, endpoint, error, line string
		pairs                       []string
	}{
		{"sign-in flow", tokenURL, "unauthorized_client", off, nil},
		{"web app", ropcURL, "unauthorized_client", off, []string{"client_id", webID, "client_secret", webSecret}},
		{"single-page app", ropcURL, "unauthorized_client", off, []string{"client_id", spaID}},
		{"no client", ropcURL, "invalid_request", missing + "client_id.", []string{"client_id", ""}},
		{"no user name", ropcURL, "invalid_request", missing + "username.", []string{"username", ""}},
		{"no password", ropcURL, "invalid_request", missing + "password.", []string{"password", ""}},
		{"no scope", ropcURL, "invalid_request", missing + "scope.", []string{"scope", ""}},
		{"unknown scope", ropcURL, "invalid_request", "AADB2C90117: The scope 'user.read' provided in the request is not supported.", []string{"scope", "user.read"}},
		{"scope for nothing", ropcURL, "invalid_request", "AADB2C90115: When requesting the 'code' response_type, the scope parameter must include a resource or client ID for access tokens, and 'openid' for ID tokens. Additionally include 'offline_access' for refresh tokens.", []string{"scope", "offline_access"}},
		{"wrong password", ropcURL, "access_denied", bad, []string{"password", "Emulated-password"}},
		{"unknown user", ropcURL, "access_denied", bad, []string{"username", "bob@example.org"}},
		{"display name", ropcURL, "access_denied", bad, []string{"username", "Lin Example"}},
		{"federated account", ropcURL, "access_denied", bad, []string{"username", "ada@example.org"}},
	} {
		wantError(t, c.name, post(t, b2c.Client(), c.endpoint, changed(ropc(), c.pairs...)), c.error, c.line)
	}
}

// TestSignInNames: by user name and every email, in any case; two users may
// share an address if one of them has no password.
func TestSignInNames(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{{Name: "B2C_1A_ropc", Kind: emulator.ROPC}},
		Apps:  []emulator.App{{Name: "app", ID: clientID}},
		Users: []emulator.User{
			{Name: "Federated", Emails: []string{"ada@example.org"}, IDP: "google.com"},
			{Name: "Ada", Username: "ada", Emails: []string{"ada@example.org", "Ada@example.com"}, Password: "ünï+1"},
			{Name: "Bob", Username: "bob", Password: "ünï+1"},
			{Name: "Nobody"},
		},
	})
	for name, want := range map[string]any{
		"ada": "Ada", "ADA": "Ada", "ada@EXAMPLE.org": "Ada", "ada@example.com": "Ada", "Bob": "Bob",
	} {
		a := redeem(t, b2c.Client(), b2c.TokenURL(""), form("grant_type", "password", "client_id", clientID, "username", name, "password", "ünï+1", "scope", "openid"))
		equal(t, name, claimsOf(t, a.IDToken)["name"], want)
	}
}

func TestCheckPassword(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		name, password string
		want           string
	}{
		{"lin@example.org", emulator.DefaultPassword, "Lin Example"},
		{"LIN@example.org", emulator.DefaultPassword, "Lin Example"},
		{"lin@example.org", "wrong", ""},
		{"ada@example.org", emulator.DefaultPassword, ""},
		{"nobody@example.org", "", ""},
	} {
		u, ok := b2c.CheckPassword(c.name, c.password)
		equal(t, c.name, u.Name, c.want)
		equal(t, c.name, ok, c.want != "")
	}
}
