// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const defaultScope = "https://contoso.onmicrosoft.com/tasks/.default"

// post sends a token request; basic, if not empty, is user:password as sent.
func post(t *testing.T, c *http.Client, endpoint string, form url.Values, basic ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if len(basic) == 2 {
		req.SetBasicAuth(basic[0], basic[1])
	}
	return do(t, c, req)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

type answer struct {
	AccessToken string  `json:"access_token"`
	TokenType   string  `json:"token_type"`
	NotBefore   float64 `json:"not_before"`
	ExpiresIn   float64 `json:"expires_in"`
	ExpiresOn   float64 `json:"expires_on"`
	Resource    string  `json:"resource"`
}

func TestClientCredentials(t *testing.T) {
	b2c := fixed()
	r := post(t, b2c.Client(), tokenURL, form("grant_type", "client_credentials",
		"client_id", daemonID, "client_secret", "s3cret", "scope", defaultScope))
	equal(t, "status", r.status, 200)
	equal(t, "Content-Type", r.header.Get("Content-Type"), "application/json; charset=utf-8")
	equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
	equal(t, "X-Frame-Options", r.header.Get("X-Frame-Options"), "DENY")
	equal(t, "has a request id", r.header.Get("X-Ms-Gateway-Requestid") != "", true)
	equalList(t, "members", names(t, r.body), []string{"access_token", "token_type", "not_before", "expires_in", "expires_on", "resource"})
	a := decode[answer](t, r.body)
	equal(t, "token_type", a.TokenType, "Bearer")
	equal(t, "not_before", a.NotBefore, 1750000000)
	equal(t, "expires_in", a.ExpiresIn, 3600)
	equal(t, "expires_on", a.ExpiresOn, 1750003600)
	equal(t, "resource", a.Resource, apiID)
	equal(t, "payload", parse(t, a.AccessToken).payload,
		`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",`+
			`"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","sub":"dddddddd-dddd-dddd-dddd-dddddddddddd",`+
			`"azp":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee","scp":"jobs.run jobs.read",`+
			`"iat":1750000000,"nbf":1750000000,"exp":1750003600}`)
	equal(t, "verifies", verifiedBy(t, b2c.Client(), keysURL, a.AccessToken) != "", true)
	equal(t, "counts", b2c.Counts(), emulator.Counts{Token: 1, Keys: 1})
}

func TestClientCredentialsOnEveryEndpoint(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"},
		Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1A_partner", Issuer: emulator.IssuerTFP}},
	})
	for _, c := range []struct{ endpoint, keys, iss string }{
		{tokenURL, keysURL, contosoIssuer},
		{"https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=b2c_1_susi", keysURL, contosoIssuer},
		{
			"https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_SUSI/oauth2/v2.0/token", keysURL,
			"https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
		},
		{
			"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1A_partner/oauth2/v2.0/token", partnerKeys,
			"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1a_partner/v2.0/",
		},
	} {
		r := post(t, b2c.Client(), c.endpoint, form("grant_type", "client_credentials",
			"client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope))
		if r.status != 200 {
			t.Fatalf("%s: got status %d: %s", c.endpoint, r.status, r.body)
		}
		compact := decode[answer](t, r.body).AccessToken
		equal(t, c.endpoint, claimsOf(t, compact)["iss"], any(c.iss))
		equal(t, "scp", claimsOf(t, compact)["scp"], any("jobs.run"))
		equal(t, "verifies at "+c.keys, verifiedBy(t, b2c.Client(), c.keys, compact) != "", true)
	}
}

// TestBasicIsFormEncoded: RFC 6749 §2.3.1 encodes both parts before Basic does.
func TestBasicIsFormEncoded(t *testing.T) {
	const secret = "a+b %/:ü"
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "api", URI: "https://contoso.onmicrosoft.com/tasks", Roles: []string{"jobs.run"}},
		{Name: "daemon", ID: daemonID, Secret: secret, Granted: []string{"https://contoso.onmicrosoft.com/tasks/jobs.run"}},
	}})
	request := form("grant_type", "client_credentials", "scope", defaultScope)
	equal(t, "encoded", post(t, b2c.Client(), tokenURL, request, daemonID, "a%2Bb+%25%2F%3A%C3%BC").status, 200)
	equal(t, "plain", post(t, b2c.Client(), tokenURL, request, daemonID, secret).status, 200) // "% " is no escape
	equal(t, "wrong", post(t, b2c.Client(), tokenURL, request, daemonID, "a+b").status, 400)
	both := changed(request, "client_id", daemonID, "client_secret", secret)
	equal(t, "empty, and right in the body", post(t, b2c.Client(), tokenURL, both, daemonID, "").status, 400)
}

func TestStringNumbers(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{{Name: "B2C_1A_strings", StringNumbers: true, Lifetime: 5 * time.Minute}},
		Now:   func() time.Time { return noon },
	})
	r := post(t, b2c.Client(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_strings/oauth2/v2.0/token",
		form("grant_type", "client_credentials", "client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope))
	a := decode[map[string]any](t, r.body)
	equal(t, "not_before", a["not_before"], any("1750000000"))
	equal(t, "expires_in", a["expires_in"], any("300"))
	equal(t, "expires_on", a["expires_on"], any("1750000300"))
}

func TestTokenErrors(t *testing.T) {
	const uri = "https://contoso.onmicrosoft.com/tasks"
	b2c := emulator.NewTenant(&emulator.Options{
		Apps: []emulator.App{
			{Name: "api", URI: uri, Roles: []string{"jobs.run"}, Scopes: []string{"tasks.read"}},
			{Name: "other", URI: "https://contoso.onmicrosoft.com/other", Roles: []string{"jobs.run"}},
			{Name: "daemon", ID: daemonID, Secret: "s3cret", Granted: []string{uri + "/jobs.run"}},
			{Name: "web", ID: clientID, Secret: "web-s3cret", Granted: []string{uri + "/tasks.read"}},
			{Name: "public", ID: principalID},
		},
		Now: func() time.Time { return time.Date(2025, 6, 15, 17, 0, 0, 0, time.FixedZone("", 7200)) },
	})
	const cc = "client_credentials"
	for _, c := range []struct {
		name                     string
		grant, id, secret, scope string
		extra                    []string
		error, code, says        string
	}{
		{"no grant type", "", daemonID, "s3cret", defaultScope, nil, "invalid_request", "AADB2C90083", "grant_type"},
		{"on behalf of", "urn:ietf:params:oauth:grant-type:jwt-bearer", daemonID, "s3cret", defaultScope, nil, "unsupported_grant_type", "AADB2C90086", "[urn:ietf:params:oauth:grant-type:jwt-bearer]"},
		{"device code", "device_code", daemonID, "", "", nil, "unsupported_grant_type", "AADB2C90086", "[device_code]"},
		{"assertion", cc, daemonID, "", defaultScope, []string{"client_assertion", "x.y.z"}, "invalid_request", "AADB2C99027", "B2C_1_susi"},
		{"assertion type", cc, daemonID, "s3cret", defaultScope, []string{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "invalid_request", "AADB2C99027", "ClientAssertionType"},
		{"no client", cc, "", "s3cret", defaultScope, nil, "invalid_request", "AADB2C90083", "client_id"},
		{"unknown client", cc, userID, "s3cret", defaultScope, nil, "invalid_client", "AADB2C90018", userID},
		{"no secret", cc, daemonID, "", defaultScope, nil, "invalid_request", "AADB2C90079", "client_secret"},
		{"wrong secret", cc, daemonID, "s3cretX", defaultScope, nil, "invalid_client", "AADB2C90081", "client_secret"},
		{"another's secret", cc, clientID, "s3cret", defaultScope, nil, "invalid_client", "AADB2C90081", "client_secret"},
		{"public client", cc, principalID, "s3cret", defaultScope, nil, "invalid_client", "AADB2C90081", "client_secret"},
		{"no scope", cc, daemonID, "s3cret", "", nil, "invalid_request", "AADB2C90083", "scope"},
		{"a single scope", cc, daemonID, "s3cret", uri + "/jobs.run", nil, "invalid_request", "AADB2C99068", uri + "/jobs.run"},
		{"openid", cc, daemonID, "s3cret", "openid", nil, "invalid_request", "AADB2C99068", "openid"},
		{"a user's scopes beside it", cc, daemonID, "s3cret", defaultScope + " openid offline_access profile", nil, "invalid_request", "AADB2C99068", "openid"},
		{"unknown API", cc, daemonID, "s3cret", "https://contoso.onmicrosoft.com/nope/.default", nil, "invalid_request", "AADB2C90117", "nope"},
		{"the client id as API", cc, daemonID, "s3cret", "/.default", nil, "invalid_request", "AADB2C90117", "/.default"},
		{"two APIs", cc, daemonID, "s3cret", defaultScope + " https://contoso.onmicrosoft.com/other/.default", nil, "invalid_request", "AADB2C90146", "more than one resource"},
		{"no role granted", cc, clientID, "web-s3cret", defaultScope, nil, "invalid_request", "AADB2C90205", "permissions"},
		{"role of another API", cc, daemonID, "s3cret", "https://contoso.onmicrosoft.com/other/.default", nil, "invalid_request", "AADB2C90205", "permissions"},
		{"control characters", "a\r\nSet-Cookie: x\x00" + strings.Repeat("b", 1000), "", "", "", nil, "unsupported_grant_type", "AADB2C90086", "[a  Set-Cookie: x bbb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := form("grant_type", c.grant, "client_id", c.id, "client_secret", c.secret, "scope", c.scope)
			for i := 0; i < len(c.extra); i += 2 {
				values.Set(c.extra[i], c.extra[i+1])
			}
			r := post(t, b2c.Client(), tokenURL, values)
			equal(t, "status", r.status, 400)
			equal(t, "Content-Type", r.header.Get("Content-Type"), "application/json; charset=utf-8")
			equalList(t, "members", names(t, r.body), []string{"error", "error_description"})
			e := decode[map[string]string](t, r.body)
			equal(t, "error", e["error"], c.error)
			shape := regexp.MustCompile(`^` + c.code + `: [^\r\n]{1,600}\r\nCorrelation ID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r\nTimestamp: 2025-06-15 15:00:00Z\r\n$`)
			if !shape.MatchString(e["error_description"]) || !strings.Contains(e["error_description"], c.says) {
				t.Errorf("got description %q, want %s with %q", e["error_description"], c.code, c.says)
			}
			if strings.Contains(r.body, "s3cret") {
				t.Errorf("a secret in %q", r.body)
			}
		})
	}
}

// TestTokenRequestBody: what is no bounded form in the body holds no
// parameters, and parameters in the URL don't count.
func TestTokenRequestBody(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	good := form("grant_type", "client_credentials", "client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope)
	for _, c := range []struct {
		name, mediaType, query, body string
		status                       int
	}{
		{"form", "application/x-www-form-urlencoded; charset=utf-8", "", good.Encode(), 200},
		{"JSON", "application/json", "", `{"grant_type":"client_credentials"}`, 400},
		{"no type", "", "", good.Encode(), 400},
		{"in the URL", "application/x-www-form-urlencoded", "?" + good.Encode(), "", 400},
		{"broken escape", "application/x-www-form-urlencoded", "", good.Encode() + "&x=%zz", 400},
		{"64 KiB", "application/x-www-form-urlencoded", "", good.Encode() + "&x=" + strings.Repeat("a", 64<<10-len(good.Encode())-3), 200},
		{"one more", "application/x-www-form-urlencoded", "", good.Encode() + "&x=" + strings.Repeat("a", 64<<10-len(good.Encode())-2), 413},
		{"huge", "application/x-www-form-urlencoded", "", strings.Repeat("a", 4<<20), 413},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tokenURL+c.query, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.mediaType != "" {
			req.Header.Set("Content-Type", c.mediaType)
		}
		equal(t, c.name, do(t, b2c.Client(), req).status, c.status)
	}
}

func TestMoreSecrets(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "web", Secret: "new", MoreSecrets: []string{"old", "older"}, RedirectURIs: []string{callback}},
	}})
	c := browser(t, b2c.Transport())
	id := b2c.Apps()[0].ID
	b2c.Apps()[0].MoreSecrets[0] = "changed"
	for secret, status := range map[string]int{"new": 200, "old": 200, "older": 200, "changed": 400, "": 400} {
		code := codeFor(t, c, authorizeURL, "client_id", id, "scope", "openid")
		r := post(t, c, tokenURL, changed(redemption(code), "client_id", id, "client_secret", secret))
		equal(t, "secret "+secret, r.status, status)
	}
}
