// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"log/slog"
	"net/url"
)

// SignOut are the parameters of a sign-out. All are optional.
type SignOut struct {
	// PostLogoutRedirectURI is where the user goes afterwards. B2C checks it
	// against the application's redirect URIs only if there is a hint.
	PostLogoutRedirectURI string
	// IDTokenHint is the user's ID token, see [SignIn.RawIDToken]. Some tenants
	// are set to require it.
	IDTokenHint string
	// State comes back with the user.
	State string
}

// String tells where the user goes and shows no token.
func (o SignOut) String() string { return "sign-out to " + o.PostLogoutRedirectURI }

// GoString is String.
func (o SignOut) GoString() string { return o.String() }

// LogValue is String.
func (o SignOut) LogValue() slog.Value { return slog.StringValue(o.String()) }

// SignOutURL returns the address to send the user to for ending their session
// at B2C. The app ends its own session, and forgets the tokens by
// [App.Remove].
func (a *App) SignOutURL(o SignOut) string {
	q := url.Values{"client_id": {a.clientID}}
	for name, value := range map[string]string{
		"post_logout_redirect_uri": o.PostLogoutRedirectURI, "id_token_hint": o.IDTokenHint, "state": o.State,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return withQuery(a.flows.own.authority.EndSessionEndpoint(), q)
}
