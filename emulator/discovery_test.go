// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// document is a metadata document, every member a string or a list of them.
type document struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	JWKS          string   `json:"jwks_uri"`
	ResponseModes []string `json:"response_modes_supported"`
	ResponseTypes []string `json:"response_types_supported"`
	Scopes        []string `json:"scopes_supported"`
	SubjectTypes  []string `json:"subject_types_supported"`
	SigningAlgs   []string `json:"id_token_signing_alg_values_supported"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	Claims        []string `json:"claims_supported"`
}

func TestMetadataFieldByField(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	r := get(t, b2c.Client(), metadataURL)
	equal(t, "status", r.status, 200)
	equal(t, "Content-Type", r.header.Get("Content-Type"), "application/json; charset=utf-8")
	equal(t, "ETag", r.header.Get("ETag"), "")
	equal(t, "Cache-Control", r.header.Get("Cache-Control"), "")

	equalList(t, "members", names(t, r.body), []string{
		"issuer", "authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri",
		"response_modes_supported", "response_types_supported", "scopes_supported", "subject_types_supported",
		"id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported", "claims_supported",
	})
	d := decode[document](t, r.body)
	equal(t, "issuer", d.Issuer, "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/")
	equal(t, "authorization_endpoint", d.Authorization, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/authorize")
	equal(t, "token_endpoint", d.Token, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token")
	equal(t, "end_session_endpoint", d.EndSession, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/logout")
	equal(t, "jwks_uri", d.JWKS, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys")
	equalList(t, "response modes", d.ResponseModes, []string{"query", "fragment", "form_post"})
	equalList(t, "response types", d.ResponseTypes, []string{
		"code", "code id_token", "code token", "code id_token token", "id_token", "id_token token", "token", "token id_token",
	})
	equalList(t, "scopes", d.Scopes, []string{"openid"})
	equalList(t, "subject types", d.SubjectTypes, []string{"pairwise"})
	equalList(t, "algorithms", d.SigningAlgs, []string{"RS256"})
	equalList(t, "auth methods", d.AuthMethods, []string{"client_secret_post", "client_secret_basic"})
	equalList(t, "claims", d.Claims, []string{
		"oid", "sub", "newUser", "name", "emails", "idp", "tfp", "iss", "iat", "exp", "aud", "acr", "nonce", "auth_time",
	})
}

// TestMetadataForms asks in every form of URL there is. The document echoes the
// form, the issuer doesn't.
func TestMetadataForms(t *testing.T) {
	const (
		guidIssuer   = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
		customIssuer = "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
		legacyIssuer = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
		wellKnown    = "/v2.0/.well-known/openid-configuration"
	)
	b2c := emulator.NewTenant(&emulator.Options{
		Hosts: []string{"contoso.b2clogin.com", "login.contoso.example", "login.microsoftonline.com"},
		Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1A_Partner"}, {Name: "B2C_1_Compat", Issuer: emulator.IssuerTFP}},
	})
	for _, c := range []struct{ name, url, issuer, token, jwks string }{
		{
			"domain", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"any case", "https://contoso.b2clogin.com/Contoso.onmicrosoft.com/b2c_1_SUSI" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/Contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/Contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"GUID", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"/tfp/", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"/tfp/ GUID", "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"?p=", "https://contoso.b2clogin.com/contoso.onmicrosoft.com" + wellKnown + "?p=B2C_1_susi", guidIssuer,
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=b2c_1_susi",
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/discovery/v2.0/keys?p=b2c_1_susi",
		},
		{
			"GUID and ?p=", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925" + wellKnown + "?p=B2C_1_susi", guidIssuer,
			"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token?p=b2c_1_susi",
			"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/discovery/v2.0/keys?p=b2c_1_susi",
		},
		{
			"custom domain", "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi" + wellKnown, customIssuer,
			"https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/oauth2/v2.0/token",
			"https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"default port", "https://login.contoso.example:443/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown, customIssuer,
			"https://login.contoso.example/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token",
			"https://login.contoso.example/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"legacy /te/", "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown, legacyIssuer,
			"https://login.microsoftonline.com/te/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token",
			"https://login.microsoftonline.com/te/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			"custom policy", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1a_partner" + wellKnown, guidIssuer,
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1a_partner/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1a_partner/discovery/v2.0/keys",
		},
		{
			"tfp issuer", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_Compat" + wellKnown,
			"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_compat/v2.0/",
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_compat/oauth2/v2.0/token",
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_compat/discovery/v2.0/keys",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := get(t, b2c.Client(), c.url)
			if r.status != 200 {
				t.Fatalf("got status %d, want 200", r.status)
			}
			d := decode[document](t, r.body)
			equal(t, "issuer", d.Issuer, c.issuer)
			equal(t, "token_endpoint", d.Token, c.token)
			equal(t, "jwks_uri", d.JWKS, c.jwks)
			if got := kids(t, b2c.Client(), d.JWKS); len(got) != 1 {
				t.Errorf("got %d keys at %s, want 1", len(got), d.JWKS)
			}
		})
	}
}

func TestNotFoundIsHTML(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	const wellKnown = "/v2.0/.well-known/openid-configuration"
	for _, c := range []struct{ name, path string }{
		{"unknown policy", "/contoso.onmicrosoft.com/B2C_1_nope" + wellKnown},
		{"unknown tenant", "/fabrikam.onmicrosoft.com/B2C_1_susi" + wellKnown},
		{"other GUID", "/11111111-1111-1111-1111-111111111111/B2C_1_susi" + wellKnown},
		{"no policy", "/contoso.onmicrosoft.com" + wellKnown},
		{"empty ?p=", "/contoso.onmicrosoft.com" + wellKnown + "?p="},
		{"two ?p=", "/contoso.onmicrosoft.com" + wellKnown + "?p=B2C_1_susi&p=B2C_1_edit"},
		{"path against ?p=", "/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown + "?p=B2C_1_edit"},
		{"/tfp/ with ?p=", "/tfp/contoso.onmicrosoft.com" + wellKnown + "?p=B2C_1_susi"},
		{"/te/ off the legacy host", "/te/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown},
		{"issuer plus well-known", "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/.well-known/openid-configuration"},
		{"trailing slash", "/contoso.onmicrosoft.com/B2C_1_susi" + wellKnown + "/"},
		{"two slashes before v2.0", "/contoso.onmicrosoft.com/B2C_1_susi/" + wellKnown},
		{"no v2.0", "/contoso.onmicrosoft.com/B2C_1_susi/.well-known/openid-configuration"},
		{"root", "/"},
		{"script", "/<script>alert(1)</script>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b2c.ResetCounts()
			r := get(t, b2c.Client(), "https://contoso.b2clogin.com"+c.path)
			equal(t, "status", r.status, 404)
			equal(t, "Content-Type", r.header.Get("Content-Type"), "text/html; charset=utf-8")
			equal(t, "Cache-Control", r.header.Get("Cache-Control"), "private")
			equal(t, "HTML", strings.HasPrefix(r.body, "<!DOCTYPE html>"), true)
			equal(t, "echo", strings.Contains(r.body, "script"), false)
			equal(t, "counts", b2c.Counts(), emulator.Counts{NotFound: 1})
		})
	}
}

func TestForeignHost(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, host := range []string{"fabrikam.b2clogin.com", "contoso.b2clogin.com.evil.example", "example.com", ""} {
		r := httptest.NewRequest(http.MethodGet, metadataURL, nil)
		r.Host = host
		w := httptest.NewRecorder()
		b2c.ServeHTTP(w, r)
		equal(t, "status for host "+host, w.Code, 404)
	}
}

// TestSchemeFollowsRequest: https unless plain http reaches a loopback host.
func TestSchemeFollowsRequest(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct{ url, host, issuer string }{
		{"https://x/", "contoso.b2clogin.com", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"http://x/", "contoso.b2clogin.com", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"http://x/", "127.0.0.1:8080", "http://127.0.0.1:8080/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"http://x/", "localhost", "http://localhost/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"https://x/", "[::1]:8443", "https://[::1]:8443/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"https://x/", "Contoso.B2Clogin.com:443", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.url+"contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration", nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		b2c.ServeHTTP(w, r)
		equal(t, c.url+" on "+c.host, decode[document](t, w.Body.String()).Issuer, c.issuer)
	}
}

func TestMethods(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		method, url, allow string
		status             int
	}{
		{http.MethodGet, tokenURL, "POST", 405},
		{http.MethodPut, tokenURL, "POST", 405},
		{http.MethodPost, metadataURL, "GET, HEAD", 405},
		{http.MethodDelete, keysURL, "GET, HEAD", 405},
		{http.MethodHead, keysURL, "", 200},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := do(t, b2c.Client(), req)
		equal(t, c.method+" "+c.url, r.status, c.status)
		equal(t, "Allow", r.header.Get("Allow"), c.allow)
		if c.method == http.MethodHead {
			equal(t, "body of HEAD", r.body, "")
		}
	}
}
