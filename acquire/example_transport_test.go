// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/keyring"
)

// A service calls another one with a token of its own, which no other host
// gets to see.
func ExampleTransport() {
	b2c := emulator.NewTenant(nil) // stands in for a tenant of Azure AD B2C
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), b2c.Daemon().ID, acquire.Secret(b2c.Daemon().Secret),
		&acquire.Options{Transport: b2c.Transport()})
	if err != nil {
		panic(err)
	}
	defer func() { _ = app.Close() }()

	tell := func(name string) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			fmt.Println(name, "got a token:", strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ey"))
		}))
	}
	stock, partner := tell("stock"), tell("partner")
	defer stock.Close()
	defer partner.Close()

	// Once, at start.
	transport, err := app.Transport(stock.URL, "https://contoso.onmicrosoft.com/tasks/.default")
	if err != nil {
		panic(err)
	}
	client := &http.Client{Transport: transport}

	for _, url := range []string{stock.URL + "/items", partner.URL + "/offers"} {
		resp, err := client.Get(url)
		if err != nil {
			panic(err)
		}
		_ = resp.Body.Close()
	}
	// Output:
	// stock got a token: true
	// partner got a token: false
}

// A web app of many processes signs users in, and keeps nothing of an attempt
// but a cookie.
func ExamplePendingCookies() {
	b2c := emulator.NewTenant(nil) // stands in for a tenant of Azure AD B2C
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), b2c.Web().ID, acquire.Secret(b2c.Web().Secret),
		&acquire.Options{Transport: b2c.Transport()})
	if err != nil {
		panic(err)
	}
	defer func() { _ = app.Close() }()
	ring, err := keyring.New(keyring.NewKey()) // the same in all processes, from where secrets are kept
	if err != nil {
		panic(err)
	}
	cookies, err := acquire.NewPendingCookies(ring)
	if err != nil {
		panic(err)
	}

	login := func(w http.ResponseWriter, r *http.Request) {
		address, pending, err := app.BeginSignIn("https://app.contoso.example/callback", nil, nil)
		if err == nil {
			err = cookies.Set(w, r, pending)
		}
		if err != nil {
			http.Error(w, "sign-in can't begin", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, address, http.StatusFound)
	}
	callback := func(w http.ResponseWriter, r *http.Request) {
		pending, err := cookies.Take(w, r)
		if err != nil {
			http.Error(w, "please sign in again", http.StatusBadRequest)
			return
		}
		ret, err := app.Finish(r.Context(), pending, r.Form)
		if err != nil {
			http.Error(w, "sign-in failed", http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, "Hello, %s", ret.SignIn.Account.Name) // and begin a session
	}

	// What a browser does.
	toB2C := httptest.NewRecorder()
	login(toB2C, httptest.NewRequest(http.MethodGet, "/login", nil))
	params := follow302(b2c, toB2C.Header().Get("Location"))
	for range 2 {
		back := httptest.NewRequest(http.MethodGet, "/callback?"+params.Encode(), nil)
		for _, cookie := range toB2C.Result().Cookies() {
			back.AddCookie(cookie)
		}
		page := httptest.NewRecorder()
		callback(page, back)
		fmt.Println(page.Code, strings.TrimSpace(page.Body.String()))
		toB2C = page // which has removed the cookie
	}
	// Output:
	// 200 Hello, Ada Example
	// 400 please sign in again
}
