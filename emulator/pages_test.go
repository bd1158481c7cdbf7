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

// TestPagesForms: pages stay in the form of URL that the request had.
func TestPagesForms(t *testing.T) {
	b2c := withPages()
	for endpoint, want := range map[string]string{
		"/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize":              "/contoso.onmicrosoft.com/b2c_1_susi/SelfAsserted?tx=",
		"/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_SUSI/oauth2/v2.0/authorize": "/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/SelfAsserted?tx=",
		"/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize":          "/tfp/contoso.onmicrosoft.com/b2c_1_susi/SelfAsserted?tx=",
		"/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi":            "/contoso.onmicrosoft.com/SelfAsserted?p=b2c_1_susi&tx=",
		"/contoso.onmicrosoft.com/B2C_1A_partner/oauth2/v2.0/authorize":          "/contoso.onmicrosoft.com/b2c_1a_partner/SelfAsserted?tx=",
	} {
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, "https://contoso.b2clogin.com"+endpoint))
		if !strings.HasPrefix(page.action, "https://contoso.b2clogin.com"+want) {
			t.Errorf("%s: got form to %s", endpoint, page.action)
		}
		read(t, page.follow(t, c, "Sign up now"))
		if code := landed(t, linSignsIn(t, c, page)).Get("code"); code == "" {
			t.Errorf("%s: got no code", endpoint)
		}
	}
}

func TestPagesModes(t *testing.T) {
	app := emulator.App{Name: "web", Secret: "s", Implicit: true, RedirectURIs: []string{callback}}
	b2c := emulator.NewTenant(&emulator.Options{Pages: true, Apps: []emulator.App{app}})
	id := b2c.Apps()[0].ID
	for mode, kind := range map[string]string{"": "code", "query": "code", "fragment": "id_token", "form_post": "code id_token"} {
		c := browser(t, b2c.Transport())
		r := linSignsIn(t, c, read(t, visit(t, c, authorizeURL, "client_id", id, "scope", "openid", "response_type", kind, "response_mode", mode, "state", `"><b>x`)))
		if mode == "form_post" {
			equal(t, "status", r.status, 200)
			for _, text := range []string{`action="` + callback + `"`, `name="code"`, `name="id_token"`, `value="&#34;&gt;&lt;b&gt;x"`} {
				equal(t, text, strings.Contains(r.body, text), true)
			}
			continue
		}
		separator := map[string]string{"": "?", "query": "?", "fragment": "#"}[mode]
		equal(t, mode, strings.HasPrefix(r.header.Get("Location"), callback+separator+kind+"="), true)
		equal(t, "state", landed(t, r).Get("state"), `"><b>x`)
	}
}

// TestPagesTimes: the session answers where it may, and a sign-in on a page is
// a new one.
func TestPagesTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		age := func(r reply) time.Duration {
			t.Helper()
			at, _ := idToken(t, b2c, tokenURL, r)["auth_time"].(float64)
			return time.Since(time.Unix(int64(at), 0))
		}
		equal(t, "prompt=none", silent(t, c), false)
		page := read(t, visit(t, c, authorizeURL))
		time.Sleep(time.Minute)
		first := linSignsIn(t, c, page)
		equal(t, "age at first", age(first), 0)
		time.Sleep(time.Minute)
		equal(t, "age by session", age(visit(t, c, authorizeURL)), time.Minute)
		equal(t, "age by prompt=consent", age(visit(t, c, authorizeURL, "prompt", "consent")), time.Minute)
		equal(t, "age within max_age", age(visit(t, c, authorizeURL, "max_age", "60")), time.Minute)
		cookie := first.header.Get("Set-Cookie")
		for _, pairs := range [][]string{{"prompt", "login"}, {"prompt", "select_account"}, {"max_age", "59"}, {"max_age", "0"}} {
			time.Sleep(time.Minute)
			r := linSignsIn(t, c, read(t, visit(t, c, authorizeURL, pairs...)))
			equal(t, "age after "+pairs[0], age(r), 0)
			equal(t, "a new cookie", r.header.Get("Set-Cookie") != "" && r.header.Get("Set-Cookie") != cookie, true)
			cookie = r.header.Get("Set-Cookie")
		}
		b2c.Revoke("")
		equal(t, "title once revoked", read(t, visit(t, c, authorizeURL)).title(), "Sign in")
	})
}

func TestPagesEscape(t *testing.T) {
	const hostile = `"><b>x</b><script>alert(1)</script>`
	b2c := emulator.NewTenant(&emulator.Options{
		Pages: true,
		Apps:  []emulator.App{{Name: hostile, Secret: "s", RedirectURIs: []string{callback}}},
		Users: []emulator.User{
			{Name: hostile, GivenName: hostile, Emails: []string{hostile}, IDP: hostile},
			{Name: hostile + "2", GivenName: hostile, Username: "lin@example.org", Password: emulator.DefaultPassword},
		},
	})
	c := browser(t, b2c.Transport())
	ask := []string{"client_id", b2c.Apps()[0].ID, "scope", "openid", "login_hint", hostile, "state", hostile, "nonce", hostile}
	page := read(t, visit(t, c, authorizeURL, ask...))
	equal(t, "login_hint", page.fields.Get("username"), hostile)
	again := read(t, page.send(t, c, "username", hostile+"\x00\r\n\xff", "password", hostile))
	equal(t, "user name", again.fields.Get("username"), hostile)
	equal(t, "problem", again.problems(), "We can't seem to find your account.")
	read(t, page.follow(t, c, "Continue with "+hostile))
	signUp := read(t, page.follow(t, c, "Sign up now"))
	again = read(t, signUp.send(t, c, "email", hostile, "displayName", hostile, "newPassword", hostile))
	equal(t, "display name", again.fields.Get("displayName"), hostile)
	read(t, page.follow(t, c, "Forgot"))
	edit := linSignsIn(t, c, read(t, visit(t, c, editURL, ask...)))
	equal(t, "given name", read(t, edit).fields.Get("givenName"), hostile)
	read(t, visit(t, c, authorizeURL, append(ask, "domain_hint", hostile)...))

	r := visit(t, c, authorizeURL, "client_id", hostile)
	promises(t, r)
	equal(t, "status", r.status, 400)
	equal(t, "text", strings.Contains(html.UnescapeString(r.body), "AADB2C90018: The client id '"+hostile+"' specified"), true)
	for _, text := range []string{"Correlation ID</dt><dd>", "Timestamp</dt><dd>20", `role="alert"`} {
		equal(t, text, strings.Contains(r.body, text), true)
	}
	r = get(t, c, logoutURL)
	promises(t, r)
	equal(t, "logout", strings.Contains(r.body, "<h1>You have signed out.</h1>"), true)
}

func TestCancelPages(t *testing.T) {
	b2c := withPages()
	for _, link := range []string{"", "Sign up now", "Forgot"} {
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, authorizeURL))
		if link != "" {
			page = read(t, page.follow(t, c, link))
		}
		wantLeft(t, "cancel at "+page.title(), page.send(t, c, "do", "cancel"), cancelledText)
		equal(t, "still no session", silent(t, c), false)
	}
}

// TestAuthorizeByForm is OpenID Connect Core 1.0 §3.1.2.1.
func TestAuthorizeByForm(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	f := form("client_id", webID, "redirect_uri", callback, "response_type", "code", "scope", "openid", "state", "s")
	equal(t, "code", landed(t, linSignsIn(t, c, read(t, post(t, c, authorizeURL, f)))).Get("code") != "", true)
	equal(t, "with a session", landed(t, post(t, c, authorizeURL, f)).Get("code") != "", true)
	equal(t, "too large", post(t, c, authorizeURL, form("state", strings.Repeat("x", 1<<17))).status, 413)
	equal(t, "parameters in the URL", post(t, c, authorizeURL+"?"+f.Encode(), nil).status, 400)
	equal(t, "without pages", post(t, emulator.NewTenant(nil).Client(), authorizeURL, f).status, 405)
	without := strings.Replace(authorizeURL, "oauth2/v2.0/authorize", "SelfAsserted", 1)
	equal(t, "a page without pages", get(t, emulator.NewTenant(nil).Client(), without).status, 404)
}

// TestOnSignInWins: a function decides instead of pages.
func TestOnSignInWins(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, nil })
	codeFor(t, c, authorizeURL)
	b2c.OnSignIn(nil)
	equal(t, "title", read(t, visit(t, c, authorizeURL, "prompt", "login")).title(), "Sign in")
}
