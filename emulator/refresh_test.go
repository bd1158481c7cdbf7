// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// signedIn returns the first tokens of the default web app.
func signedIn(t *testing.T, b2c *emulator.Tenant, pairs ...string) tokens {
	t.Helper()
	return redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, browser(t, b2c.Transport()), authorizeURL, pairs...)))
}

func TestRefresh(t *testing.T) {
	b2c, clock := ticking()
	first := signedIn(t, b2c)
	clock.now = clock.now.Add(time.Hour)
	r := post(t, b2c.Client(), tokenURL, refreshing(first.RefreshToken))
	equalList(t, "members", names(t, r.body), []string{
		"access_token", "id_token", "token_type", "not_before", "expires_in", "expires_on", "resource", "id_token_expires_in",
		"profile_info", "scope", "refresh_token", "refresh_token_expires_in",
	})
	a := decode[tokens](t, r.body)
	if a.RefreshToken == first.RefreshToken || a.RefreshToken == "" {
		t.Error("got no new refresh token")
	}
	for _, compact := range []string{a.AccessToken, a.IDToken} {
		claims := claimsOf(t, compact)
		equal(t, "iat", claims["iat"], any(1750003600.0))
		equal(t, "auth_time", claims["auth_time"], any(1750000000.0))
		equal(t, "nonce", claims["nonce"], any("n-7f3a"))
	}
	equal(t, "scope", a.Scope, readScope+" openid offline_access")
	again := redeem(t, b2c.Client(), tokenURL, refreshing(a.RefreshToken))
	equal(t, "the new one works", claimsOf(t, again.AccessToken)["scp"], any("tasks.read"))
	redeem(t, b2c.Client(), tokenURL, refreshing(first.RefreshToken)) // and so does the old one

	equal(t, "without offline_access", signedIn(t, b2c, "scope", "openid "+readScope).RefreshToken, "")
}

// TestRefreshScope: only what the request to the authorize endpoint asked for is
// to be had. The rest is missing, without an error.
func TestRefreshScope(t *testing.T) {
	const write = "https://contoso.onmicrosoft.com/tasks/tasks.write"
	b2c := emulator.NewTenant(nil)
	both, none := signedIn(t, b2c, "scope", fullScope+" "+write), signedIn(t, b2c, "scope", "openid offline_access")
	for _, c := range []struct {
		name, refresh, scope string
		want                 any
		granted              string
	}{
		{"nothing said", both.RefreshToken, "", "tasks.read tasks.write", readScope + " " + write + " openid offline_access"},
		{"narrowed", both.RefreshToken, "openid HTTPS://contoso.onmicrosoft.com/tasks/tasks.WRITE", "tasks.write", write + " openid offline_access"},
		{"no resource", both.RefreshToken, "openid offline_access", nil, "openid offline_access"},
		{"own id instead", both.RefreshToken, webID, nil, "openid offline_access"},
		{"unknown", both.RefreshToken, "https://contoso.onmicrosoft.com/tasks/nope", nil, "openid offline_access"},
		{"none before", none.RefreshToken, fullScope, nil, "openid offline_access"},
	} {
		a := redeem(t, b2c.Client(), tokenURL, changed(refreshing(c.refresh), "scope", c.scope))
		var scp any
		if a.AccessToken != "" {
			scp = claimsOf(t, a.AccessToken)["scp"]
		}
		equal(t, c.name+": scp", scp, c.want)
		equal(t, c.name+": scope", a.Scope, c.granted)
		equal(t, c.name+": the rest", a.IDToken != "" && a.RefreshToken != "", true)
	}
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "scope", fullScope+" "+write)
	a := redeem(t, b2c.Client(), tokenURL, changed(redemption(code), "scope", write))
	equal(t, "a code's", claimsOf(t, a.AccessToken)["scp"], any("tasks.write"))
}

func TestRefreshErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	good := refreshing(signedIn(t, b2c).RefreshToken)
	const missing = "AADB2C90083: The request is missing required parameter: "
	wantError(t, "none", post(t, b2c.Client(), tokenURL, changed(good, "refresh_token", "")), "invalid_request", missing+"refresh_token.")
	wantError(t, "unknown", post(t, b2c.Client(), tokenURL, changed(good, "refresh_token", "a.b.c.d.e")), "invalid_grant", internalError)
	wantError(t, "no secret", post(t, b2c.Client(), tokenURL, changed(good, "client_secret", "")), "invalid_request", noSecret)
	wantError(t, "wrong secret", post(t, b2c.Client(), tokenURL, changed(good, "client_secret", "x")), "invalid_client", wrongSecret)
	wantError(t, "another flow", post(t, b2c.Client(), editTokenURL, good), "invalid_grant",
		"AADB2C90088: The provided grant has not been issued for this endpoint. Actual Value : B2C_1_edit and Expected Value : B2C_1_susi")
	wantError(t, "another client", post(t, b2c.Client(), tokenURL, changed(good, "client_id", nativeID, "client_secret", "")), "invalid_grant",
		"AADB2C90279: The provided client id '"+nativeID+"' does not match the client id that issued the grant.")
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL)
	wantError(t, "a code", post(t, b2c.Client(), tokenURL, changed(good, "refresh_token", code)), "invalid_grant", internalError)
	wantError(t, "refresh token as code", post(t, b2c.Client(), tokenURL, redemption(good.Get("refresh_token"))), "invalid_grant", internalError)

	b2c.Revoke("11111111-1111-1111-1111-111111111111")
	redeem(t, b2c.Client(), tokenURL, good)
	b2c.Revoke(b2c.User().ObjectID)
	wantError(t, "revoked", post(t, b2c.Client(), tokenURL, good), "invalid_grant", revokedText)
	wantError(t, "a revoked code", post(t, b2c.Client(), tokenURL, redemption(code)), "invalid_grant", internalError)
	good = refreshing(signedIn(t, b2c).RefreshToken)
	b2c.Revoke("")
	wantError(t, "all revoked", post(t, b2c.Client(), tokenURL, good), "invalid_grant", revokedText)
}

func TestRefreshOnce(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RefreshOnce: true}}})
	first := signedIn(t, b2c).RefreshToken
	next := redeem(t, b2c.Client(), tokenURL, refreshing(first)).RefreshToken
	wantError(t, "used", post(t, b2c.Client(), tokenURL, refreshing(first)), "invalid_grant", revokedText)
	redeem(t, b2c.Client(), tokenURL, refreshing(next))
}

// TestRefreshLifetimes: 14 days each, 90 days in all; 24 hours in all for a
// single-page app.
func TestRefreshLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the year 2000 begins at 946684800
		const day = 24 * time.Hour
		b2c := emulator.NewTenant(nil)
		a := signedIn(t, b2c)
		time.Sleep(14*day - time.Second)
		next := redeem(t, b2c.Client(), tokenURL, refreshing(a.RefreshToken))
		equal(t, "refresh_token_expires_in", next.RefreshExpires, any(1209600.0))
		time.Sleep(time.Second)
		wantError(t, "after 14 days", post(t, b2c.Client(), tokenURL, refreshing(a.RefreshToken)), "invalid_grant",
			"AADB2C90080: The provided grant has expired. Please re-authenticate and try again. "+
				"Current time: 947894400, Grant issued time: 946684800, Grant expiration time: 947894400")
		for range 6 {
			time.Sleep(12 * day)
			next = redeem(t, b2c.Client(), tokenURL, refreshing(next.RefreshToken))
		}
		equal(t, "after 86 days", next.RefreshExpires, any(4*86400.0))
		time.Sleep(4 * day)
		equal(t, "after 90 days", post(t, b2c.Client(), tokenURL, refreshing(next.RefreshToken)).status, 400)

		spa := func(pairs ...string) tokens {
			t.Helper()
			f := form("client_id", spaID, "redirect_uri", "http://localhost:3000/", "code_verifier", verifier)
			return redeem(t, b2c.Client(), tokenURL, changed(f, pairs...))
		}
		code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "client_id", spaID, "redirect_uri", "http://localhost:3000/",
			"code_challenge", challenge, "code_challenge_method", "S256")
		a = spa("grant_type", "authorization_code", "code", code)
		equal(t, "SPA", a.RefreshExpires, any(86400.0))
		time.Sleep(20 * time.Hour)
		a = spa("grant_type", "refresh_token", "refresh_token", a.RefreshToken)
		equal(t, "SPA after 20 hours", a.RefreshExpires, any(4*3600.0))
		time.Sleep(4 * time.Hour)
		r := post(t, b2c.Client(), tokenURL, form("client_id", spaID, "grant_type", "refresh_token", "refresh_token", a.RefreshToken))
		equal(t, "SPA after 24 hours", r.status, 400)
	})
}

// TestRefreshWindow: refreshing ends when the flow says, however young the token.
func TestRefreshWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RefreshWindow: 20 * time.Hour}}})
		first := signedIn(t, b2c)
		equal(t, "at the sign-in", first.RefreshExpires, any(20*3600.0))
		time.Sleep(15 * time.Hour)
		next := redeem(t, b2c.Client(), tokenURL, refreshing(first.RefreshToken))
		equal(t, "after 15 hours", next.RefreshExpires, any(5*3600.0))
		time.Sleep(5 * time.Hour)
		equal(t, "after 20 hours", post(t, b2c.Client(), tokenURL, refreshing(next.RefreshToken)).status, 400)
	})
}
