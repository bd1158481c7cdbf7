// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestProviderPage(t *testing.T) {
	b2c := withPages()
	grace, err := b2c.AddUser(emulator.User{Name: "Grace Example", IDP: "google.com"})
	equal(t, "error", err, nil)
	_, err = b2c.AddUser(emulator.User{Name: "Bo Example", IDP: "idp.contoso.example"})
	equal(t, "error", err, nil)
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL))
	equal(t, "another provider", page.link("Continue with idp.contoso.example") != "", true)
	chooser := read(t, page.follow(t, c, "Continue with Google"))
	equal(t, "title", chooser.title(), "Choose an account")
	for text, want := range map[string]bool{
		"Emulated Google": true, "Ada Example": true, "ada@example.org": true, "Grace Example": true, "Bo Example": false, "Lin Example": false, `type="password"`: false,
	} {
		equal(t, text, strings.Contains(chooser.body, text), want)
	}
	equal(t, "back", read(t, chooser.follow(t, c, "Back to sign in")).title(), "Sign in")
	for _, id := range []string{"", "x", b2c.Users()[1].ObjectID, b2c.Users()[3].ObjectID} {
		equal(t, "account "+id, read(t, chooser.send(t, c, "account", id)).problems(), "We can't seem to find your account.")
	}
	claims := idToken(t, b2c, tokenURL, chooser.send(t, c, "account", grace.ObjectID))
	equal(t, "name", claims["name"], any("Grace Example"))
	equal(t, "idp", claims["idp"], any("google.com"))

	other := browser(t, b2c.Transport())
	chooser = read(t, visit(t, other, authorizeURL, "domain_hint", "google.com"))
	equal(t, "title", chooser.title(), "Choose an account")
	equal(t, "unknown domain", read(t, visit(t, other, authorizeURL, "domain_hint", "x.example")).title(), "Sign in")
	wantLeft(t, "cancelled there", chooser.send(t, other, "do", "cancel"),
		"AADB2C90273: An invalid response was received : 'Error: access_denied,Error Description: The user cancelled.'")
	u, err := url.Parse(chooser.action)
	equal(t, "error", err, nil)
	equal(t, "idp", u.Query().Get("idp"), "google.com")
}
