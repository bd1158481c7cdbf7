// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestAuthorizeCode(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, endpoint := range []string{
		authorizeURL,
		"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_SUSI/oauth2/v2.0/authorize",
		"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi",
	} {
		r := visit(t, browser(t, b2c.Transport()), endpoint, "state", "a +b/ü", "some_extra", "x")
		shape := regexp.MustCompile(`^http://localhost:8400/callback\?code=([A-Za-z0-9_-]+\.){4}[A-Za-z0-9_-]+&state=a\+%2bb%2f%c3%bc$`)
		if !shape.MatchString(r.header.Get("Location")) {
			t.Errorf("%s: got %d to %q", endpoint, r.status, r.header.Get("Location"))
		}
		equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
		equal(t, "X-Frame-Options", r.header.Get("X-Frame-Options"), "DENY")
		code := landed(t, r).Get("code")
		head, err := base64.RawURLEncoding.DecodeString(code[:strings.IndexByte(code, '.')])
		equal(t, "error of the code's header", err, nil)
		equal(t, "the code's header", string(head), `{"kid":"cpimcore_09252015","ver":"1.0","zip":"Deflate","ser":"1.0"}`)
	}
	equal(t, "counts", b2c.Counts(), emulator.Counts{Authorize: 4})
}

// TestAuthorizePages: where there is no app to tell, or none that can be told, the
// error is a page, whatever else is wrong with the request, and its words are
// escaped.
func TestAuthorizePages(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		name, want string
		pairs      []string
	}{
		{"no client", "AADB2C90008: The request does not contain a client id parameter.", []string{"client_id", ""}},
		{"unknown client", "AADB2C90018: The client id 'x\"><script>' specified in the request is not registered in tenant 'contoso.onmicrosoft.com'.", []string{"client_id", `x"><script>`}},
		{"no redirect URI", "AADB2C90083: The request is missing required parameter: redirect_uri.", []string{"redirect_uri", ""}},
		{"client without any", "AADB2C90007: The application associated with client id '90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6' has no registered redirect URIs.", []string{"client_id", apiID}},
		{"client without any, and more", "AADB2C90007", []string{"client_id", apiID, "redirect_uri", "https://evil.example/", "response_mode", "form_post"}},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, c.pairs...)
		equal(t, c.name, r.status, 400)
		equal(t, "Content-Type", r.header.Get("Content-Type"), "text/html; charset=utf-8")
		equal(t, "Location", r.header.Get("Location"), "")
		if !strings.Contains(html.UnescapeString(r.body), c.want) || strings.Contains(r.body, "<script") {
			t.Errorf("%s: got %q, want %q, escaped", c.name, r.body, c.want)
		}
	}
}

// TestUnregisteredRedirectURI: the app is told, at a redirect URI that is
// registered, and nothing ever goes to the other.
func TestUnregisteredRedirectURI(t *testing.T) {
	const evil = "https://evil.example/"
	b2c := withImplicit()
	line := func(uri string) string {
		return "AADB2C90006: The redirect URI '" + uri + "' provided in the request is not registered for the client id '" + clientID + "'."
	}
	for _, c := range []struct {
		name, uri, prefix string
		pairs             []string
	}{
		{"foreign", evil + `"><script>`, callback + "?error=", nil},
		{"other port", "http://localhost:8401/callback", callback + "?error=", nil},
		{"no port", "http://localhost/callback", callback + "?error=", nil},
		{"slash", callback + "/", callback + "?error=", nil},
		{"case", "http://localhost:8400/Callback", callback + "?error=", nil},
		{"with a query", callback + "?x=1", callback + "?error=", nil},
		{"another app's", "https://app.contoso.example/callback", callback + "?error=", nil},
		{"registered, but after a comma", evil + "," + callback, callback + "?error=", nil},
		{"fragment", evil, callback + "#error=", []string{"response_mode", "fragment"}},
		{"tokens", evil, callback + "#error=", []string{"response_type", "id_token"}},
		{"no such mode", evil, callback + "?error=", []string{"response_mode", "cookie"}},
		{"prompt=none", evil, callback + "?error=", []string{"prompt", "none"}},
		{"more is wrong", evil, callback + "?error=", []string{"response_type", "x", "scope", "", "prompt", "x"}},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, append(c.pairs, "client_id", clientID, "redirect_uri", c.uri, "state", "a <b>")...)
		if location := r.header.Get("Location"); !strings.HasPrefix(location, c.prefix) || len(r.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: got %q and cookies %v, want %s", c.name, location, r.header.Values("Set-Cookie"), c.prefix)
		}
		values := landed(t, r)
		wantDescription(t, c.name, values.Get("error"), values.Get("error_description"), "redirect_uri_mismatch", line(c.uri))
		equal(t, c.name+": state", values.Get("state"), "a <b>")
		equal(t, c.name+": parameters", len(values), 3)
	}

	r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", evil+`"><script>`, "response_mode", "form_post")
	equal(t, "form_post: action", formAction(r.body), callback)
	equal(t, "form_post: scripts", strings.Count(r.body, "<script"), 1)
	fields := formFields(r.body)
	wantDescription(t, "form_post", fields.Get("error"), fields.Get("error_description"), "redirect_uri_mismatch", line(evil+`"><script>`))
	equal(t, "form_post: state", fields.Get("state"), "s")

	// RFC 6749 §3.1: a parameter that is there twice has no value of its own.
	r = visit(t, browser(t, b2c.Transport()), authorizeURL+"?redirect_uri="+url.QueryEscape(evil), "client_id", clientID)
	equal(t, "two redirect URIs", landed(t, r).Get("error"), "redirect_uri_mismatch")
	equal(t, "remembered", b2c.Requests()[0].Error, "AADB2C90006")
}

// TestLocalhostOfNativeApps: as everywhere, the port is a part of it.
func TestLocalhostOfNativeApps(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "app", ID: clientID, Kind: emulator.NativeApp, RedirectURIs: []string{"http://localhost"}},
	}})
	for uri, want := range map[string]string{
		"http://localhost":        "http://localhost?code=",
		"http://localhost:51234":  "http://localhost?error=redirect_uri_mismatch&",
		"http://localhost:51234/": "http://localhost?error=redirect_uri_mismatch&",
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", uri, "scope", "openid")
		if !strings.HasPrefix(r.header.Get("Location"), want) {
			t.Errorf("%s: got %q, want %s", uri, r.header.Get("Location"), want)
		}
	}
}

// TestUnregisteredRedirectURIOfSeveral: which one hears of it isn't known; here
// it is the first.
func TestUnregisteredRedirectURIOfSeveral(t *testing.T) {
	const first, second = "https://app.contoso.example/cb?a=1", callback
	for _, pages := range []bool{false, true} {
		b2c := emulator.NewTenant(&emulator.Options{Pages: pages, Apps: []emulator.App{{Name: "app", ID: clientID, RedirectURIs: []string{first, second}}}})
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", second+"/", "scope", "openid")
		if location := r.header.Get("Location"); !strings.HasPrefix(location, first+"&error=redirect_uri_mismatch&") {
			t.Errorf("pages %t: got %d to %q, want %s", pages, r.status, location, first)
		}
	}
}

func TestAuthorizeErrors(t *testing.T) {
	const uri = "https://contoso.onmicrosoft.com/"
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "api", URI: uri + "tasks", Scopes: []string{"tasks.read"}},
		{Name: "other", URI: uri + "other", Scopes: []string{"read"}},
		{Name: "web", ID: webID, Kind: emulator.WebApp, RedirectURIs: []string{callback}, Granted: []string{readScope}},
		{Name: "implicit", ID: clientID, Implicit: true, RedirectURIs: []string{callback}, Granted: []string{readScope}},
		{Name: "spa", ID: spaID, Kind: emulator.SPA, RedirectURIs: []string{callback}, Granted: []string{readScope}},
	}})
	const (
		invalid  = "invalid_request"
		implicit = "AADB2C90057: The provided application is not configured to allow the 'OAuth' Implicit flow."
		verifies = "AADB2C90183: The supplied code_verifier is invalid"
	)
	for _, c := range []struct {
		name, error, line string
		pairs             []string
	}{
		{"no response type", invalid, "AADB2C90083: The request is missing required parameter: response_type.", []string{"response_type", ""}},
		{"response type", "unsupported_response_type", "AADB2C90013: The requested response type 'code cookie' provided in the request is not supported.", []string{"response_type", "code cookie"}},
		{"response type twice", "unsupported_response_type", "AADB2C90013: The requested response type 'code code' provided in the request is not supported.", []string{"response_type", "code code"}},
		{"response mode", invalid, "AADB2C90014: The requested response mode 'web_message' provided in the request is not supported.", []string{"response_mode", "web_message"}},
		{"token in a query", invalid, "AADB2C90014: The requested response mode 'query' provided in the request is not supported.", []string{"client_id", clientID, "response_type", "id_token", "response_mode", "query"}},
		{"implicit", "unauthorized_client", implicit, []string{"response_type", "id_token"}},
		{"hybrid", "unauthorized_client", implicit, []string{"response_type", "code id_token"}},
		{"no nonce", invalid, "AADB2C90083: The request is missing required parameter: nonce.", []string{"client_id", clientID, "response_type", "code id_token", "nonce", ""}},
		{"id_token without openid", invalid, "AADB2C90110: The scope parameter must include 'openid' when requesting a response_type that includes 'id_token'.", []string{"client_id", clientID, "response_type", "id_token", "scope", readScope}},
		{"token without resource", invalid, "AADB2C90055: The scope 'openid profile' provided in request must specify a resource, such as 'https://example.com/calendar.read'.", []string{"client_id", clientID, "response_type", "token", "scope", "openid profile"}},
		{"code for nothing", invalid, "AADB2C90115: When requesting the 'code' response_type, the scope parameter must include a resource or client ID for access tokens, and 'openid' for ID tokens. Additionally include 'offline_access' for refresh tokens.", []string{"scope", "offline_access"}},
		{"no scope", invalid, "AADB2C90010: The request does not contain a scope parameter.", []string{"scope", " "}},
		{"unknown scope", invalid, "AADB2C90117: The scope 'user.read' provided in the request is not supported.", []string{"scope", "openid user.read"}},
		{"email", invalid, "AADB2C90117: The scope 'email' provided in the request is not supported.", []string{"scope", "openid profile email " + readScope}},
		{"unknown API", invalid, "AADB2C90117: The scope 'https://graph.microsoft.com/user.read' provided in the request is not supported.", []string{"scope", "openid https://graph.microsoft.com/user.read"}},
		{"comma", invalid, "AADB2C99005: The request contains an invalid scope parameter which includes an illegal character ','.", []string{"scope", "openid,profile"}},
		{"quote", invalid, "AADB2C99005: The request contains an invalid scope parameter which includes an illegal character '\"'.", []string{"scope", `openid "`}},
		{"two APIs", invalid, "AADB2C90146: The scope 'openid " + uri + "tasks/tasks.read " + uri + "other/read' provided in request specifies more than one resource for an access token, which is not supported.", []string{"scope", "openid " + uri + "tasks/tasks.read " + uri + "other/read"}},
		{"API and own id", invalid, "AADB2C90146: The scope '" + readScope + " " + webID + "' provided in request specifies more than one resource for an access token, which is not supported.", []string{"scope", readScope + " " + webID}},
		{"not granted", invalid, "AADB2C90205: This application does not have sufficient permissions against this web resource to perform the operation.", []string{"scope", "openid " + uri + "other/read"}},
		{"SPA without PKCE", invalid, "AADB2C99059: The supplied request must present a code_challenge", []string{"client_id", spaID, "code_challenge_method", "S256"}},
		{"method", invalid, "AADB2C90184: The supplied code_challenge_method is not supported. Supported values are plain or S256", []string{"code_challenge", challenge, "code_challenge_method", "s256"}},
		{"short challenge", invalid, verifies, []string{"code_challenge", challenge[1:], "code_challenge_method", "S256"}},
		{"long S256 challenge", invalid, verifies, []string{"code_challenge", challenge + "A", "code_challenge_method", "S256"}},
		{"plain challenge with a plus", invalid, verifies, []string{"code_challenge", challenge + "+"}},
		{"long plain challenge", invalid, verifies, []string{"code_challenge", strings.Repeat("a", 129)}},
		{"prompt", invalid, "AADB2C90043: The prompt included in the request contains invalid values. Expected 'none', 'login', 'consent' or 'select_account'.", []string{"prompt", "create"}},
		{"max age", invalid, "AADB2C90120: The max age parameter '-1' specified in the request is invalid. Max age must be an integer between '0' and '2147483647' inclusive.", []string{"max_age", "-1"}},
		{"huge max age", invalid, "AADB2C90120: The max age parameter '2147483648' specified in the request is invalid. Max age must be an integer between '0' and '2147483647' inclusive.", []string{"max_age", "2147483648"}},
		{"no session", "interaction_required", "AADB2C90077: User does not have an existing session and request prompt parameter has a value of 'None'.", []string{"prompt", "none"}},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, c.pairs...)
		if !strings.HasPrefix(r.header.Get("Location"), callback) || len(r.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: got %q and cookies %v", c.name, r.header.Get("Location"), r.header.Values("Set-Cookie"))
		}
		values := landed(t, r)
		wantDescription(t, c.name, values.Get("error"), values.Get("error_description"), c.error, c.line)
		equal(t, c.name+": state", values.Get("state"), "s")
		equal(t, c.name+": parameters", len(values), 3)
	}
}

// TestErrorModes: an error comes back where the answer would have been, or else
// where the request wanted it.
func TestErrorModes(t *testing.T) {
	b2c := withImplicit()
	for _, c := range []struct{ prefix, kind, mode string }{
		{callback + "?error=", "code", ""},
		{callback + "?error=", "code", "query"},
		{callback + "#error=", "code", "fragment"},
		{callback + "#error=", "id_token", ""},
		{callback + "#error=", "code id_token", ""},
		{callback + "?error=", "id_token", "query"},
		{callback + "#error=", "id_token", "cookie"},
		{callback + "?error=", "code", "cookie"},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "response_type", c.kind, "response_mode", c.mode, "prompt", "none")
		if !strings.HasPrefix(r.header.Get("Location"), c.prefix) {
			t.Errorf("%s by %q: got %q, want %s", c.kind, c.mode, r.header.Get("Location"), c.prefix)
		}
	}
}

func TestFormPost(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	const state = `"><script>alert('x')</script>&amp;`
	r := visit(t, browser(t, b2c.Transport()), authorizeURL, "response_mode", "form_post", "state", state)
	policy, script := r.header.Get("Content-Security-Policy"), regexp.MustCompile(`<script>(.*?)</script>`).FindStringSubmatch(r.body)
	sum := sha256.Sum256([]byte(script[1]))
	if !strings.Contains(policy, "default-src 'none'; script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("got the policy %q, want one that allows the page's own script", policy)
	}
	equal(t, "status", r.status, 200)
	equal(t, "Content-Type", r.header.Get("Content-Type"), "text/html; charset=utf-8")
	equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
	fields := formFields(r.body)
	equal(t, "action", formAction(r.body), callback)
	equal(t, "state", fields.Get("state"), state)
	equal(t, "scripts", strings.Count(r.body, "<script"), 1)
	equal(t, "button without scripts", regexp.MustCompile(`<noscript>.*<button type="submit">.*</noscript>`).MatchString(r.body), true)
	if a := redeem(t, b2c.Client(), tokenURL, redemption(fields.Get("code"))); a.AccessToken == "" {
		t.Error("got no access token")
	}

	fields = formFields(visit(t, browser(t, b2c.Transport()), authorizeURL, "response_mode", "form_post", "prompt", "none").body)
	wantDescription(t, "error", fields.Get("error"), fields.Get("error_description"), "interaction_required",
		"AADB2C90077: User does not have an existing session and request prompt parameter has a value of 'None'.")
}

// TestOwnScheme: a native app's redirect URI is no script and goes through all
// modes as it is; one with a query keeps it.
func TestOwnScheme(t *testing.T) {
	const own, query = "msal7b1c://auth", "https://app.contoso.example/cb?a=1"
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{{Name: "app", ID: clientID, RedirectURIs: []string{own, query}}}})
	for _, c := range []struct{ uri, mode, want string }{
		{own, "query", own + "?code="},
		{own, "fragment", own + "#code="},
		{query, "query", query + "&code="},
		{query, "fragment", query + "#code="},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", c.uri, "response_mode", c.mode, "scope", "openid")
		if !strings.HasPrefix(r.header.Get("Location"), c.want) {
			t.Errorf("got %q, want %s", r.header.Get("Location"), c.want)
		}
	}
	r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", own, "response_mode", "form_post", "scope", "openid")
	equal(t, "action", formAction(r.body), own)
}

func TestImplicitAndHybrid(t *testing.T) {
	b2c := withImplicit()
	for _, c := range []struct {
		kind string
		want []string
	}{
		{"id_token", []string{"id_token"}},
		{"token", []string{"access_token", "token_type", "expires_in", "scope"}},
		{"id_token token", []string{"access_token", "token_type", "expires_in", "scope", "id_token"}},
		{"token id_token", []string{"access_token", "token_type", "expires_in", "scope", "id_token"}},
		{"code id_token", []string{"id_token", "code"}},
		{"code token", []string{"access_token", "token_type", "expires_in", "scope", "code"}},
		{"code id_token token", []string{"access_token", "token_type", "expires_in", "scope", "id_token", "code"}},
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "response_type", c.kind, "client_info", "1")
		location := r.header.Get("Location")
		values := landed(t, r)
		var got []string
		for pair := range strings.SplitSeq(strings.TrimPrefix(location, callback+"#"), "&") {
			name, _, _ := strings.Cut(pair, "=")
			got = append(got, name)
		}
		equalList(t, c.kind, got, append(c.want, "client_info", "state"))
		access, code := values.Get("access_token"), values.Get("code")
		if access != "" {
			claims := claimsOf(t, access)
			equal(t, "aud", claims["aud"], any(apiID))
			equal(t, "scp", claims["scp"], any("tasks.read"))
			equal(t, "nonce", claims["nonce"], any("n-7f3a"))
			equal(t, "token_type", values.Get("token_type"), "Bearer")
			equal(t, "expires_in", values.Get("expires_in"), "3600")
			equal(t, "scope", values.Get("scope"), readScope+" openid offline_access")
		}
		if id := values.Get("id_token"); id != "" {
			claims := claimsOf(t, id)
			equal(t, "aud", claims["aud"], any(clientID))
			equal(t, "nonce", claims["nonce"], any("n-7f3a"))
			equal(t, c.kind+": at_hash", claims["at_hash"], leftHalf(access))
			equal(t, c.kind+": c_hash", claims["c_hash"], leftHalf(code))
			equal(t, "verifies", verifiedBy(t, b2c.Client(), keysURL, id) != "", true)
		}
		if code != "" {
			a := redeem(t, b2c.Client(), tokenURL, changed(redemption(code), "client_id", clientID, "client_secret", ""))
			equal(t, "at_hash of the token endpoint", claimsOf(t, a.IDToken)["at_hash"], leftHalf(a.AccessToken))
			equal(t, "c_hash of the token endpoint", claimsOf(t, a.IDToken)["c_hash"], any(nil))
		}
	}
}

func TestAuthorizeMethods(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct{ method, url string }{
		{http.MethodHead, authorizeURL},
		{http.MethodPost, authorizeURL},
		{http.MethodHead, logoutURL},
		{http.MethodPost, logoutURL},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := do(t, b2c.Client(), req)
		equal(t, c.method, r.status, 405)
		equal(t, "Allow", r.header.Get("Allow"), "GET")
	}
}

// TestUserRealm: MSAL Python asks for a user's realm before ROPC, at a path that
// B2C doesn't have. It takes a 404 for "no federation" and goes on.
func TestUserRealm(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	r := get(t, b2c.Client(), "https://contoso.b2clogin.com/common/userrealm/lin@example.org?api-version=1.0")
	equal(t, "status", r.status, 404)
	equal(t, "Content-Type", r.header.Get("Content-Type"), "text/html; charset=utf-8")
}

// withImplicit is a tenant with a public client that may use every flow.
func withImplicit() *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "api", ID: apiID, URI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"tasks.read"}},
		{Name: "app", ID: clientID, Implicit: true, RedirectURIs: []string{callback}, Granted: []string{readScope}},
	}})
}

// leftHalf is at_hash and c_hash (OpenID Connect Core 1.0 §3.3.2.11); nil for
// nothing.
func leftHalf(s string) any {
	if s == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func formAction(page string) string {
	found := regexp.MustCompile(`<form id="auto" method="post" action="([^"]*)">`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func formFields(page string) url.Values {
	fields := url.Values{}
	for _, f := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		fields.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
	}
	return fields
}
