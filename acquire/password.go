// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"net/url"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

// SignInWithPassword signs a user in by name and password (resource owner
// password credentials, RFC 6749 section 4.3). The App's flow must be one made
// for it, and local accounts are all it knows: no second factor, no Google, no
// reset. The scopes are as for BeginSignIn.
//
// Avoid it: the app sees the password, users learn to type it anywhere, and
// OAuth 2.1 no longer has this grant (RFC 9700 section 2.4). It is for tests,
// and for old apps on their way out. At External ID and Entra it is
// [ErrUnsupported].
func (a *App) SignInWithPassword(ctx context.Context, username, password string, scopes ...string) (*SignIn, error) {
	const grant = "password"
	if own := a.flows.own.authority; usesSTS(own) {
		return nil, fail(ErrUnsupported, grant, "%s", noPassword(own))
	}
	api, e := apiScopes(a.scopes.kind, scopes)
	switch {
	case e != nil:
		e.During = grant
		return nil, e
	case username == "" || password == "":
		return nil, fail(ErrUser, grant, "the user name or password is empty")
	}
	// B2C looks at no secret here and holds one against the refresh token later.
	got, err := a.foreground(ctx, accessTokenRequest{flow: a.flows.own.authority, grant: grant, auth: unauthenticated, params: url.Values{
		"username": {username}, "password": {password}, "scope": {userScopes(a.scopes.kind, api)},
		"response_type": {"token id_token"}, "client_info": {"1"},
	}})
	if err != nil {
		return nil, err
	}
	a.warnOfNoRefreshToken(grant, got)
	return a.signIn(ctx, grant, got, validator.Expected{}, api, username, unauthenticated)
}

// noPassword tells why there is no sign-in by password.
func noPassword(at authority.Authority) string {
	if at.Kind() == authority.EntraExternalID {
		return "External ID has no sign-in of customers by password (ROPC); send them to its page with BeginSignIn"
	}
	return "a sign-in by password (ROPC) at Entra fails for whoever has a second factor, another identity provider or a policy, and Microsoft advises against it; send users to its page with BeginSignIn"
}

// ImportRefreshToken signs a user in by a refresh token that was got
// elsewhere, by this client id at this flow: for moving users over from MSAL
// or another library. B2C sends a new one, which is kept; don't use the old
// one again. A confidential App sends its secret along, so it can't import what
// a public one, or a password, has got (AADB2C90084).
func (a *App) ImportRefreshToken(ctx context.Context, refreshToken string, scopes ...string) (*SignIn, error) {
	const grant = "refresh_token"
	api, e := apiScopes(a.scopes.kind, scopes)
	switch {
	case e != nil:
		e.During = grant
		return nil, e
	case !tokenresponse.IsHeaderValue(refreshToken):
		return nil, fail(ErrConfiguration, grant, "the refresh token is empty or not one word")
	}
	got, err := a.foreground(ctx, accessTokenRequest{flow: a.flows.own.authority, grant: grant, auth: authenticated, params: url.Values{
		"refresh_token": {refreshToken}, "scope": {userScopes(a.scopes.kind, api)}, "client_info": {"1"},
	}})
	if err != nil {
		return nil, err
	}
	if got.refresh == "" {
		got.refresh = refreshToken
	}
	return a.signIn(ctx, grant, got, validator.Expected{}, api, "", authenticated)
}
