// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package acquire gets tokens from Azure AD B2C, Entra External ID and Entra ID: for a
// service that calls another one, and for a web app that signs users in.
//
//	app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), clientID, acquire.Secret(secret), nil)
//	defer app.Close()
//
// A service sends its own token along with calls to one API, or asks for it:
//
//	tr, err := app.Transport("https://stock.internal", "https://contoso.onmicrosoft.com/stock/.default")
//	client := &http.Client{Transport: tr}
//	token, err := app.Token(ctx, "https://contoso.onmicrosoft.com/stock/.default")
//
// A web app sends the user to B2C, and gets the user's tokens when they are
// back:
//
//	address, pending, err := app.BeginSignIn(redirectURI, scopes, nil)  // redirect; keep pending, see PendingCookies
//	ret, err := app.Finish(r.Context(), pending, r.Form)                // unless nil, ret.SignIn.Account goes into the session
//	token, err := app.User(account).Token(ctx, scopes...)               // from then on
//
// What a user brings back from another flow, for editing the profile or
// resetting the password, see [App.BeginFlow], is no sign-in: ret.SignIn is nil.
//
// Tokens are kept in memory, renewed ahead of their expiry by one request
// however many callers there are, and go on being handed out while B2C is
// away as long as they are good. Processes of a fleet share them through a
// [Cache]; package rediscache is one.
//
// An [App] is for one user flow or custom policy, which B2C treats as an
// isolated authority. Tokens of two flows are never mixed, even if the flows
// share client and cache.
//
// # External ID and Entra
//
// An [App] is for one tenant there, or for several to sign users in. There are no flows:
// a user flow belongs to the application's registration. A certificate ([Certificate])
// or a federated credential ([Assertion], [AssertionFile]) may take the place of the
// secret; sign-ins ask for profile too, which the user's id comes with; and errors have
// the codes of Microsoft's token service, such as AADSTS7000215. All else is as with
// B2C.
//
// # What B2C does not have
//
// What MSAL offers and B2C lacks
// (https://github.com/AzureAD/microsoft-identity-web/wiki/b2c-limitations) has no
// method here, or is [ErrUnsupported] there if External ID and Entra ID have it. This is
// what to do instead:
//
//   - On-behalf-of ([App.OnBehalfOf]): call the other API as this application ([App.Token]), or pass
//     the caller's own token on if it takes the same audience
//     (guard.NewForwarder).
//   - Device code ([App.BeginDeviceSignIn]): sign the user in with a browser ([App.BeginSignIn]).
//   - Client assertions (certificates, federated credentials, private_key_jwt;
//     AADB2C99027): use a client secret.
//   - Introspection: validate access tokens with package validator.
//   - Revocation: forget the account ([App.Remove]) and sign the user out
//     ([App.SignOutURL]); an administrator can revoke all refresh tokens of a user.
//
// A grant that a flow does not take is B2C's error AADB2C90086, which comes as
// an [*Error] that says what flow would.
package acquire
