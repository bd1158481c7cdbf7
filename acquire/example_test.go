// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// A service gets a token of its own for calling one API.
func ExampleApp_Token() {
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

	for range 3 { // one request; then the token comes from memory
		token, err := app.Token(context.Background(), "https://contoso.onmicrosoft.com/tasks/.default")
		if err != nil {
			panic(err)
		}
		fmt.Println(token.Type(), token.Valid())
	}
	fmt.Println("requests:", b2c.Counts().Token)
	// Output:
	// Bearer true
	// Bearer true
	// Bearer true
	// requests: 1
}

// Libraries that take an oauth2.TokenSource get one.
func ExampleApp_TokenSource() {
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

	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		_, _ = fmt.Fprintf(w, "%s and a JWT of %d parts", scheme, len(strings.Split(token, ".")))
	}))
	defer api.Close()

	// oauth2.Transport sends the token to any host it is asked for;
	// App.Transport to one alone.
	source := app.TokenSource(context.Background(), "https://contoso.onmicrosoft.com/tasks/.default")
	client := &http.Client{Transport: &oauth2.Transport{Source: source}}
	resp, err := client.Get(api.URL)
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	fmt.Println(string(text), err)
	// Output:
	// Bearer and a JWT of 3 parts <nil>
}
