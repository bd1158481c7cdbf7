// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import "github.com/b2ckit/b2ckit/internal/foreign"

// BeginSignIn returns the address to send the user to for signing in through
// the App's own flow, and what to keep until they return to redirectURI with
// a code (authorization code flow with PKCE, RFC 7636; B2C's documents don't
// announce PKCE, but it works). The scopes are those of one API; with none the
// user is signed in and there is no access token. Options may be nil.
//
// For a second API, [User.Token] asks with the refresh token. Whether B2C gives
// one for scopes that the sign-in didn't ask for is not documented; if it
// answers [ErrNoAccessToken], send the user here again with that API's scopes,
// which takes no typing while their session lasts.
//
// B2C doesn't use a redirect URI that is not registered: the user comes back at
// one that is, with an error that Finish calls [ErrConfiguration] (AADB2C90006),
// or stays on a page of B2C's where none is.
//
// Scopes of two APIs are noticed here only as far as a .default tells; B2C
// refuses the others.
//
// When the user is back, give [App.Finish] the Pending and the parameters.
func (a *App) BeginSignIn(redirectURI string, scopes []string, opts *AuthorizeOptions) (address string, pending *Pending, err error) {
	return a.begin(a.flows.own, redirectURI, scopes, opts)
}

// BeginFlow is BeginSignIn for one of Options.Links, such as the flow for
// editing the profile or resetting the password. What the user brings back
// from there is an ID token to read, and never becomes a sign-in. External ID and
// Entra have no flows: there it is [ErrUnsupported].
func (a *App) BeginFlow(name, redirectURI string, opts *AuthorizeOptions) (address string, pending *Pending, err error) {
	if own := a.flows.own.authority; usesSTS(own) {
		return "", nil, fail(ErrUnsupported, "authorize", "%s has no flows to send users to: a user flow belongs to the application's registration, and BeginSignIn leads through it", product(own))
	}
	link, isLink, ok := a.flows.named(name)
	if !ok || !isLink {
		return "", nil, fail(ErrConfiguration, "authorize", "flow %s is not one of Options.Links; add its authority there, or use BeginSignIn if it is the App's own", foreign.Name(name))
	}
	address, pending, err = a.begin(link, redirectURI, nil, opts)
	if pending != nil {
		pending.Link = true
	}
	return address, pending, err
}

func (a *App) begin(f flow, redirectURI string, scopes []string, opts *AuthorizeOptions) (address string, pending *Pending, err error) {
	if a.background.HasEnded() {
		return "", nil, errClosed()
	}
	client := authorizationClient{id: a.clientID, isPublic: a.endpoint.credential == nil, capabilities: a.endpoint.capabilities}
	return client.request(f.authority, redirectURI, scopes, opts, a.clock.Now().Wall().Add(a.opts.PendingLifetime))
}
