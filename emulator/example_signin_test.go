// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// A whole sign-in by authorization code with PKCE. The client is the user's
// browser: it keeps the cookie of the tenant's session.
func Example_authorizationCode() {
	b2c := emulator.NewTenant(nil)
	browser, err := newBrowser(b2c)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := url.Values{
		"client_id":             {b2c.Web().ID},
		"redirect_uri":          {"http://localhost:8400/callback"},
		"response_type":         {"code"},
		"scope":                 {"openid offline_access https://contoso.onmicrosoft.com/tasks/tasks.read"},
		"state":                 {"af0ifjsldkj"},
		"nonce":                 {"n-0S6_WzA2Mj"},
		"code_challenge":        {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
		"code_challenge_method": {"S256"},
	}
	back, err := visited(browser, b2c.AuthorizeURL("B2C_1_susi")+"?"+request.Encode())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("state:", back.Get("state"))

	res, err := b2c.Client().PostForm(b2c.TokenURL("B2C_1_susi"), url.Values{
		"grant_type":    {"authorization_code"},
		"client_id":     {b2c.Web().ID},
		"client_secret": {b2c.Web().Secret},
		"code":          {back.Get("code")},
		"redirect_uri":  {"http://localhost:8400/callback"},
		"code_verifier": {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
		IDToken     string `json:"id_token"`
		Scope       string `json:"scope"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("scope:", answer.Scope)
	fmt.Println("API sees:", claim(answer.AccessToken, "scp"), claim(answer.AccessToken, "tfp"))
	fmt.Println("app sees:", claim(answer.IDToken, "name"), claim(answer.IDToken, "nonce"))

	// The browser's session signs the user in again without a question.
	request.Set("prompt", "none")
	back, err = visited(browser, b2c.AuthorizeURL("B2C_1_susi")+"?"+request.Encode())
	fmt.Println("again:", back.Has("code"), err)
	// Output:
	// state: af0ifjsldkj
	// scope: https://contoso.onmicrosoft.com/tasks/tasks.read openid offline_access
	// API sees: tasks.read B2C_1_susi
	// app sees: Ada Example n-0S6_WzA2Mj
	// again: true <nil>
}

// What users do is a function: here one forgets the password at the sign-in
// flow, and changes a name at the edit flow.
func ExampleTenant_OnSignIn() {
	b2c := emulator.NewTenant(nil)
	b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		switch {
		case r.Flow.Kind == emulator.EditProfile:
			return emulator.SignIn{Claims: map[string]any{"name": "Ada Lovelace"}}, nil
		case r.Parameters.Get("login_hint") == "forgetful@example.org":
			return emulator.SignIn{}, emulator.ErrForgotPassword
		}
		return emulator.SignIn{}, nil
	})
	browser, err := newBrowser(b2c)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := url.Values{
		"client_id":     {b2c.Web().ID},
		"redirect_uri":  {"http://localhost:8400/callback"},
		"response_type": {"code"},
		"scope":         {"openid"},
		"login_hint":    {"forgetful@example.org"},
	}
	for _, flow := range []string{"B2C_1_susi", "B2C_1_edit"} {
		back, err := visited(browser, b2c.AuthorizeURL(flow)+"?"+request.Encode())
		if err != nil {
			fmt.Println(err)
			return
		}
		text, _, _ := strings.Cut(back.Get("error_description"), "\r\n")
		fmt.Println(flow, back.Get("error"), text, back.Has("code"))
	}
	// Output:
	// B2C_1_susi access_denied AADB2C90118: The user has forgotten their password. false
	// B2C_1_edit   true
}

// A busy tenant, with a hint when to come back.
func ExampleTenant_SetFaults() {
	b2c := emulator.NewTenant(nil)
	if err := b2c.SetFaults(emulator.Fault{
		Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 30 * time.Second, Times: 1,
	}); err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		res, err := b2c.Client().PostForm(b2c.TokenURL("B2C_1_susi"), url.Values{
			"grant_type":    {"client_credentials"},
			"client_id":     {b2c.Daemon().ID},
			"client_secret": {b2c.Daemon().Secret},
			"scope":         {"https://contoso.onmicrosoft.com/tasks/.default"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		res.Body.Close()
		fmt.Printf("%d %q\n", res.StatusCode, res.Header.Get("Retry-After"))
	}
	// Output:
	// 429 "30"
	// 200 ""
}

func newBrowser(b2c *emulator.Tenant) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: b2c.Transport(), Jar: jar, CheckRedirect: stay}, nil
}

// visited returns the parameters that the tenant sends the user back with.
func visited(browser *http.Client, address string) (url.Values, error) {
	res, err := browser.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	back, err := res.Location()
	if err != nil {
		return nil, errors.New("not sent back: " + res.Status)
	}
	return back.Query(), nil
}
