// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"sync"
	"testing"
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
		equal(t, "surname is kept", again.fields.Get("surname"), "Example")
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
