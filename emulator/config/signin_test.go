// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// signedIn returns the name of whom the authorize endpoint signs in.
func signedIn(t *testing.T, b2c *emulator.Tenant) string {
	t.Helper()
	web := b2c.Web()
	back := sentBack(t, b2c)
	res, err := b2c.Client().PostForm(b2c.TokenURL(""), url.Values{
		"grant_type": {"authorization_code"}, "client_id": {web.ID}, "client_secret": {web.Secret},
		"redirect_uri": {web.RedirectURIs[0]}, "code": {back.Get("code")},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return nameIn(t, res)
}

// failure returns the error of a sign-in.
func failure(t *testing.T, b2c *emulator.Tenant) string {
	t.Helper()
	return sentBack(t, b2c).Get("error")
}

// sentBack returns what the authorize endpoint sends back to the web app.
func sentBack(t *testing.T, b2c *emulator.Tenant) url.Values {
	t.Helper()
	client := b2c.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	web := b2c.Web()
	res, err := client.Get(b2c.AuthorizeURL("") + "?" + url.Values{
		"client_id": {web.ID}, "redirect_uri": {web.RedirectURIs[0]}, "response_type": {"code"}, "scope": {"openid"},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	back, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	return back.Query()
}

// nameIn returns the name in the ID token of an answer.
func nameIn(t *testing.T, res *http.Response) string {
	t.Helper()
	var answer struct {
		IDToken string `json:"id_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(answer.IDToken, ".")
	if len(parts) != 3 {
		t.Fatalf("got no ID token: %s", res.Status)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Name string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims.Name
}

// TestPages: without signInAs people get a page.
func TestPages(t *testing.T) {
	b2c := parse(t, `{"tenants": [{}]}`).NewTenants()[0]
	web := b2c.Web()
	res, err := b2c.Client().Get(b2c.AuthorizeURL("") + "?" + url.Values{
		"client_id": {web.ID}, "redirect_uri": {web.RedirectURIs[0]}, "response_type": {"code"}, "scope": {"openid"},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/html") {
		t.Errorf("got status %d, %s", res.StatusCode, kind)
	}
}

func TestSignInAs(t *testing.T) {
	for _, who := range []string{"Lin Example", "LIN@example.org", "541ce58e-d234-4cea-8a0f-68d1ebfa09a7"} {
		f := parse(t, `{"tenants": [{"signInAs": "`+who+`"}]}`)
		if got := signedIn(t, f.NewTenants()[0]); got != "Lin Example" {
			t.Errorf("%s: got %s", who, got)
		}
	}
	b2c := parse(t, `{"tenants": [{}]}`).NewTenants()[0]
	if err := config.SignInAs(b2c, "Kim"); err == nil || err.Error() != `"Kim" is no user of the tenant; there are Ada Example (ada@example.org), Lin Example (lin@example.org)` {
		t.Errorf("got %v", err)
	}
	kim, err := b2c.AddUser(emulator.User{Name: "Kim"})
	if err != nil {
		t.Fatal(err)
	}
	if err := config.SignInAs(b2c, "kim"); err != nil {
		t.Fatal(err)
	}
	if got := signedIn(t, b2c); got != "Kim" {
		t.Errorf("got %s", got)
	}
	if err := b2c.RemoveUser(kim.ObjectID); err != nil {
		t.Fatal(err)
	}
	if got := failure(t, b2c); got != "server_error" {
		t.Errorf("got %s once the user is gone", got)
	}
}
