// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProfilePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, editURL))
		equal(t, "title", page.title(), "Sign in")
		equal(t, "no sign-up", page.link("Sign up now"), "")
		wantLeft(t, "cancel before", read(t, visit(t, c, editURL)).send(t, c, "do", "cancel"), cancelledText)
		profile := read(t, linSignsIn(t, c, page))
		equal(t, "title", profile.title(), "Edit your profile")
		equal(t, "display name", profile.fields.Get("displayName"), "Lin Example")
		equal(t, "the page before", read(t, page.send(t, c, lin...)).title(), "Edit your profile")
		equal(t, "its form no longer counts", read(t, page.send(t, c, "password", "wrong")).title(), "Edit your profile")
		equal(t, "no session yet", silent(t, c), false)
		equal(t, "problem", read(t, profile.send(t, c, "displayName", "")).problems(), "This information is required.")
		claims := idToken(t, b2c, editTokenURL, profile.send(t, c, "displayName", "Lin L.", "givenName", "Lin-Lin", "surname", ""))
		for name, want := range map[string]any{"name": "Lin L.", "given_name": "Lin-Lin", "family_name": nil, "oid": b2c.Users()[1].ObjectID} {
			equal(t, name, claims[name], want)
		}
		equal(t, "user", b2c.Users()[1].Name, "Lin L.")
		equal(t, "the password stays", post(t, c, ropcURL, ropc()).status, 200)

		time.Sleep(time.Minute) // and the form shows with single sign-on too
		profile = read(t, visit(t, c, editURL))
		equal(t, "given name", profile.fields.Get("givenName"), "Lin-Lin")
		claims = idToken(t, b2c, editTokenURL, profile.send(t, c, "displayName", "Lin"))
		equal(t, "age", claims["iat"].(float64)-claims["auth_time"].(float64), 60)
		equal(t, "name in the session", idToken(t, b2c, tokenURL, visit(t, c, authorizeURL))["name"], any("Lin"))
		wantLeft(t, "cancel", read(t, visit(t, c, editURL)).send(t, c, "do", "cancel", "displayName", "X"), cancelledText)
		equal(t, "user", b2c.Users()[1].Name, "Lin")

		equal(t, "prompt=login", read(t, visit(t, c, editURL, "prompt", "login")).title(), "Sign in")
		profile = read(t, visit(t, c, editURL))
		b2c.Revoke("")
		equal(t, "once revoked", read(t, profile.send(t, c, "displayName", "X")).title(), "Sign in")
		profile = read(t, linSignsIn(t, c, read(t, visit(t, c, editURL))))
		equal(t, "error", b2c.RemoveUser(b2c.Users()[1].ObjectID), nil)
		equal(t, "once removed", read(t, profile.send(t, c, "displayName", "X")).title(), "Sign in")

		chooser := read(t, visit(t, c, editURL, "domain_hint", "google.com"))
		profile = read(t, chooser.send(t, c, "account", b2c.User().ObjectID))
		claims = idToken(t, b2c, editTokenURL, profile.send(t, c, "displayName", "Ada L."))
		equal(t, "name of a federated user", claims["name"], any("Ada L."))
		equal(t, "idp", claims["idp"], any("google.com"))
	})
}

// Whoever edits a profile or resets a password has to see a page: without one
// there is nothing to answer, session or not.
func TestNoPromptWherePagesAlwaysShow(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	landed(t, linSignsIn(t, c, read(t, visit(t, c, authorizeURL))))
	equal(t, "sign-in", landed(t, visit(t, c, authorizeURL, "prompt", "none")).Has("code"), true)
	for _, endpoint := range []string{editURL, strings.Replace(editURL, "edit", "reset", 1)} {
		back := landed(t, visit(t, c, endpoint, "prompt", "none"))
		equal(t, endpoint, back.Get("error")+back.Get("code"), "interaction_required")
	}
}
