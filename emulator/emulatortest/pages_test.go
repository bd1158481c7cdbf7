// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// The browser and the tenant's own pages belong together, in a bubble too.
func TestPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulatortest.New(t, &emulator.Options{Pages: true})
		callback := b2c.Web().RedirectURIs[0]
		address := func(mode string) string {
			return b2c.AuthorizeURL("B2C_1_susi") + "?" + url.Values{
				"client_id": {b2c.Web().ID}, "redirect_uri": {callback}, "response_type": {"code"},
				"scope": {"openid"}, "response_mode": {mode}, "state": {"s"},
			}.Encode()
		}
		for _, mode := range []string{"query", "fragment", "form_post"} {
			browser := emulatortest.NewBrowser(t, b2c)
			browser.Handle(callback, nil)
			browser.Open(address(mode))
			browser.SignIn("lin@example.org", emulator.DefaultPassword)
			if mode == "form_post" {
				browser.Submit("") // a script would
			}
			if got := browser.Page(); got.Parameters.Get("code") == "" || got.Parameters.Get("state") != "s" {
				t.Errorf("%s: got %v at %s, want a code", mode, got.Parameters, got.URL)
			}
		}

		browser := emulatortest.NewBrowser(t, b2c)
		browser.Handle(callback, nil)
		browser.Open(address("query"))
		browser.Click("Continue with Google")
		browser.Submit("Ada Example")
		if got := browser.Page().Parameters.Get("code"); got == "" {
			t.Error("Ada: got no code")
		}

		browser = emulatortest.NewBrowser(t, b2c)
		browser.Handle(callback, nil)
		browser.Open(address("query"))
		browser.Click("Sign up now")
		browser.Fill("email", "nora@example.org")
		browser.Fill("newPassword", "Correct-horse-7")
		browser.Fill("reenterPassword", "Correct-horse-7")
		browser.Fill("displayName", "Nora Neu")
		browser.Submit("Create account")
		if got := browser.Page().Parameters.Get("code"); got == "" {
			t.Errorf("Nora: got no code")
		}
		if _, ok := b2c.CheckPassword("nora@example.org", "Correct-horse-7"); !ok {
			t.Error("Nora has no account")
		}
	})
}
