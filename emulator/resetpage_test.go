// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// toNewPassword goes as far as the page for the new password.
func toNewPassword(t *testing.T, c *http.Client, endpoint string) sheet {
	t.Helper()
	page := read(t, visit(t, c, endpoint))
	if page.link("Forgot") != "" {
		page = read(t, page.follow(t, c, "Forgot"))
	}
	page = read(t, page.send(t, c, "email", "Lin@example.org"))
	code := page.code(t)
	return read(t, page.send(t, c, "code", " "+code[:3]+" "+code[3:]))
}

var newPassword = []string{"newPassword", "Correct-horse", "reenterPassword", "Correct-horse"}

func TestResetPages(t *testing.T) {
	for endpoint, token := range map[string]string{
		authorizeURL: tokenURL,
		resetURL:     strings.Replace(tokenURL, "susi", "reset", 1),
	} {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := toNewPassword(t, c, endpoint)
		equal(t, "title", page.title(), "Choose a new password")
		equal(t, "whose", strings.Contains(page.body, `value="Lin@example.org" autocomplete="username" readonly`), true)
		equal(t, "problem", read(t, page.send(t, c, "newPassword", "short", "reenterPassword", "short")).problems(), "The password must be between 8 and 64 characters.")
		equal(t, "the old password so far", post(t, c, ropcURL, ropc()).status, 200)
		equal(t, "not signed in so far", silent(t, c), false)
		claims := idToken(t, b2c, token, page.send(t, c, newPassword...))
		equal(t, "name", claims["name"], any("Lin Example"))
		equal(t, "isForgotPassword", claims["isForgotPassword"], nil)
		equal(t, "signed in", silent(t, c), true)
		wantStale(t, "again", page.send(t, c, newPassword...))
		equal(t, "the old password", post(t, c, ropcURL, ropc()).status, 400)
		equal(t, "the new password", post(t, c, ropcURL, changed(ropc(), "password", "Correct-horse")).status, 200)
		again := toNewPassword(t, c, resetURL)
		equal(t, "the reset flow asks always", again.title(), "Choose a new password")
	}
}

// TestResetWhileEditing: a reset in the flow is a sign-in, with the profile
// still to come.
func TestResetWhileEditing(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	profile := read(t, toNewPassword(t, c, editURL).send(t, c, newPassword...))
	equal(t, "title", profile.title(), "Edit your profile")
	equal(t, "name", idToken(t, b2c, editTokenURL, profile.send(t, c))["name"], any("Lin Example"))
}

func TestForgotError(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Pages: true, Flows: []emulator.Flow{{Name: "B2C_1_susi", ForgotPassword: emulator.ForgotError}}})
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL))
	wantLeft(t, "the link", page.follow(t, c, "Forgot"), "AADB2C90118: The user has forgotten their password.")
	wantStale(t, "the link again", get(t, c, page.link("Forgot")))
	page = read(t, visit(t, c, authorizeURL))
	page.action = page.link("Forgot")
	wantLeft(t, "a form", page.send(t, c, "email", "lin@example.org"), "AADB2C90118: The user has forgotten their password.")
}

// TestResetOfNobody: only those who read an address's mail learn whether it has
// an account, and a federated account has no password here.
func TestResetOfNobody(t *testing.T) {
	b2c := withPages()
	for _, email := range []string{"nobody@example.org", "ada@example.org"} {
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, resetURL, "login_hint", email))
		equal(t, "login_hint", page.fields.Get("email"), email)
		equal(t, "no address", read(t, page.send(t, c, "email", "x")).problems(), "Please enter a valid email address.")
		code := read(t, page.send(t, c))
		equal(t, "title", code.title(), "Check your email")
		again := read(t, code.send(t, c, "code", code.code(t)))
		equal(t, "problem", again.problems(), "An account could not be found for the provided user ID.")
		wantLeft(t, "cancel", again.send(t, c, "do", "cancel"), cancelledText)
	}
	c := browser(t, b2c.Transport())
	page := toNewPassword(t, c, resetURL)
	equal(t, "error", b2c.RemoveUser(b2c.Users()[1].ObjectID), nil)
	equal(t, "removed meanwhile", read(t, page.send(t, c, newPassword...)).problems(), "An account could not be found for the provided user ID.")
}

func TestVerificationCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := read(t, read(t, visit(t, c, resetURL)).send(t, c, "email", "lin@example.org"))
		wrong := func(code string) string {
			if code == "000000" {
				return "000001"
			}
			return "000000"
		}
		equal(t, "none", read(t, page.send(t, c, "code", "")).problems(), "This information is required.")
		for range 3 {
			equal(t, "wrong", read(t, page.send(t, c, "code", wrong(page.code(t)))).problems(), "That code is incorrect. Please try again.")
		}
		time.Sleep(10 * time.Minute)
		equal(t, "late", read(t, page.send(t, c, "code", page.code(t))).problems(), "That code has expired. Please request a new code.")
		old := page.code(t)
		page = read(t, page.send(t, c, "do", "resend"))
		for range 2 {
			if old != page.code(t) {
				equal(t, "the old one", read(t, page.send(t, c, "code", old)).problems(), "That code is incorrect. Please try again.")
			} else {
				read(t, page.send(t, c, "code", wrong(old)))
			}
		}
		const many = "You've made too many incorrect attempts. Please try again later."
		equal(t, "too many", read(t, page.send(t, c, "code", page.code(t))).problems(), many)
		page = read(t, page.send(t, c, "do", "resend"))
		equal(t, "also for a new one", read(t, page.send(t, c, "code", page.code(t))).problems(), many)
		page = read(t, visit(t, c, resetURL))
		page = read(t, page.send(t, c, "email", "lin@example.org"))
		equal(t, "a new journey", read(t, page.send(t, c, "code", page.code(t))).title(), "Choose a new password")
	})
}
