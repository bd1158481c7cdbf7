// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// A whole tenant in process: its client reaches the names of production, and
// tokens are minted as a test needs them.
func Example() {
	b2c := emulator.NewTenant(nil)

	// The metadata of a user flow. Note the issuer: it is not the URL asked for.
	res, err := b2c.Client().Get("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	var metadata struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.NewDecoder(res.Body).Decode(&metadata); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(metadata.Issuer)
	fmt.Println(metadata.JWKSURI)

	// An access token of its user, for its API.
	token := b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.read"}})
	fmt.Println(claim(token, "tfp"), claim(token, "scp"), claim(token, "emails"))
	// Output:
	// https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/
	// https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys
	// B2C_1_susi tasks.read [ada@example.org]
}

// A server on loopback, for clients in other processes and for everything that
// needs real sockets and certificates.
func ExampleNewServer() {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()

	// Its client also reaches it by the tenant's real name.
	res, err := b2c.Client().PostForm("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {b2c.Daemon().ID},
		"client_secret": {b2c.Daemon().Secret},
		"scope":         {"https://contoso.onmicrosoft.com/tasks/.default"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.StatusCode, answer.ExpiresIn, claim(answer.AccessToken, "scp"))
	// Output: 200 3600 jobs.run
}

// Tokens that an API must refuse: each differs from a good one in one thing.
func ExampleTenant_Mint() {
	b2c := emulator.NewTenant(nil)
	for _, spec := range []emulator.Spec{
		{IssuedAt: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, // expired
		{Audience: "https://contoso.onmicrosoft.com/tasks"},     // the App ID URI, not the client id
		{Kind: emulator.IDToken},
		{Flow: "B2C_1_reset"},
		{Claims: map[string]any{"iss": "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"}}, // no slash
		{Claims: map[string]any{"tfp": emulator.Absent}},
		{Key: emulator.NewKey()}, // a stranger's signature under the published kid
	} {
		token, err := b2c.Mint(spec)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(claim(token, "aud"), claim(token, "tfp"), claim(token, "exp") == claim(token, "iat"))
	}
	// Output:
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 B2C_1_susi false
	// https://contoso.onmicrosoft.com/tasks B2C_1_susi false
	// 2fdd06f3-7b34-49a3-a78b-545da6bd4d4b B2C_1_susi false
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 B2C_1_reset false
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 B2C_1_susi false
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 <nil> false
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 B2C_1_susi false
}

// The built-in key of user flows is one for every tenant, so a signature says
// nothing about who issued a token.
func ExampleOptions_sharedKeysWith() {
	contoso := emulator.NewTenant(nil)
	fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: contoso})

	fmt.Println(contoso.CurrentKey("B2C_1_susi").ID() == fabrikam.CurrentKey("B2C_1_susi").ID())
	contoso.Rotate(emulator.UserFlowKeys, false)
	fmt.Println(contoso.CurrentKey("B2C_1_susi").ID() == fabrikam.CurrentKey("B2C_1_susi").ID())
	fmt.Println(contoso.CurrentKey("B2C_1A_partner").ID() == fabrikam.CurrentKey("B2C_1A_partner").ID())
	// Output:
	// true
	// true
	// false
}

// An outage with a hint when to come back.
func ExampleTenant_Intercept() {
	b2c := emulator.NewTenant(nil)
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/keys") {
			w.Header().Set("Retry-After", "30")
			http.Error(w, "Too many requests", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
	for _, url := range []string{b2c.MetadataURL("B2C_1_susi"), b2c.JWKSURL("B2C_1_susi")} {
		res, err := b2c.Client().Get(url)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		fmt.Printf("%d %q\n", res.StatusCode, res.Header.Get("Retry-After"))
	}
	fmt.Println(b2c.Counts().Metadata, b2c.Counts().Keys)
	// Output:
	// 200 ""
	// 429 "30"
	// 1 1
}

// claim reads a claim without checking anything: an example, not a validator.
func claim(token, name string) any {
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		return err
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err
	}
	return claims[name]
}
