// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// A user signs in, edits the profile, and has tokens for an API all the while.
func ExampleApp_BeginSignIn() {
	b2c := emulator.NewTenant(nil) // in place of Azure; your program goes without Transport
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	web := b2c.Web()
	app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), web.ID, acquire.Secret(web.Secret), &acquire.Options{
		Links:     tenant.Flows("B2C_1_edit"),
		Transport: b2c.Transport(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer app.Close()
	ctx := context.Background()
	const callback = "http://localhost:8400/callback"
	const scope = "https://contoso.onmicrosoft.com/tasks/tasks.read"

	// The sign-in handler redirects to the address and keeps pending, for
	// example by PendingCookies.
	address, pending, err := app.BeginSignIn(callback, []string{scope}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	form := follow302(b2c, address) // the user's part

	// The callback handler has r.Form, and gets pending back.
	ret, err := app.Finish(ctx, pending, form)
	if err != nil {
		fmt.Println(err)
		return
	}
	account := ret.SignIn.Account // for the app's session
	fmt.Println("signed in:", ret.IDToken.Name, account.Username)

	// Any handler, from then on.
	token, err := app.User(account).Token(ctx, scope)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("token:", token.Type(), token.Valid())

	// The link "edit profile".
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"name": "Ada Lovelace"}}, nil
	})
	address, pending, err = app.BeginFlow("B2C_1_edit", callback, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ret, err = app.Finish(ctx, pending, follow302(b2c, address))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("back from:", ret.Flow, "as", ret.IDToken.Name)
	fmt.Println("a new sign-in:", ret.SignIn != nil)

	// Signing out: a fresh hint, however long ago the sign-in was.
	hint, err := app.User(account).RawIDToken(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	to, _, _ := strings.Cut(app.SignOutURL(acquire.SignOut{PostLogoutRedirectURI: callback, IDTokenHint: hint}), "?")
	fmt.Println("signing out at:", to)
	// Output:
	// signed in: Ada Example ada@example.org
	// token: Bearer true
	// back from: B2C_1_edit as Ada Lovelace
	// a new sign-in: false
	// signing out at: https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout
}

// What users do instead of signing in.
func ExampleApp_Finish() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	app, err := acquire.NewPublic(tenant.Flow("B2C_1_susi"), b2c.Native().ID, &acquire.Options{
		Links:     tenant.Flows("B2C_1_reset"),
		Transport: b2c.Transport(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer app.Close()
	const callback = "http://localhost:8400/callback"

	for _, click := range []error{emulator.ErrForgotPassword, emulator.ErrCancelled, nil} {
		b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, click })
		address, pending, err := app.BeginSignIn(callback, nil, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		ret, err := app.Finish(context.Background(), pending, follow302(b2c, address))
		switch {
		case errors.Is(err, acquire.ErrForgotPassword):
			_, pending, err := app.BeginFlow("B2C_1_reset", callback, nil)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println("redirect to", pending.Flow)
		case errors.Is(err, acquire.ErrCancelled):
			fmt.Println("back to the front page")
		case err != nil:
			fmt.Println(err) // an operator's matter: log it, and show an error page
		default:
			fmt.Println("welcome", ret.SignIn.Account.Name)
		}
	}
	// Output:
	// redirect to B2C_1_reset
	// back to the front page
	// welcome Ada Example
}

// follow302 does what a browser does with an authorization URL, and returns the
// parameters that it brings to the callback.
func follow302(b2c *emulator.Tenant, address string) url.Values {
	client := b2c.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Get(address)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		return nil
	}
	return back.Query()
}
