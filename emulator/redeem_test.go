// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	internalError = "AADB2C90085: The service has encountered an internal error. Please reauthenticate and try again."
	noSecret      = "AADB2C90079: Clients must send a client_secret when redeeming a confidential grant."
	wrongSecret   = "AADB2C90081: The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again."
	publicSecret  = "AADB2C90084: Public clients should not send a client_secret when redeeming a publicly acquired grant."
)

// TestRedeemCode looks at every byte of an answer but the signatures.
func TestRedeemCode(t *testing.T) {
	b2c, _ := ticking()
	user := emulator.User{Name: "Ada", ObjectID: userID, Emails: []string{"ada@example.org"}, IDP: "google.com"}
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{User: &user}, nil })
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL)
	r := post(t, b2c.Client(), tokenURL, changed(redemption(code), "client_info", "1"))
	equal(t, "status", r.status, 200)
	equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
	equalList(t, "members", names(t, r.body), []string{
		"access_token", "id_token", "token_type", "not_before", "expires_in", "expires_on", "resource", "id_token_expires_in",
		"profile_info", "client_info", "scope", "refresh_token", "refresh_token_expires_in",
	})
	members := decode[map[string]any](t, r.body)
	for name, want := range map[string]any{
		"token_type": "Bearer", "not_before": 1750000000.0, "expires_in": 3600.0, "expires_on": 1750003600.0, "resource": apiID,
		"id_token_expires_in": 3600.0, "scope": readScope + " openid offline_access", "refresh_token_expires_in": 1209600.0,
	} {
		equal(t, name, members[name], want)
	}
	a := decode[tokens](t, r.body)
	equal(t, "parts of the refresh token", len(strings.Split(a.RefreshToken, ".")), 5)
	equal(t, "client_info", b64(t, a.ClientInfo), `{"uid":"cccccccc-cccc-cccc-cccc-cccccccccccc-b2c_1_susi","utid":"775527ff-9a37-4307-8b3d-cc311f58d925"}`)
	equal(t, "profile_info", b64(t, a.ProfileInfo),
		`{"ver":"1.0","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","sub":null,"name":"Ada","preferred_username":null,"idp":"google.com"}`)
	const person = `"oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","name":"Ada","emails":["ada@example.org"],"idp":"google.com","tfp":"B2C_1_susi"`
	equal(t, "access token", parse(t, a.AccessToken).payload,
		`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",`+
			`"sub":"cccccccc-cccc-cccc-cccc-cccccccccccc","aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",`+
			`"azp":"2fdd06f3-7b34-49a3-a78b-545da6bd4d4b","scp":"tasks.read",`+
			`"iat":1750000000,"nbf":1750000000,"exp":1750003600,"auth_time":1750000000,"nonce":"n-7f3a",`+person+`}`)
	equal(t, "ID token", parse(t, a.IDToken).payload,
		`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",`+
			`"sub":"cccccccc-cccc-cccc-cccc-cccccccccccc","aud":"2fdd06f3-7b34-49a3-a78b-545da6bd4d4b",`+
			`"iat":1750000000,"nbf":1750000000,"exp":1750003600,"auth_time":1750000000,"nonce":"n-7f3a",`+person+
			`,"at_hash":"`+leftHalf(a.AccessToken).(string)+`"}`)
	for _, compact := range []string{a.AccessToken, a.IDToken} {
		equal(t, "verifies", verifiedBy(t, b2c.Client(), keysURL, compact) != "", true)
	}
}

// TestRedeemMembers: what wasn't asked for is not there, and neither is what
// belongs to it.
func TestRedeemMembers(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	always := []string{"token_type", "not_before"}
	access := []string{"expires_in", "expires_on", "resource"}
	for _, c := range []struct {
		scope string
		want  []string
	}{
		{"openid", concat(list("id_token"), always, list("id_token_expires_in", "profile_info", "scope"))},
		{"openid profile offline_access", concat(list("id_token"), always, list("id_token_expires_in", "profile_info", "scope", "refresh_token", "refresh_token_expires_in"))},
		{readScope, concat(list("access_token"), always, access, list("profile_info", "scope"))},
		{webID + " offline_access", concat(list("access_token"), always, access, list("profile_info", "scope", "refresh_token", "refresh_token_expires_in"))},
		{"openid " + readScope, concat(list("access_token", "id_token"), always, access, list("id_token_expires_in", "profile_info", "scope"))},
	} {
		r := post(t, b2c.Client(), tokenURL, redemption(codeFor(t, browser(t, b2c.Transport()), authorizeURL, "scope", c.scope)))
		equalList(t, c.scope, names(t, r.body), c.want)
	}
}

func TestRedeemStringNumbers(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{{Name: "B2C_1A_strings", StringNumbers: true, Lifetime: 5 * time.Minute, RefreshLifetime: time.Hour}},
		Now:   func() time.Time { return noon },
	})
	r := post(t, b2c.Client(), b2c.TokenURL(""), redemption(codeFor(t, browser(t, b2c.Transport()), b2c.AuthorizeURL(""))))
	a := decode[map[string]any](t, r.body)
	for name, want := range map[string]any{
		"not_before": "1750000000", "expires_in": "300", "expires_on": "1750000300", "id_token_expires_in": "300", "refresh_token_expires_in": "3600",
	} {
		equal(t, name, a[name], want)
	}
}

// TestRedeemNonce: without one in the request there is none in the tokens.
func TestRedeemNonce(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	a := redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, browser(t, b2c.Transport()), authorizeURL, "nonce", "")))
	for _, compact := range []string{a.AccessToken, a.IDToken} {
		equal(t, "nonce", claimsOf(t, compact)["nonce"], any(nil))
	}
	equal(t, "client_info unasked", a.ClientInfo, "")
}

func TestRedeemErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	web := redemption(codeFor(t, c, authorizeURL))
	pkce := redemption(codeFor(t, c, authorizeURL, "code_challenge", challenge, "code_challenge_method", "S256"))
	native := changed(redemption(codeFor(t, c, authorizeURL, "client_id", nativeID)), "client_id", nativeID, "client_secret", "")
	const mismatch = "AADB2C90182: The supplied code_verifier does not match associated code_challenge"
	const verifies = "AADB2C90183: The supplied code_verifier is invalid"
	for _, e := range []struct {
		name        string
		endpoint    string
		form        url.Values
		error, line string
	}{
		{"no client", tokenURL, changed(web, "client_id", ""), "invalid_request", "AADB2C90083: The request is missing required parameter: client_id."},
		{"unknown client", tokenURL, changed(web, "client_id", userID), "invalid_client", "AADB2C90018: The client id '" + userID + "' specified in the request is not registered in tenant 'contoso.onmicrosoft.com'."},
		{"no secret", tokenURL, changed(web, "client_secret", ""), "invalid_request", noSecret},
		{"wrong secret", tokenURL, changed(web, "client_secret", "x"), "invalid_client", wrongSecret},
		{"public client's secret", tokenURL, changed(native, "client_secret", "x"), "invalid_request", publicSecret},
		{"assertion", tokenURL, changed(web, "client_assertion", "x"), "invalid_request", "AADB2C99027: Policy 'B2C_1_susi' does not contain a AuthorizationTechnicalProfile with a corresponding ClientAssertionType."},
		{"no code", tokenURL, changed(web, "code", ""), "invalid_request", "AADB2C90083: The request is missing required parameter: code."},
		{"no redirect URI", tokenURL, changed(web, "redirect_uri", ""), "invalid_request", "AADB2C90083: The request is missing required parameter: redirect_uri."},
		{"no code at all", tokenURL, changed(web, "code", "x"), "invalid_grant", internalError},
		{"changed code", tokenURL, changed(web, "code", web.Get("code")+"A"), "invalid_grant", internalError},
		{"another flow", editTokenURL, web, "invalid_grant", "AADB2C90088: The provided grant has not been issued for this endpoint. Actual Value : B2C_1_edit and Expected Value : B2C_1_susi"},
		{"another client", tokenURL, changed(web, "client_id", nativeID, "client_secret", ""), "invalid_grant", "AADB2C90279: The provided client id '" + nativeID + "' does not match the client id that issued the grant."},
		{"another redirect URI", tokenURL, changed(web, "redirect_uri", "https://app.contoso.example/callback"), "invalid_grant", "AADB2C90287: The request contains invalid redirect URI 'https://app.contoso.example/callback'."},
		{"no verifier", tokenURL, pkce, "invalid_grant", verifies},
		{"short verifier", tokenURL, changed(pkce, "code_verifier", verifier[1:]), "invalid_grant", verifies},
		{"verifier with a plus", tokenURL, changed(pkce, "code_verifier", verifier+"+"), "invalid_grant", verifies},
		{"wrong verifier", tokenURL, changed(pkce, "code_verifier", verifier+"a"), "invalid_grant", mismatch},
		{"challenge as verifier", tokenURL, changed(pkce, "code_verifier", challenge), "invalid_grant", mismatch},
		{"verifier without challenge", tokenURL, changed(web, "code_verifier", verifier), "invalid_grant", mismatch},
	} {
		wantError(t, e.name, post(t, b2c.Client(), e.endpoint, e.form), e.error, e.line)
	}
	twice := changed(web)
	twice["code"] = []string{web.Get("code"), web.Get("code")}
	wantError(t, "code twice", post(t, b2c.Client(), tokenURL, twice), "invalid_grant", internalError)

	// None of that used up a code.
	for _, good := range []url.Values{web, native, changed(pkce, "code_verifier", verifier)} {
		redeem(t, b2c.Client(), tokenURL, good)
		wantError(t, "used", post(t, b2c.Client(), tokenURL, good), "invalid_grant", internalError)
	}
}

func TestRedeemPlainAndBasic(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	for _, method := range []string{"", "plain"} {
		code := codeFor(t, c, authorizeURL, "code_challenge", verifier, "code_challenge_method", method)
		redeem(t, c, tokenURL, changed(redemption(code), "code_verifier", verifier))
	}
	code := codeFor(t, c, authorizeURL, "code_challenge_method", "S256") // B2C: no PKCE
	redeem(t, c, tokenURL, redemption(code))

	f := changed(redemption(codeFor(t, c, authorizeURL)), "client_id", "", "client_secret", "")
	wantError(t, "wrong by Basic", post(t, c, tokenURL, f, webID, "x"), "invalid_client", wrongSecret)
	equal(t, "by Basic", post(t, c, tokenURL, f, webID, webSecret).status, 200)
}

func TestCodeLifetime(t *testing.T) {
	b2c, clock := ticking()
	c := browser(t, b2c.Transport())
	late, timely := codeFor(t, c, authorizeURL), codeFor(t, c, authorizeURL)
	clock.now = clock.now.Add(10*time.Minute - time.Second)
	redeem(t, c, tokenURL, redemption(timely))
	clock.now = clock.now.Add(time.Second)
	wantError(t, "late", post(t, c, tokenURL, redemption(late)), "invalid_grant", "AADB2C90080: The provided grant has expired. Please re-authenticate and try again. "+
		"Current time: 1750000600, Grant issued time: 1750000000, Grant expiration time: 1750000600")
}

// TestCodeOnce: of many who redeem a code at once, one gets tokens.
func TestCodeOnce(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	f := redemption(codeFor(t, browser(t, b2c.Transport()), authorizeURL))
	var good atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if post(t, b2c.Client(), tokenURL, f).status == http.StatusOK {
				good.Add(1)
			}
		})
	}
	wg.Wait()
	equal(t, "redemptions", good.Load(), 1)
}

// TestCodesAreBounded: a tenant forgets the oldest codes rather than grow.
func TestCodesAreBounded(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	request := authorizeURL + "?" + form("client_id", webID, "redirect_uri", callback, "response_type", "code", "scope", "openid").Encode()
	signIn := func() url.Values {
		w := httptest.NewRecorder()
		b2c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, request, nil))
		_, query, _ := strings.Cut(w.Header().Get("Location"), "?code=")
		return redemption(query)
	}
	first, second := signIn(), signIn()
	for range 4095 {
		signIn()
	}
	wantError(t, "the first", post(t, b2c.Client(), tokenURL, first), "invalid_grant", internalError)
	redeem(t, b2c.Client(), tokenURL, second)
}

func list(words ...string) []string { return words }

func concat(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
