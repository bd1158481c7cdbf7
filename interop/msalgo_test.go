// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	msalerrors "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestMSALGo gets tokens with MSAL Go, which doesn't support B2C
// (AzureAD/microsoft-authentication-library-for-go#32), so that what it can't
// do is noted and not demanded.
func TestMSALGo(t *testing.T) {
	b2c := newTenant(t, emulator.Flow{Name: "B2C_1_short", Lifetime: 4 * time.Minute})
	for _, test := range []struct {
		name string
		run  func(*testing.T, *emulator.Server)
	}{
		{"authorities", testMSALGoAuthorities},
		{"client credentials", testMSALGoClientCredentials},
		{"app tokens of two flows", testMSALGoSharedAppTokens},
		{"code flow", testMSALGoCodeFlow},
		{"refresh", testMSALGoRefresh},
		{"only openid", testMSALGoOnlyOpenID},
		{"ROPC", testMSALGoROPC},
		{"errors", testMSALGoErrors},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b2c) })
	}
}

// msalGo returns an app at an authority. B2C is in no list of Entra's hosts, so
// instance discovery has to be off.
func msalGo(t *testing.T, authority string, client *http.Client, app emulator.App, more ...confidential.Option) (confidential.Client, error) {
	t.Helper()
	secret, err := confidential.NewCredFromSecret(app.Secret)
	if err != nil {
		t.Fatal(err)
	}
	options := []confidential.Option{confidential.WithHTTPClient(client), confidential.WithInstanceDiscovery(false)}
	return confidential.New(authority, app.ID, secret, append(options, more...)...)
}

// mustMSALGo is msalGo for a flow.
func mustMSALGo(t *testing.T, b2c *emulator.Server, flow string, client *http.Client, app emulator.App, more ...confidential.Option) confidential.Client {
	t.Helper()
	made, err := msalGo(t, b2c.AuthorityURL(flow), client, app, more...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// plainScopes is the HTTP client that MSAL Go needs for client credentials: it
// takes out of the request the scopes that MSAL adds, which are a user's. Entra
// ignores them. B2C doesn't, which was a mistake of MSAL Node too, until
// AzureAD/microsoft-authentication-library-for-js#4999.
type plainScopes struct{ next http.RoundTripper }

func (p plainScopes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return p.next.RoundTrip(r)
	}
	text, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	var scopes []string
	for scope := range strings.FieldsSeq(form.Get("scope")) {
		if scope != "openid" && scope != "offline_access" && scope != "profile" {
			scopes = append(scopes, scope)
		}
	}
	form.Set("scope", strings.Join(scopes, " "))
	r = r.Clone(r.Context())
	body := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return p.next.RoundTrip(r)
}

func plain(b2c *emulator.Server) *http.Client {
	return &http.Client{Transport: plainScopes{b2c.Transport()}}
}

var (
	defaultScope = []string{apiURI + "/.default"}
	taskScope    = []string{apiURI + "/tasks.read"}
)

func testMSALGoAuthorities(t *testing.T, b2c *emulator.Server) {
	const base = "https://contoso.b2clogin.com/"
	for _, row := range []struct{ name, authority, issuer, refused string }{
		{"domain", base + "contoso.onmicrosoft.com/B2C_1_susi", issuer, ""},
		{"GUID", base + "775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi", issuer, ""},
		{"flow in another case", base + "contoso.onmicrosoft.com/b2c_1_SUSI", issuer, ""},
		{"tfp", base + "tfp/contoso.onmicrosoft.com/B2C_1_susi", issuer, ""},
		{"custom policy", base + "contoso.onmicrosoft.com/B2C_1A_partner", issuer, ""},
		{"custom domain", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi", customIssuer, ""},
		{"address and port", b2c.URL + "/contoso.onmicrosoft.com/B2C_1_susi", b2c.URL + "/" + tenantID + "/v2.0/", ""},
		{"flow in the query", base + "contoso.onmicrosoft.com?p=B2C_1_susi", "", "authority must be an URL such as"},
		{"no flow", base + "contoso.onmicrosoft.com", "", "reply status code was 404"},
		{"unknown flow", base + "contoso.onmicrosoft.com/B2C_1_none", "", "reply status code was 404"},
		{"unknown tenant", base + "fabrikam.onmicrosoft.com/B2C_1_susi", "", "reply status code was 404"},
		{"plain http", strings.Replace(b2c.URL, "https:", "http:", 1) + "/contoso.onmicrosoft.com/B2C_1_susi", "", "authority url scheme must be https"},
	} {
		var got confidential.AuthResult
		app, err := msalGo(t, row.authority, plain(b2c), b2c.Daemon())
		if err == nil {
			got, err = app.AcquireTokenByCredential(t.Context(), defaultScope)
		}
		if row.refused != "" {
			if err == nil || !strings.Contains(err.Error(), row.refused) {
				t.Errorf("%s: got %v, want an error with %q", row.name, err, row.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		at, err := authority.Parse(row.authority)
		if err == nil {
			at, err = at.WithTenantID(tenantID)
		}
		if err != nil {
			t.Fatal(err)
		}
		if token := accept(t, api(t, b2c, apiID, at), got.AccessToken, validator.Scope("jobs.run")); token.Issuer != row.issuer {
			t.Errorf("%s: got issuer %s, want %s", row.name, token.Issuer, row.issuer)
		}
	}

	app := mustMSALGo(t, b2c, "B2C_1_susi", b2c.Client(), b2c.Daemon(), confidential.WithInstanceDiscovery(true))
	_, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
	noted(t, "with instance discovery it looks for Entra", err != nil && strings.Contains(err.Error(), "lookup login.microsoftonline.com: no such host"), true)
}

func testMSALGoClientCredentials(t *testing.T, b2c *emulator.Server) {
	app := mustMSALGo(t, b2c, "B2C_1_susi", b2c.Client(), b2c.Daemon())
	_, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
	wantCallErr(t, "with the scopes that MSAL adds", err, http.StatusBadRequest, "AADB2C99068: Scope parameter (openid)")

	for _, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} { // the second one writes numbers as strings
		app := mustMSALGo(t, b2c, flow, plain(b2c), b2c.Daemon())
		before := b2c.Counts()
		first, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
		if err != nil {
			t.Fatal(err)
		}
		token := accept(t, api(t, b2c, apiID, contoso(t).Flow(flow)), first.AccessToken, validator.Scope("jobs.run"))
		if off := first.ExpiresOn.Sub(token.ExpiresAt); off.Abs() > 5*time.Second {
			t.Errorf("%s: the expiry is off by %v", flow, off)
		}
		again, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
		if err != nil || again.AccessToken != first.AccessToken || again.Metadata.TokenSource != confidential.TokenSourceCache {
			t.Errorf("%s, again: got %v, want the same token from the cache", flow, err)
		}
		if n := since(before, b2c.Counts()).Token; n != 1 {
			t.Errorf("%s, requests for a token: got %d, want 1", flow, n)
		}
	}
}

// exported is a cache that several apps use.
type exported struct{ text []byte }

func (e *exported) Replace(_ context.Context, c cache.Unmarshaler, _ cache.ReplaceHints) error {
	if e.text == nil {
		return nil
	}
	return c.Unmarshal(e.text)
}

func (e *exported) Export(_ context.Context, c cache.Marshaler, _ cache.ExportHints) (err error) {
	e.text, err = c.Marshal()
	return err
}

// testMSALGoSharedAppTokens shows the mistake of MSAL that our own cache must not
// have, see testSharedAppTokens.
func testMSALGoSharedAppTokens(t *testing.T, b2c *emulator.Server) {
	both := confidential.WithCache(new(exported))
	var tokens [2]string
	for i, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} {
		app := mustMSALGo(t, b2c, flow, plain(b2c), b2c.Daemon(), both)
		got, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
		if err != nil {
			t.Fatal(err)
		}
		tokens[i] = got.AccessToken
	}
	accept(t, api(t, b2c, apiID, contoso(t).Flow("B2C_1_susi")), tokens[0], validator.Scope("jobs.run"))
	noted(t, "the app of B2C_1A_partner gets a token of B2C_1_susi", tokens[1] == tokens[0], true)
	refuse(t, api(t, b2c, apiID, contoso(t).Flow("B2C_1A_partner")), tokens[1], validator.ErrUnknownKey)
}

// beginMSALGo returns the address to sign in at. MSAL Go adds neither openid nor
// PKCE, and has no place for state and nonce: all that is up to the app.
func beginMSALGo(t *testing.T, app confidential.Client, client emulator.App, scopes []string, more url.Values) string {
	t.Helper()
	raw, err := app.AuthCodeURL(t.Context(), client.ID, redirectURI, scopes)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	for name := range more {
		query.Set(name, more.Get(name))
	}
	address.RawQuery = query.Encode()
	return address.String()
}

func testMSALGoCodeFlow(t *testing.T, b2c *emulator.Server) {
	app := mustMSALGo(t, b2c, "B2C_1_susi", b2c.Client(), b2c.Web())
	verifier := oauth2.GenerateVerifier()
	back := visit(t, b2c, beginMSALGo(t, app, b2c.Web(), userScopes, url.Values{
		"state": {"a state"}, "nonce": {"a nonce"}, "code_challenge_method": {"S256"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)},
	}))
	if back.Get("state") != "a state" {
		t.Errorf("state: got %q, want the one that was sent", back.Get("state"))
	}
	redeem := func(verifier string) (confidential.AuthResult, error) {
		return app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, taskScope, confidential.WithChallenge(verifier))
	}
	_, err := redeem(oauth2.GenerateVerifier())
	wantCallErr(t, "another verifier", err, http.StatusBadRequest, "AADB2C90182: ")
	got, err := redeem(verifier)
	if err != nil {
		t.Fatal(err)
	}
	_, err = redeem(verifier)
	wantCallErr(t, "a used code", err, http.StatusBadRequest, "AADB2C90085: ")

	susi := contoso(t).Flow("B2C_1_susi")
	token := accept(t, api(t, b2c, apiID, susi), got.AccessToken, validator.Scope("tasks.read"))
	if off := got.ExpiresOn.Sub(token.ExpiresAt); off.Abs() > 5*time.Second {
		t.Errorf("the expiry is off by %v", off)
	}
	acceptID(t, b2c, susi, b2c.Web().ID, got.IDToken.RawToken, validator.Expected{Nonce: "a nonce", AccessToken: got.AccessToken})
	if a := got.Account; a.HomeAccountID != adaSusi || a.LocalAccountID != ada || a.Environment != host {
		t.Errorf("account: got %s, %s, %s, want %s, %s, %s", a.HomeAccountID, a.LocalAccountID, a.Environment, adaSusi, ada, host)
	}
	noted(t, "user name", got.Account.PreferredUsername, "")
	silent, err := app.AcquireTokenSilent(t.Context(), taskScope, confidential.WithSilentAccount(got.Account))
	if err != nil || silent.AccessToken != got.AccessToken {
		t.Errorf("silent: got %v, want the same token", err)
	}
	_, err = app.AcquireTokenOnBehalfOf(t.Context(), got.AccessToken, taskScope)
	wantCallErr(t, "on behalf of", err, http.StatusBadRequest, "AADB2C90086: ")

	// Without openid and offline_access there is no account, and nothing to
	// refresh with.
	back = visit(t, b2c, beginMSALGo(t, app, b2c.Web(), taskScope, nil))
	got, err = app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, taskScope)
	if err != nil {
		t.Fatal(err)
	}
	noted(t, "without openid: an account", !got.Account.IsZero(), false)

	for hint, want := range map[string]string{"cancel": "AADB2C90091: ", "forgot-password": "AADB2C90118: "} {
		back := visit(t, b2c, beginMSALGo(t, app, b2c.Web(), userScopes, url.Values{"login_hint": {hint}}))
		if back.Get("error") != "access_denied" || !strings.HasPrefix(back.Get("error_description"), want) {
			t.Errorf("%s: got %v, want access_denied, %s", hint, back, want)
		}
	}
}

// testMSALGoRefresh uses a flow whose tokens don't live as long as MSAL wants
// one to, so that each silent call refreshes.
func testMSALGoRefresh(t *testing.T, b2c *emulator.Server) {
	app := mustMSALGo(t, b2c, "B2C_1_short", b2c.Client(), b2c.Web())
	back := visit(t, b2c, beginMSALGo(t, app, b2c.Web(), userScopes, url.Values{"nonce": {"a nonce"}}))
	got, err := app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, taskScope)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		before := b2c.Counts()
		refreshed, err := app.AcquireTokenSilent(t.Context(), taskScope, confidential.WithSilentAccount(got.Account))
		if err != nil {
			t.Fatal(err)
		}
		if n := since(before, b2c.Counts()).Token; n != 1 {
			t.Errorf("requests for a token: got %d, want 1", n)
		}
		at := contoso(t).Flow("B2C_1_short")
		accept(t, api(t, b2c, apiID, at), refreshed.AccessToken, validator.Scope("tasks.read"))
		acceptID(t, b2c, at, b2c.Web().ID, refreshed.IDToken.RawToken, validator.Expected{Nonce: "a nonce", AccessToken: refreshed.AccessToken})
	}
}

// testMSALGoOnlyOpenID has B2C answer without an access token. MSAL Go puts the
// whole answer into the error, which is therefore not shown.
func testMSALGoOnlyOpenID(t *testing.T, b2c *emulator.Server) {
	app := mustMSALGo(t, b2c, "B2C_1_susi", b2c.Client(), b2c.Web())
	back := visit(t, b2c, beginMSALGo(t, app, b2c.Web(), []string{"openid"}, nil))
	_, err := app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, []string{"openid"})
	if err == nil {
		t.Fatal("got no error, want one: there is no access token")
	}
	noted(t, "signing in with openid alone: an error about expires_in", strings.Contains(err.Error(), "expires_in and expires_on are both missing or invalid"), true)
	noted(t, "signing in with openid alone: the ID token in the error", strings.Contains(err.Error(), `"id_token":"ey`), true)
}

// testMSALGoROPC shows that it can't be done: MSAL asks the host for the user's
// realm, which B2C doesn't know, and won't take 404 for an answer.
func testMSALGoROPC(t *testing.T, b2c *emulator.Server) {
	app, err := public.New(b2c.Native().ID, public.WithAuthority(b2c.AuthorityURL("B2C_1_ropc")),
		public.WithHTTPClient(b2c.Client()), public.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	before := b2c.Counts()
	_, err = app.AcquireTokenByUsernamePassword(t.Context(), taskScope, "lin@example.org", emulator.DefaultPassword) //nolint:staticcheck // deprecated, and still there
	wantCallErr(t, "ROPC", err, http.StatusNotFound, "/common/UserRealm/lin@example.org")
	noted(t, "ROPC", requests(since(before, b2c.Counts())), "requests: 1 metadata, 1 not found")
	_, err = app.AcquireTokenByDeviceCode(t.Context(), taskScope)
	wantCallErr(t, "device code", err, http.StatusNotFound, "/oauth2/v2.0/devicecode")
}

func testMSALGoErrors(t *testing.T, b2c *emulator.Server) {
	daemon := b2c.Daemon()
	daemon.Secret = "wrong"
	_, err := mustMSALGo(t, b2c, "B2C_1_susi", plain(b2c), daemon).AcquireTokenByCredential(t.Context(), defaultScope)
	wantCallErr(t, "a wrong secret", err, http.StatusBadRequest, "AADB2C90081: ")

	throttle(b2c, 7*time.Second)
	defer b2c.MustSetFaults()
	app := mustMSALGo(t, b2c, "B2C_1_susi", plain(b2c), b2c.Daemon())
	before := b2c.Counts()
	_, err = app.AcquireTokenByCredential(t.Context(), defaultScope)
	wantCallErr(t, "throttled", err, http.StatusTooManyRequests, "AADB2C90229: ")
	_, err = app.AcquireTokenByCredential(t.Context(), defaultScope)
	noted(t, "error when asked again before Retry-After", err, nil)
	noted(t, "requests then", since(before, b2c.Counts()).Token, 2)
}

// wantCallErr checks an error as MSAL Go wraps it. Its text holds the whole
// answer.
func wantCallErr(t *testing.T, what string, err error, status int, text string) {
	t.Helper()
	e, ok := errors.AsType[msalerrors.CallErr](err)
	if !ok {
		t.Errorf("%s: got %v, want a CallErr", what, err)
		return
	}
	if e.Resp.StatusCode != status || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want %d and %q", what, err, status, text)
	}
}
