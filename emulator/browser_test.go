// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	webID    = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	nativeID = "e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41"
	spaID    = "b19d6e2f-3c58-4f7a-9e0b-7d4a2c81f563"

	webSecret = "emulated-web-secret"

	authorizeURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize"
	logoutURL    = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout"
	editURL      = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit/oauth2/v2.0/authorize"
	editTokenURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit/oauth2/v2.0/token"
	ropcURL      = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_ropc/oauth2/v2.0/token"

	callback  = "http://localhost:8400/callback"
	readScope = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	fullScope = "openid offline_access " + readScope

	// RFC 7636 appendix B.
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// browser keeps cookies and stays where it is.
func browser(t *testing.T, transport http.RoundTripper) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{
		Transport:     transport,
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// visit opens a URL with the default web app's request for a code, changed by
// pairs of which an empty value removes one.
func visit(t *testing.T, c *http.Client, endpoint string, pairs ...string) reply {
	t.Helper()
	q := form("client_id", webID, "redirect_uri", callback, "response_type", "code", "scope", fullScope, "state", "s", "nonce", "n-7f3a")
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	separator := "?"
	if strings.Contains(endpoint, "?") {
		separator = "&"
	}
	return get(t, c, endpoint+separator+q.Encode())
}

// landed reads the parameters that a visit ended with at the app.
func landed(t *testing.T, r reply) url.Values {
	t.Helper()
	if r.status != http.StatusFound {
		t.Fatalf("got status %d: %s", r.status, r.body)
	}
	u, err := url.Parse(r.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	text := u.RawQuery
	if text == "" {
		_, text, _ = strings.Cut(r.header.Get("Location"), "#")
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// codeFor signs in and returns the code.
func codeFor(t *testing.T, c *http.Client, endpoint string, pairs ...string) string {
	t.Helper()
	values := landed(t, visit(t, c, endpoint, pairs...))
	if values.Get("code") == "" {
		t.Fatalf("got %v, want a code", values)
	}
	return values.Get("code")
}

// changed is a form with some fields set; an empty value removes one.
func changed(base url.Values, pairs ...string) url.Values {
	v := maps.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	return v
}

// redemption is the default web app's form for a code.
func redemption(code string) url.Values {
	return form("grant_type", "authorization_code", "client_id", webID, "client_secret", webSecret, "code", code, "redirect_uri", callback)
}

func refreshing(token string) url.Values {
	return form("grant_type", "refresh_token", "client_id", webID, "client_secret", webSecret, "refresh_token", token)
}

// tokens is an answer of the token endpoint.
type tokens struct {
	AccessToken    string `json:"access_token"`
	IDToken        string `json:"id_token"`
	Scope          string `json:"scope"`
	Resource       string `json:"resource"`
	ProfileInfo    string `json:"profile_info"`
	ClientInfo     string `json:"client_info"`
	RefreshToken   string `json:"refresh_token"`
	RefreshExpires any    `json:"refresh_token_expires_in"`
	ExpiresIn      any    `json:"expires_in"`
}

func redeem(t *testing.T, c *http.Client, endpoint string, f url.Values) tokens {
	t.Helper()
	r := post(t, c, endpoint, f)
	if r.status != http.StatusOK {
		t.Fatalf("got status %d: %s", r.status, r.body)
	}
	return decode[tokens](t, r.body)
}

const trailer = `\r\nCorrelation ID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r\nTimestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\r\n$`

// wantError checks an error of the token endpoint: OAuth's code and the line
// that the description begins with.
func wantError(t *testing.T, what string, r reply, code, line string) {
	t.Helper()
	equal(t, what+": status", r.status, 400)
	equalList(t, what+": members", names(t, r.body), []string{"error", "error_description"})
	e := decode[map[string]string](t, r.body)
	wantDescription(t, what, e["error"], e["error_description"], code, line)
}

func wantDescription(t *testing.T, what, gotCode, gotText, code, line string) {
	t.Helper()
	if gotCode != code || !regexp.MustCompile(`^`+regexp.QuoteMeta(line)+trailer).MatchString(gotText) {
		t.Errorf("%s:\n got %s %q\nwant %s %q", what, gotCode, gotText, code, line)
	}
}

// clock is a tenant's clock that a test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func ticking() (*emulator.Tenant, *clock) {
	c := &clock{noon}
	return emulator.NewTenant(&emulator.Options{Now: c.Now}), c
}

func b64(t *testing.T, s string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
