// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"fmt"
	"net/url"
	"regexp"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// A person signs up on the tenant's pages, forgets the password and sets a new
// one. The address is one that an app under test redirects to.
func ExampleBrowser_pages() {
	t := &printing{} // prints, in place of a *testing.T
	defer t.end()
	b2c := emulatortest.New(t, &emulator.Options{Pages: true})
	web := b2c.Web()
	address := b2c.AuthorizeURL("B2C_1_susi") + "?" + url.Values{
		"client_id": {web.ID}, "redirect_uri": {web.RedirectURIs[0]}, "response_type": {"code"}, "scope": {"openid"}, "prompt": {"login"},
	}.Encode()

	b := emulatortest.NewBrowser(t, b2c)
	b.Handle(web.RedirectURIs[0], nil) // nobody is there: stop, and see what came

	b.Open(address)
	b.Click("Sign up now")
	b.Fill("email", "nora@example.org")
	b.Fill("newPassword", "Correct-horse-7")
	b.Fill("reenterPassword", "Correct-horse-7")
	b.Fill("displayName", "Nora Neu")
	b.Submit("Create account")
	fmt.Println("signed up:", b.Page().Parameters.Has("code"))

	b.Open(address)
	b.Click("Forgot your password?")
	b.Fill("email", "nora@example.org")
	b.Submit("Send verification code")
	b.Fill("code", regexp.MustCompile(`\d{6}`).FindString(b.Page().Text))
	b.Submit("Verify code")
	b.Fill("newPassword", "Battery-staple-8")
	b.Fill("reenterPassword", "Battery-staple-8")
	b.Submit("Continue")
	fmt.Println("signed in:", b.Page().Parameters.Has("code"))

	b.Open(address)
	b.Submit("Cancel")
	fmt.Println("cancelled:", b.Page().Parameters.Get("error"))
	// Output:
	// signed up: true
	// signed in: true
	// cancelled: access_denied
}
