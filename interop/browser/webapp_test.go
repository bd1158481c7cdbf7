// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	susi  = "B2C_1_susi"
	edit  = "B2C_1_edit"
	reset = "B2C_1_reset"

	strong = "Correct-horse-7"
	lin    = "lin@example.org"
)

// webApp starts the example web app for a tenant over TLS, which it takes for a
// real one.
func webApp(t *testing.T, opts *emulator.Options, env ...string) (b2c *emulator.Server, app string) {
	t.Helper()
	address := freeAddress(t)
	app = "http://" + address
	apps := emulator.NewTenant(nil).Apps()
	web := emulator.NewTenant(nil).Web()
	for i := range apps {
		if apps[i].ID == web.ID {
			apps[i].RedirectURIs = []string{app + "/callback"}
		}
	}
	opts.Apps, opts.Pages = apps, true
	b2c = emulator.NewServer(opts)
	t.Cleanup(b2c.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, b2c.CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	run(t, "examples/webapp", "Stop with Ctrl-C", append([]string{
		"SSL_CERT_FILE=" + authority, "SESSION_KEY=" + base64.StdEncoding.EncodeToString(key),
		"B2C_TENANT=contoso", "B2C_TENANT_ID=" + b2c.ID(), "B2C_HOSTS=" + b2c.URL,
		"B2C_SIGNIN_FLOW=" + susi, "B2C_EDIT_FLOW=" + edit, "B2C_RESET_FLOW=" + reset,
		"B2C_CLIENT_ID=" + web.ID, "B2C_CLIENT_SECRET=" + web.Secret,
		"B2C_AUDIENCE=" + b2c.API().ID, "B2C_SCOPE=" + b2c.API().URI + "/tasks.read",
	}, env...), "-address", address)
	return b2c, app
}

// newPassword goes through the verification of an address and sets a password.
func (c *chromium) newPassword(email, password string) {
	c.t.Helper()
	c.on("Reset your password")
	c.fill("Email address", email)
	c.press("Send verification code")
	code := c.find(`Your code is\s+(\d{6})`)
	c.set("Verification code", code[1:]+"x")
	c.press("Verify code")
	c.sees("That code is incorrect.")
	c.fill("Verification code", code)
	c.press("Verify code")
	c.on("Choose a new password")
	c.fill("New password", password)
	c.fill("Confirm new password", password)
	c.press("Continue")
}

// signIn fills in the page of that name.
func (c *chromium) signIn(email, password string) {
	c.t.Helper()
	c.on("Sign in")
	c.fill("Email address", email)
	c.fill("Password", password)
	c.press("Sign in")
}

// forget makes the browser forget the cookies of an app, as after some time.
func (c *chromium) forget(app string) {
	c.t.Helper()
	for _, cookie := range cookies(c, app) {
		forget(c, app, cookie)
	}
}

// TestWebApp goes through the web app as a person does, with JavaScript off.
func TestWebApp(t *testing.T) {
	b2c, app := webApp(t, &emulator.Options{})
	c := launch(t, options{b2c: b2c, noJS: true})

	// Sign up.
	c.open(app)
	c.on("Your tasks, in one place")
	c.click("Sign in or sign up")
	c.at(b2c.URL + "/contoso.onmicrosoft.com/B2C_1_susi/")
	c.on("Sign in")
	c.click("Sign up now")
	c.on("Sign up")
	c.fill("Email address", "nora@example.org")
	c.fill("New password", "weak")
	c.fill("Confirm new password", "weak")
	c.fill("Display name", "Nora Neu")
	c.press("Create account")
	c.on("Sign up")
	c.sees("password")
	if got := c.value("Email address"); got != "nora@example.org" {
		t.Errorf("the address that was typed: got %q", got)
	}
	if got := c.value("New password"); got != "" {
		t.Errorf("a password came back in a page: %q", got)
	}
	c.fill("New password", strong)
	c.fill("Confirm new password", strong)
	c.press("Create account")
	c.at(app + "/")
	c.on("Hello, Nora Neu")
	c.click("Profile")
	c.sees("nora@example.org")
	c.sees("newUser")
	nora := c.find(`(?m)^oid\s+(\S+)`)

	// The API takes the access token.
	c.click("Tasks")
	c.on("Your tasks")
	c.sees("Done")

	// Edit the profile: cancelled first.
	c.click("Contoso Tasks")
	c.clickTo("/edit-profile")
	c.on("Edit your profile")
	c.fill("Display name", "Nobody")
	c.press("Cancel")
	c.at(app + "/")
	c.sees("You cancelled")
	c.on("Hello, Nora Neu")
	c.clickTo("/edit-profile")
	if got := c.value("Display name"); got != "Nora Neu" {
		t.Errorf("display name: got %q, want what it was", got)
	}
	c.fill("Display name", "Nora Nett")
	c.press("Continue")
	c.at(app + "/")
	c.click("Profile")
	c.sees("Nora Nett")
	c.sees(nora)
	if got := c.find(`(?m)^tfp\s+(\S+)`); got != susi {
		t.Errorf("the session's flow: got %q, want %q: the edit flow's token became the session", got, susi)
	}
	c.click("Tasks")
	c.on("Your tasks")

	// Reset the password while signed in: of another account, which must not
	// become the session.
	c.open(app + "/")
	c.clickTo("/reset-password")
	c.newPassword(lin, strong)
	c.at(app + "/")
	c.sees("That was another account.")
	c.on("Hello, Nora Nett")
	c.click("Profile")
	c.sees(nora)
	c.seesNot(lin)

	// Another site can't sign anyone out.
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<h1>Evil</h1><form method="post" action="%s/signout"><button>Win</button></form>`, app)
	}))
	defer evil.Close()
	c.open(evil.URL)
	c.press("Win")
	c.on("That came from elsewhere")
	c.open(app + "/profile")
	c.sees(nora)

	// Sign out, here and there.
	c.press("Sign out")
	c.at(app + "/signed-out")
	c.on("You are signed out")
	c.open(app + "/profile")
	c.seesNot(nora)

	// Sign in: the old password is none any more.
	c.open(app + "/signin")
	c.signIn(lin, emulator.DefaultPassword)
	c.on("Sign in")
	c.sees("Your password is incorrect.")
	c.signIn("nobody@example.org", strong)
	c.sees("We can't seem to find your account.")
	c.signIn(lin, strong)
	c.on("Hello, Lin Example")

	// Sign in again by single sign-on, without a page.
	c.forget(app)
	c.open(app)
	c.on("Your tasks, in one place")
	pages := b2c.Counts().Pages
	c.click("Sign in or sign up")
	c.at(app + "/")
	c.on("Hello, Lin Example")
	if got := b2c.Counts().Pages; got != pages {
		t.Errorf("single sign-on asked for %d pages", got-pages)
	}
}

// TestForgotPassword forgets it inside the sign-in flow, and is signed in.
func TestForgotPassword(t *testing.T) {
	b2c, app := webApp(t, &emulator.Options{})
	c := launch(t, options{b2c: b2c, noJS: true, phone: true, dark: true})
	c.open(app + "/signin?return=/tasks")
	c.on("Sign in")
	c.click("Forgot your password?")
	c.open(strings.Replace(c.address(), "page=forgot", "page=password", 1)) // before the code
	c.on("Sign in")
	c.click("Forgot your password?")
	c.newPassword(lin, strong)
	c.at(app + "/tasks")
	c.on("Your tasks")
	if _, ok := b2c.CheckPassword(lin, strong); !ok {
		t.Error("the password didn't change")
	}
	if got := b2c.Counts().Authorize; got != 1 {
		t.Errorf("got %d requests to authorize, want 1: the reset is part of the flow", got)
	}
}

// TestForgotPasswordError forgets it in a flow of the older sort: AADB2C90118
// comes to the app, which must start its reset flow. That doesn't sign in.
func TestForgotPasswordError(t *testing.T) {
	b2c, app := webApp(t, &emulator.Options{Flows: []emulator.Flow{
		{Name: susi, ForgotPassword: emulator.ForgotError}, {Name: edit, Kind: emulator.EditProfile}, {Name: reset, Kind: emulator.ResetPassword},
	}})
	c := launch(t, options{b2c: b2c, noJS: true})
	c.open(app + "/signin")
	c.click("Forgot your password?")
	c.at(b2c.URL + "/contoso.onmicrosoft.com/B2C_1_reset/")
	c.newPassword(lin, strong)
	c.at(app + "/")
	c.sees("Your password has been changed")
	c.on("Your tasks, in one place") // not signed in
	if got := codes(b2c); strings.Join(got, " ") != "AADB2C90118" {
		t.Errorf("got the errors %v, want AADB2C90118", got)
	}

	// Cancelled, at both pages.
	c.click("Forgot your password?")
	c.press("Cancel")
	c.at(app + "/")
	c.sees("You cancelled")
	b2c.Revoke("")
	c.open(app + "/signin")
	c.press("Cancel")
	c.at(app + "/")
	c.sees("You cancelled")
	c.on("Your tasks, in one place")

	c.open(app + "/signin")
	c.signIn(lin, strong)
	c.on("Hello, Lin Example")
}

// TestFormPost comes back by form_post, once sent by a script and once by hand,
// and by the button of an identity provider.
func TestFormPost(t *testing.T) {
	b2c, app := webApp(t, &emulator.Options{}, "B2C_RESPONSE_MODE=form_post")
	c := launch(t, options{b2c: b2c})
	c.open(app + "/signin")
	c.signIn(lin, emulator.DefaultPassword)
	c.until("Hello, Lin Example")
	c.press("Sign out")
	c.on("You are signed out")

	c = launch(t, options{b2c: b2c, noJS: true})
	c.open(app + "/signin")
	c.click("Continue with Google")
	c.on("Choose an account")
	c.press("Cancel")
	c.press("Continue")
	c.sees("You cancelled")
	c.open(app + "/signin")
	c.click("Continue with Google")
	c.pressAccount("Ada Example")
	c.press("Continue")
	c.on("Hello, Ada Example")
	if got := strings.Join(codes(b2c), " "); got != "AADB2C90273" {
		t.Errorf("got the errors %q, want AADB2C90273", got)
	}
}

// TestEmbedded is what `go run ./examples/webapp` gives its reader.
func TestEmbedded(t *testing.T) {
	address := freeAddress(t)
	said := run(t, "examples/webapp", "Stop with Ctrl-C", nil, "-address", address)
	text := strings.Join(said.lines, "\n")
	for _, word := range []string{"http://" + address, lin, emulator.DefaultPassword} {
		if !strings.Contains(text, word) {
			t.Errorf("the output lacks %q:\n%s", word, text)
		}
	}
	c := launch(t, options{phone: true})
	c.open("http://" + address)
	c.click("Sign in or sign up")
	c.signIn(lin, emulator.DefaultPassword)
	c.on("Hello, Lin Example")
}

// codes are the errors that a tenant has answered with.
func codes(b2c *emulator.Server) []string {
	var all []string
	for _, r := range b2c.Requests() {
		if r.Error != "" {
			all = append(all, r.Error)
		}
	}
	return all
}
