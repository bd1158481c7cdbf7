// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"

	"golang.org/x/oauth2"
)

// What MSAL offers and B2C does not have (https://github.com/AzureAD/microsoft-identity-web/wiki/b2c-limitations). The methods
// are here so that a program ported from there compiles, and learns what to do
// instead, rather than puzzle over AADB2C90086.

// OnBehalfOf always fails with [ErrUnsupported], before any request: B2C has
// no on-behalf-of flow.
func (a *App) OnBehalfOf(_ context.Context, _ string, _ ...string) (*oauth2.Token, error) {
	return nil, unsupported("on_behalf_of", "the on-behalf-of flow", "call the other API as this application (App.Token), or pass the caller's own token on if it takes the same audience (guard.NewForwarder)")
}

// DeviceCode always fails with [ErrUnsupported], before any request: B2C has
// no device authorization flow.
func (a *App) DeviceCode(_ context.Context, _ ...string) (*oauth2.Token, error) {
	return nil, unsupported("device_code", "the device code flow", "sign the user in with a browser (App.BeginSignIn)")
}

// Introspect always fails with [ErrUnsupported], before any request: B2C has
// no introspection endpoint.
func (a *App) Introspect(_ context.Context, _ string) error {
	return unsupported("introspection", "token introspection", "validate access tokens with package validator")
}

// Revoke always fails with [ErrUnsupported], before any request: B2C has no
// revocation endpoint.
func (a *App) Revoke(_ context.Context, _ string) error {
	return unsupported("revocation", "token revocation", "forget the account (App.Remove) and sign the user out (App.SignOutURL); an administrator can revoke all refresh tokens of a user")
}

func unsupported(during, what, instead string) *Error {
	return fail(ErrUnsupported, during, "Azure AD B2C does not have %s; %s", what, instead)
}
