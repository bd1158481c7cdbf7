// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"html"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestLogout(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	hint := func(spec emulator.Spec) string {
		spec.Kind = emulator.IDToken
		return mint(t, b2c, spec)
	}
	good := hint(emulator.Spec{})
	stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	const foreign = "https://evil.example/bye?a=1"
	for _, c := range []struct {
		name, want string // where it goes, or the page's text
		pairs      []string
	}{
		{"nothing", "You have signed out.", nil},
		{"anywhere", foreign, []string{"post_logout_redirect_uri", foreign}},
		{"anywhere over http", "http://evil.example/", []string{"post_logout_redirect_uri", "http://evil.example/"}},
		{"with a state", foreign + "&state=a+%3db", []string{"post_logout_redirect_uri", foreign, "state", "a =b"}},
		{"native", "urn:ietf:wg:oauth:2.0:oob", []string{"post_logout_redirect_uri", "urn:ietf:wg:oauth:2.0:oob"}},
		{"no URL", "AADB2C90067: The post logout redirect URI '/bye' has an invalid format.", []string{"post_logout_redirect_uri", "/bye"}},
		{"script", "AADB2C90067: The post logout redirect URI 'javascript:alert(1)' has an invalid format.", []string{"post_logout_redirect_uri", "javascript:alert(1)"}},
		{"hint alone", "You have signed out.", []string{"id_token_hint", good}},
		{"hint, registered", callback + "?state=s", []string{"post_logout_redirect_uri", callback, "id_token_hint", good, "state", "s"}},
		{"hint and client", callback, []string{"post_logout_redirect_uri", callback, "id_token_hint", good, "client_id", strings.ToUpper(webID)}},
		{"hint of another flow", callback, []string{"post_logout_redirect_uri", callback, "id_token_hint", hint(emulator.Spec{Flow: "B2C_1A_partner"})}},
		{"hint, anywhere", "AADB2C90006: The redirect URI '" + foreign + "' provided in the request is not registered for the client id '" + webID + "'.", []string{"post_logout_redirect_uri", foreign, "id_token_hint", good}},
		{"hint of another client", "AADB2C90237: The provided id_token does not contain a valid audience.", []string{"id_token_hint", good, "client_id", nativeID}},
		{"hint of no client", "AADB2C90237: The provided id_token does not contain a valid audience.", []string{"id_token_hint", hint(emulator.Spec{Audience: userID})}},
		{"old hint", "AADB2C90235: The provided id_token is expired.", []string{"id_token_hint", hint(emulator.Spec{Lifetime: -time.Second})}},
		{"another tenant under the shared key", "AADB2C90238: The provided id_token does not contain a valid issuer. Valid issuer values: 'https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/'.", []string{"id_token_hint", mint(t, stranger, emulator.Spec{Kind: emulator.IDToken, Audience: webID})}},
		{"forged hint", "AADB2C90239: The provided id_token failed signature validation.", []string{"id_token_hint", hint(emulator.Spec{Key: emulator.NewKey()})}},
		{"unknown key", "AADB2C90239: The provided id_token failed signature validation.", []string{"id_token_hint", hint(emulator.Spec{Header: map[string]any{"kid": "x"}})}},
		{"cut hint", "AADB2C90240: The provided id_token is malformed and could not be parsed.", []string{"id_token_hint", good[:strings.LastIndexByte(good, '.')]}},
		{"no JSON", "AADB2C90240: The provided id_token is malformed and could not be parsed.", []string{"id_token_hint", "e30.eyJh.e30"}},
		{"no base64", "AADB2C90240: The provided id_token is malformed and could not be parsed.", []string{"id_token_hint", good + "="}},
	} {
		browsing := browser(t, b2c.Transport())
		visit(t, browsing, authorizeURL)
		r := get(t, browsing, logoutURL+"?"+form(c.pairs...).Encode())
		got, status := r.header.Get("Location"), 302
		if strings.HasPrefix(c.want, "AADB2C") || strings.HasPrefix(c.want, "You") {
			got, status = html.UnescapeString(r.body), 400
			equal(t, "Location", r.header.Get("Location"), "")
			if i := strings.Index(got, c.want); i >= 0 {
				got = c.want
			}
			if c.want[0] == 'Y' {
				status = 200
			}
		}
		equal(t, c.name, got, c.want)
		equal(t, c.name, r.status, status)
		equal(t, c.name+": still signed in", silent(t, browsing), status == 400)
	}
}

// TestLogoutKeepsTokens: B2C ends the session alone.
func TestLogoutKeepsTokens(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	a := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	r := get(t, c, "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/b2c_1_edit/oauth2/v2.0/logout")
	equal(t, "status", r.status, 200)
	if cookie := r.header.Get("Set-Cookie"); !strings.Contains(cookie, "x-ms-cpim-sso_contoso_0=;") || !strings.Contains(cookie, "Max-Age=0") {
		t.Errorf("got cookie %q, want it gone", cookie)
	}
	redeem(t, c, tokenURL, refreshing(a.RefreshToken))
	equal(t, "counts", b2c.Counts(), emulator.Counts{Authorize: 1, Token: 2, Logout: 1})
}

// TestEditProfileRoundTrip is a day in the life of an app with three flows, in a
// bubble.
func TestEditProfileRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
			if r.Flow.Kind != emulator.EditProfile {
				return emulator.SignIn{}, nil
			}
			changed := *r.Session
			changed.Name = "Ada Lovelace"
			return emulator.SignIn{User: &changed}, nil
		})
		c := browser(t, b2c.Transport())
		name := func(endpoint, token string, pairs ...string) any {
			t.Helper()
			claims := claimsOf(t, redeem(t, c, token, redemption(codeFor(t, c, endpoint, pairs...))).IDToken)
			equal(t, "auth_time", claims["auth_time"], any(946684800.0))
			return claims["name"]
		}
		equal(t, "before", name(authorizeURL, tokenURL), any("Ada Example"))
		time.Sleep(time.Hour)
		equal(t, "at the edit flow", name(editURL, editTokenURL), any("Ada Lovelace"))
		equal(t, "after", name(authorizeURL, tokenURL, "prompt", "none"), any("Ada Lovelace"))
	})
}

func TestRequireLogoutHint(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RequireLogoutHint: true}}})
	c := browser(t, b2c.Transport())
	visit(t, c, authorizeURL)
	r := get(t, c, logoutURL+"?post_logout_redirect_uri=https%3A%2F%2Fapp.contoso.example%2Fcallback")
	equal(t, "status", r.status, 400)
	if !strings.Contains(html.UnescapeString(r.body), "AADB2C90272: The id_token_hint parameter has not been specified in the request.") {
		t.Errorf("got %s", r.body)
	}
	equal(t, "still signed in", silent(t, c), true)
	hint := mint(t, b2c, emulator.Spec{Kind: emulator.IDToken, ClientID: webID})
	equal(t, "with a hint", get(t, c, logoutURL+"?id_token_hint="+hint).status, 200)
	equal(t, "still signed in", silent(t, c), false)
}
