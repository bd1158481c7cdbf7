// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// testAcquireGetsTheSame signs the same user in with MSAL and with package
// acquire: the accounts must have the same ids, and the tokens the same claims.
func testAcquireGetsTheSame(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "one_user", nil)
	_, msal := steps.get(t, "sign-in")
	_, accounts := steps.get(t, "accounts")
	susi := contoso(t).Flow("B2C_1_susi")

	app := web(t, b2c)
	address, pending, err := app.BeginSignIn(redirectURI, []string{apiURI + "/tasks.read"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ret, err := app.Finish(t.Context(), pending, visit(t, b2c, address))
	if err != nil {
		t.Fatal(err)
	}
	ours := ret.SignIn
	sameAccount(t, ours.Account, accounts, "ada@example.org")
	if found := app.Accounts("ADA@example.org"); len(found) != 1 || found[0].ID != adaSusi {
		t.Errorf("accounts by the user's address: got %v, want %s", found, adaSusi)
	}
	v := api(t, b2c, apiID, susi)
	sameClaims(t, "access token",
		accept(t, v, ours.Token.AccessToken, validator.Scope("tasks.read")),
		accept(t, v, msal.AccessToken, validator.Scope("tasks.read")))
	sameClaims(t, "ID token", ours.IDToken,
		acceptID(t, b2c, susi, b2c.Web().ID, msal.IDToken, validator.Expected{Nonce: msal.Nonce}))

	_, msal = steps.get(t, "password")
	_, accounts = steps.get(t, "password accounts")
	ropc := contoso(t).Flow("B2C_1_ropc")
	native, err := acquire.NewPublic(ropc, b2c.Native().ID, quietly(b2c, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer native.Close()
	ours, err = native.SignInWithPassword(t.Context(), "lin@example.org", emulator.DefaultPassword, apiURI+"/tasks.read")
	if err != nil {
		t.Fatal(err)
	}
	sameAccount(t, ours.Account, accounts, "lin@example.org")
	v = api(t, b2c, apiID, ropc)
	sameClaims(t, "access token by password",
		accept(t, v, ours.Token.AccessToken, validator.Scope("tasks.read")),
		accept(t, v, msal.AccessToken, validator.Scope("tasks.read")))
}

// sameAccount compares our account with the only one of MSAL's. The user name
// of ours is never empty.
func sameAccount(t *testing.T, ours acquire.Account, msal *result, username string) {
	t.Helper()
	if len(msal.Accounts) != 1 || msal.Accounts[0].HomeAccountID != ours.ID {
		t.Errorf("account: got %s, want that of MSAL: %v", ours.ID, msal)
	}
	if ours.Username != username {
		t.Errorf("user name: got %s, want %s", ours.Username, username)
	}
}

// sameClaims compares all claims but those that differ from one sign-in to the
// next, which only both have to have.
func sameClaims(t *testing.T, what string, ours, msal interface{ Claims(v any) error }) {
	t.Helper()
	var got, want map[string]any
	if err := ours.Claims(&got); err != nil {
		t.Fatal(err)
	}
	if err := msal.Claims(&want); err != nil {
		t.Fatal(err)
	}
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("%s: got the claims %q, want MSAL's %q", what, g, w)
	}
	for _, name := range []string{"exp", "nbf", "iat", "auth_time", "nonce", "at_hash"} {
		delete(got, name)
		delete(want, name)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want as MSAL's %v", what, got, want)
	}
}

// testTakeover moves a signed-in user from MSAL to package acquire.
func testTakeover(t *testing.T, p *script, b2c *emulator.Server) {
	_, msal := p.run(t, "one_user", nil).get(t, "sign-in")
	app := web(t, b2c)
	got, err := app.ImportRefreshToken(t.Context(), msal.RefreshToken, apiURI+"/tasks.read")
	if err != nil {
		t.Fatal(err)
	}
	if got.Account.ID != adaSusi || got.Account.Username != "ada@example.org" {
		t.Errorf("account: got %s of %s, want %s of ada@example.org", got.Account.ID, got.Account.Username, adaSusi)
	}
	token, err := app.User(got.Account).Token(t.Context(), apiURI+"/tasks.read")
	if err != nil {
		t.Fatal(err)
	}
	accept(t, api(t, b2c, apiID, contoso(t).Flow("B2C_1_susi")), token.AccessToken, validator.Scope("tasks.read"))
}
