// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// kim fills in the page to sign up on.
var kim = []string{
	"email", "kim@example.org", "newPassword", "Correct-horse", "reenterPassword", "Correct-horse",
	"displayName", "Kim Example", "givenName", "Kim", "surname", "Example",
}

func TestSignUpPage(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL))
	signUp := read(t, page.follow(t, c, "Sign up now"))
	equal(t, "title", signUp.title(), "Sign up")
	equal(t, "back", read(t, signUp.follow(t, c, "Back to sign in")).title(), "Sign in")
	for _, name := range []string{"email", "new-password", "name", "given-name", "family-name"} {
		equal(t, name, strings.Contains(signUp.body, `autocomplete="`+name+`"`), true)
	}
	const (
		length  = "The password must be between 8 and 64 characters."
		classes = "The password must have at least 3 of the following: a lowercase letter, an uppercase letter, a digit, a symbol."
	)
	for _, c2 := range []struct {
		want  string
		pairs []string
	}{
		{"Please check 4 fields. Email address New password Confirm new password Display name", []string{"email", "", "newPassword", "", "reenterPassword", "", "displayName", ""}},
		{"This information is required.", []string{"displayName", " "}},
		{"Please enter a valid email address.", []string{"email", "kim"}},
		{"Please enter a valid email address.", []string{"email", "kim@example.org, lin@example.org"}},
		{"Please enter a valid email address.", []string{"email", "Kim <kim@example.org>"}},
		{"A user with the specified ID already exists. Please choose a different one.", []string{"email", "LIN@example.org"}},
		{"Please check 2 fields. Email address New password", []string{"email", "LIN@example.org", "newPassword", "x"}},
		{length, []string{"newPassword", "Short-1", "reenterPassword", "Short-1"}},
		{length, []string{"newPassword", strings.Repeat("Aa1", 22), "reenterPassword", strings.Repeat("Aa1", 22)}},
		{classes, []string{"newPassword", "correct-horse", "reenterPassword", "correct-horse"}},
		{classes, []string{"newPassword", "CORRECTHORSE1", "reenterPassword", "CORRECTHORSE1"}},
		{"The password entry fields do not match. Please enter the same password in both fields and try again.", []string{"reenterPassword", "Correct-Horse"}},
		{"This is too long.", []string{"givenName", strings.Repeat("ü", 65)}},
	} {
		again := read(t, signUp.send(t, c, append(append([]string{}, kim...), c2.pairs...)...))
		equal(t, c2.want, again.problems(), c2.want)
		equal(t, "surname is kept", again.hidden.Get("surname"), "Example")
		equal(t, "users", len(b2c.Users()), 2)
	}
	claims := idToken(t, b2c, tokenURL, signUp.send(t, c, kim...))
	u := b2c.Users()[2]
	for name, want := range map[string]any{"newUser": true, "oid": u.ObjectID, "name": "Kim Example", "given_name": "Kim", "family_name": "Example", "idp": nil} {
		equal(t, name, claims[name], want)
	}
	equal(t, "email", u.Emails[0], "kim@example.org")
	equal(t, "newUser later", idToken(t, b2c, tokenURL, visit(t, c, authorizeURL))["newUser"], nil)
	wantStale(t, "sign-up again", signUp.send(t, c, append(kim, "email", "kim2@example.org")...))
	equal(t, "password", post(t, c, ropcURL, changed(ropc(), "username", "kim@example.org", "password", "Correct-horse")).status, 200)
	equal(t, "sign-in", landed(t, read(t, visit(t, c, authorizeURL, "prompt", "login")).send(t, c, "username", "kim@example.org", "password", "Correct-horse")).Get("code") != "", true)
}

// TestSignUpRace: of those who want one address, one gets it.
func TestSignUpRace(t *testing.T) {
	b2c := withPages()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := browser(t, b2c.Transport())
			page := read(t, visit(t, c, authorizeURL))
			r := read(t, page.follow(t, c, "Sign up now")).send(t, c, kim...)
			if r.status == 200 {
				equal(t, "problem", read(t, r).problems(), "A user with the specified ID already exists. Please choose a different one.")
			}
		})
	}
	wg.Wait()
	equal(t, "users", len(b2c.Users()), 3)
}

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
		equal(t, "display name", profile.hidden.Get("displayName"), "Lin Example")
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
		equal(t, "given name", profile.hidden.Get("givenName"), "Lin-Lin")
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
