// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// A daemon's token of an external tenant: no flow in the address, and the scope as it
// was asked for.
func TestTokenOfExternalID(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		app := newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, nil)
		token := mustToken(t, app, "api://tasks/.default")
		wantForm(t, "external", sts.since(0)[0], externalToken, form(
			"grant_type", "client_credentials", "client_id", clientID, "client_secret", clientSecret, "scope", "api://tasks/.default"))
		if again := mustToken(t, app, "api://tasks/.default"); again.AccessToken != token.AccessToken {
			t.Errorf("got another token, want the one that is kept")
		}
		// Microsoft Graph gives applications tokens here.
		mustToken(t, app, "https://graph.microsoft.com/.default")
		wantPosts(t, "two APIs", &sts, 2)
	})
}

func TestScopesOfExternalID(t *testing.T) {
	app := newDaemonAt(t, external(t), acquire.Secret(clientSecret), noRequests(t), nil)
	for scopes, want := range map[string]struct {
		class acquire.Class
		text  string
	}{
		"api://tasks/tasks.read":                    {acquire.ErrConfiguration, "/.default alone"},
		"api://tasks/.default api://stock/.default": {acquire.ErrConfiguration, "an access token is for one API"},
		"openid profile offline_access":             {acquire.ErrNoAccessToken, "/.default"},
	} {
		_, err := app.Token(t.Context(), strings.Fields(scopes)...)
		e := wantClass(t, scopes, err, want.class)
		if !strings.Contains(e.Advice, want.text) || strings.Contains(e.Advice, "B2C") {
			t.Errorf("%s: got %v, want %s and no word of B2C", scopes, err, want.text)
		}
	}
}

// What External ID does not have is said before any request.
func TestUnsupportedAtExternalID(t *testing.T) {
	app := newDaemonAt(t, external(t), acquire.Secret(clientSecret), noRequests(t), nil)
	_, _, flow := app.BeginFlow("B2C_1_edit", returnURI, nil)
	_, password := app.SignInWithPassword(t.Context(), "ada@example.org", "password")
	for want, err := range map[string]error{
		"External ID has no flows":                        flow,
		"External ID has no sign-in of customers by pass": password,
	} {
		if e := wantClass(t, want, err, acquire.ErrUnsupported); !strings.Contains(e.Advice, want) || !strings.Contains(e.Advice, "BeginSignIn") {
			t.Errorf("got %v, want %s, and what to use", err, want)
		}
	}
}

// A B2C tenant and an external one may have the same GUID, and even the same client
// id by mistake: in one cache their tokens stay apart.
func TestKindsShareCache(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const scope = "https://contoso.onmicrosoft.com/tasks/.default"
		cache := newMemory()
		var b2c, sts endpoint
		b2c.play(func(post) reply { return reply{token: "of-b2c"} })
		sts.play(func(post) reply { return reply{token: "of-external-id"} })
		for range 2 { // the second time from the cache
			for _, tc := range []struct {
				app  *acquire.App
				want string
			}{
				{newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.Secret(clientSecret), &b2c, &acquire.Options{Cache: cache}), "of-b2c"},
				{newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, &acquire.Options{Cache: cache}), "of-external-id"},
			} {
				if got := mustToken(t, tc.app, scope).AccessToken; got != tc.want {
					t.Errorf("got %s, want %s", got, tc.want)
				}
			}
		}
		wantPosts(t, "B2C", &b2c, 1)
		wantPosts(t, "External ID", &sts, 1)
	})
}
