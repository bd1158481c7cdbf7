// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"net/url"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// TestBrowserOfKinds: a person signs in on the pages of each product, once for all
// apps of a tenant.
func TestBrowserOfKinds(t *testing.T) {
	for _, kind := range []emulator.TenantKind{emulator.ExternalID, emulator.EntraID} {
		tenant := emulatortest.New(t, &emulator.Options{Kind: kind, Pages: true})
		b := emulatortest.NewBrowser(t, tenant)
		web := tenant.Web()
		b.Handle(web.RedirectURIs[0], nil)
		address := tenant.AuthorizeURL("") + "?" + url.Values{
			"client_id": {web.ID}, "redirect_uri": {web.RedirectURIs[0]}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"},
		}.Encode()
		b.Open(address)
		b.Fill("username", "lin@example.org")
		b.Fill("password", emulator.DefaultPassword)
		b.Submit("Sign in")
		first := b.Page().Parameters.Get("code")
		b.Open(address)
		if second := b.Page().Parameters.Get("code"); first == "" || second == "" || first == second {
			t.Errorf("%s: got the codes %q and %q, want two", kind, first, second)
		}
	}
}
