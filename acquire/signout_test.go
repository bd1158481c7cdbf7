// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// TestSignOutURL holds the address to https://learn.microsoft.com/azure/active-directory-b2c/b2clogin and https://learn.microsoft.com/azure/active-directory-b2c/openid-connect.
func TestSignOutURL(t *testing.T) {
	const path = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"
	for name, c := range map[string]struct {
		authority string
		options   acquire.SignOut
		want      string
	}{
		"nothing": {path, acquire.SignOut{}, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"},
		"return":  {path, acquire.SignOut{PostLogoutRedirectURI: "https://app.contoso.example/bye?x=1&y=2"}, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b&post_logout_redirect_uri=https%3A%2F%2Fapp.contoso.example%2Fbye%3Fx%3D1%26y%3D2"},
		"all":     {path, acquire.SignOut{PostLogoutRedirectURI: "https://app.contoso.example/", IDTokenHint: "e.y.J", State: "a b&c"}, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b&id_token_hint=e.y.J&post_logout_redirect_uri=https%3A%2F%2Fapp.contoso.example%2F&state=a+b%26c"},
		"tfp":     {"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi", acquire.SignOut{State: "s"}, "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b&state=s"},
		"query":   {"https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi", acquire.SignOut{State: "s"}, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/logout?p=B2C_1_susi&client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b&state=s"},
		"custom":  {"https://login.contoso.com/contoso.onmicrosoft.com/B2C_1A_partner", acquire.SignOut{}, "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1A_partner/oauth2/v2.0/logout?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"},
	} {
		app, err := acquire.NewConfidential(parsed(t, c.authority), webID, acquire.Secret(webSecret), over(newWire(emulator.NewTenant(nil)), nil))
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		if got := app.SignOutURL(c.options); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// TestSignOut: the user's session at B2C ends; the App's tokens are another
// matter.
func TestSignOut(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app, b := newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c)
	in := signedIn(t, app, b, readScope)
	resp, err := b.client.Get(app.SignOutURL(acquire.SignOut{PostLogoutRedirectURI: returnURI, IDTokenHint: in.RawIDToken, State: "s 1"}))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || resp.StatusCode != http.StatusFound || back.Query().Get("state") != "s 1" {
		t.Errorf("got HTTP %d to %v, want a redirect with the state", resp.StatusCode, back)
	}
	pending, params := begun(t, app, b, &acquire.AuthorizeOptions{Prompt: "none"}, readScope)
	_, err = app.Finish(t.Context(), pending, params)
	wantClass(t, "B2C's session", err, acquire.ErrInteractionRequired)
	if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
		t.Error("User.Token gives another token")
	}
	if err := app.Remove(t.Context(), in.Account); err != nil {
		t.Fatal(err)
	}
	wantNothingKept(t, "Remove", app)
}
