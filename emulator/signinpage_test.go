// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestSignInPage(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL, "login_hint", "lin@example.org", "ui_locales", "xx de"))
	equal(t, "title", page.title(), "Sign in")
	equal(t, "login_hint", page.fields.Get("username"), "lin@example.org")
	equal(t, "problems", page.problems(), "")
	for _, text := range []string{">contoso<", "<strong>tasks-web</strong>", `autocomplete="username"`, `autocomplete="current-password"`, "Continue with Google"} {
		if !strings.Contains(page.body, text) {
			t.Errorf("got no %s in %s", text, page.body)
		}
	}
	for _, c2 := range []struct{ name, password, want string }{
		{"", "", "Please check 2 fields. Email address Password"},
		{"lin@example.org", "", "Please enter your password."},
		{"", "x", "Please enter your email address."},
		{"nobody@example.org", "x", "We can't seem to find your account."},
		{"ada@example.org", "x", "We can't seem to find your account."},
		{"lin@example.org", "Emulated-Password", "Your password is incorrect."},
		{strings.Repeat("x", 300), "x", "This is too long."},
	} {
		again := read(t, page.send(t, c, "username", c2.name, "password", c2.password))
		equal(t, c2.name, again.problems(), c2.want)
		equal(t, "an invalid field", strings.Contains(again.body, `aria-invalid="true"`), true)
		equal(t, "title", strings.Contains(again.body, "<title>Error: Sign in - contoso</title>"), true)
		if len(c2.name) < 99 {
			equal(t, "kept", again.fields.Get("username"), c2.name)
		}
	}
	equal(t, "not signed in", silent(t, c), false)
	claims := idToken(t, b2c, tokenURL, page.send(t, c, "username", " LIN@example.org ", "password", emulator.DefaultPassword))
	equal(t, "name", claims["name"], any("Lin Example"))
	equal(t, "newUser", claims["newUser"], nil)
	equal(t, "signed in", silent(t, c), true)
	equal(t, "pages", b2c.Counts().Pages, 8)

	native := landed(t, visit(t, c, authorizeURL, "client_id", nativeID))
	equal(t, "single sign-on for another app", native.Get("code") != "", true)
}

// A password flow lets nobody in at its authorize endpoint who doesn't sign in.
func TestROPCPages(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, strings.Replace(authorizeURL, "susi", "ropc", 1)))
	equal(t, "sign-up", strings.Contains(page.body, "Sign up now"), false)
	if code := landed(t, linSignsIn(t, c, page)).Get("code"); code == "" {
		t.Error("got no code")
	}
}
