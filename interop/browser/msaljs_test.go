// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

//go:embed msaljs
var msalJS embed.FS

const msalJSScope = "https://contoso.onmicrosoft.com/tasks/tasks.read"

// msalJSLibrary returns the folder with MSAL.js. Without the version that
// package.json wants the test is skipped, or fails where it is required.
func msalJSLibrary(t *testing.T) string {
	t.Helper()
	const npm, name = "../npm", "@azure/msal-browser"
	var wanted struct{ Dependencies map[string]string }
	var installed struct{ Version string }
	dir := filepath.Join(npm, "node_modules", name)
	text, err := os.ReadFile(filepath.Join(npm, "package.json"))
	if err == nil {
		err = json.Unmarshal(text, &wanted)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(filepath.Join(dir, "package.json"))
	if err == nil {
		err = json.Unmarshal(text, &installed)
	}
	if err == nil && installed.Version != wanted.Dependencies[name] {
		err = fmt.Errorf("MSAL.js %s is installed, and %s is wanted", installed.Version, wanted.Dependencies[name])
	}
	switch {
	case err != nil && os.Getenv("B2CKIT_REQUIRE_INTEROP") != "":
		t.Fatalf("npm ci: %v", err)
	case err != nil:
		t.Skipf("npm ci: %v", err)
	}
	return filepath.Join(dir, "lib")
}

// spa is a single-page app with MSAL.js, in a browser.
type spa struct {
	*chromium
	b2c *emulator.Server
	url string
}

// startSPA serves the app, and starts the tenant it is registered at. Its pages:
// "/", "/web" with the client id of a web app, and "/stranger", which doesn't
// know the authority.
func startSPA(t *testing.T) *spa {
	t.Helper()
	library := msalJSLibrary(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b2c := emulator.NewServer(&emulator.Options{
		Pages: true,
		Flows: []emulator.Flow{{Name: susi, ForgotPassword: emulator.ForgotError}, {Name: edit, Kind: emulator.EditProfile}},
		Apps: []emulator.App{
			{Name: "tasks", URI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"tasks.read"}},
			{Name: "web", Secret: "a-secret", RedirectURIs: []string{server.URL + "/web"}, Granted: []string{msalJSScope}},
			{Name: "page", Kind: emulator.SPA, RedirectURIs: []string{server.URL + "/", server.URL + "/bridge"}, Granted: []string{msalJSScope}},
		},
	})
	t.Cleanup(b2c.Close)
	for path, file := range map[string]string{
		"/msal-browser.min.js":         "msal-browser.min.js",
		"/msal-redirect-bridge.min.js": "redirect-bridge/msal-redirect-bridge.min.js",
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(library, file)) })
	}
	for path, file := range map[string]string{"/app.js": "app.js", "/bridge": "bridge.html"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, msalJS, "msaljs/"+file) })
	}
	page := template.Must(template.ParseFS(msalJS, "msaljs/page.html"))
	for path, data := range map[string]struct {
		Client string
		Known  bool
	}{"/{$}": {b2c.SPA().ID, true}, "/web": {b2c.Web().ID, true}, "/stranger": {b2c.SPA().ID, false}} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := page.Execute(w, data); err != nil {
				t.Error(err)
			}
		})
	}
	return &spa{launch(t, options{b2c: b2c, third: true}), b2c, server.URL}
}

// outcome is what MSAL.js returned or threw.
type outcome struct {
	Account     string `json:"account"` // the home account id
	Name        string `json:"name"`
	Username    string `json:"username"`
	Tenant      string `json:"tenant"`
	IDToken     string `json:"idToken"`
	AccessToken string `json:"accessToken"`
	FromCache   bool   `json:"fromCache"`
	Error       struct {
		Name string `json:"name"`
		Code string `json:"code"`
		Text string `json:"text"`
	} `json:"error"`
}

// back waits until the app has looked at what it was sent, and returns it.
func (s *spa) back() outcome {
	s.t.Helper()
	s.until("Ready")
	s.at(s.url)
	return read(s.chromium, "back", chromedp.Evaluate[outcome]("app.back()", chromedp.EvalAwaitPromise))
}

// call does a step of the app, which must cost some requests and no others.
func (s *spa) call(step string, want emulator.Counts) outcome {
	s.t.Helper()
	s.b2c.ResetCounts()
	got := read(s.chromium, step, chromedp.Evaluate[outcome]("app."+step, chromedp.EvalAwaitPromise))
	if counts := s.b2c.Counts(); counts != want {
		s.t.Errorf("%s: got the requests %+v, want %+v", step, counts, want)
	}
	return got
}

// has demands these accounts of the library, by the names of their flows.
func (s *spa) has(flows ...string) {
	s.t.Helper()
	want := []string{}
	for _, flow := range flows {
		want = append(want, s.account(flow))
	}
	if got := read(s.chromium, "accounts", chromedp.Evaluate[[]string]("app.accounts()")); !slices.Equal(got, want) {
		s.t.Errorf("got the accounts %q, want %q", got, want)
	}
}

// account is Lin's home account id: {oid}-{flow}.{tenant}.
func (s *spa) account(flow string) string {
	return s.b2c.Users()[1].ObjectID + "-" + strings.ToLower(flow) + "." + s.b2c.ID()
}

// validators returns the validators that trust a flow alone: the API's, and the
// app's own for ID tokens.
func (s *spa) validators(flow string) (*validator.Validator, *validator.IDTokens) {
	s.t.Helper()
	tenant, err := authority.B2C("contoso", s.b2c.ID())
	if err != nil {
		s.t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	api, err := validator.New(tenant.Flows(flow), s.b2c.API().ID, &validator.Options{
		Transport: s.b2c.Transport(), Now: s.b2c.Now, Logger: quiet,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = api.Close() })
	ids, err := validator.NewIDTokens(tenant.Flows(flow), s.b2c.SPA().ID, &validator.IDTokenOptions{
		Transport: s.b2c.Transport(), Now: s.b2c.Now, Logger: quiet,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = ids.Close() })
	return api, ids
}

// good demands tokens of Lin and a flow, that answer the latest request to its
// authorize endpoint.
func (s *spa) good(what string, got outcome, flow string) {
	s.t.Helper()
	if got.Error.Name != "" || got.Account != s.account(flow) {
		s.t.Fatalf("%s: got the account %q and the error %+v, want %q", what, got.Account, got.Error, s.account(flow))
	}
	api, ids := s.validators(flow)
	token, err := api.Validate(s.t.Context(), got.AccessToken)
	if err != nil {
		s.t.Fatalf("%s: the access token was refused: %v", what, err)
	}
	if token.ObjectID != s.b2c.Users()[1].ObjectID || token.ClientID != s.b2c.SPA().ID || !token.HasScope("tasks.read") {
		s.t.Errorf("%s: got an access token of the user %s and the client %s for %q", what, token.ObjectID, token.ClientID, token.Scopes)
	}
	other := map[string]string{susi: edit, edit: susi}[flow]
	api, _ = s.validators(other)
	if _, err := api.Validate(s.t.Context(), got.AccessToken); !errors.Is(err, validator.ErrFlow) {
		s.t.Errorf("%s: an API that trusts %s alone: got %v, want %v", what, other, err, validator.ErrFlow)
	}
	var nonce string
	for _, r := range s.b2c.Requests() {
		if r.Endpoint == emulator.AuthorizeEndpoint && r.Flow == flow && r.Method == http.MethodGet {
			nonce = r.Parameters.Get("nonce")
		}
	}
	if _, err := ids.Validate(s.t.Context(), got.IDToken, validator.Expected{Nonce: nonce, AccessToken: got.AccessToken}); nonce == "" || err != nil {
		s.t.Errorf("%s: the ID token was refused, with the nonce %q: %v", what, nonce, err)
	}
}

// bad demands an error, by its class, its code and what the text holds.
func (s *spa) bad(what string, got outcome, name, code, text string) {
	s.t.Helper()
	if got.Error.Name != name || got.Error.Code != code || !strings.Contains(got.Error.Text, text) {
		s.t.Errorf("%s: got %+v, want %s %s with %s", what, got.Error, name, code, text)
	}
}

// refusals are the errors that the tenant has answered with since a request.
func (s *spa) refusals(after int) []string {
	var all []string
	for _, r := range s.b2c.RequestsAfter(after) {
		if r.Error != "" {
			all = append(all, string(r.Endpoint)+" "+r.Error)
		}
	}
	return all
}

// TestMSALJS signs in, stays signed in and signs out with MSAL.js in a page of
// another origin, at the tenant's real name.
func TestMSALJS(t *testing.T) {
	s := startSPA(t)
	none, byFrame := emulator.Counts{}, emulator.Counts{Authorize: 1, Token: 1}

	// Without knownAuthorities the library asks Microsoft, and not the tenant.
	s.open(s.url + "/stranger")
	s.back()
	s.bad("no knownAuthorities", s.call("login()", none), "ClientAuthError", "endpoints_resolution_error", "")

	// Sign in, once the password isn't forgotten any more.
	s.open(s.url + "/")
	if got := s.back(); got.Error.Name != "" || got.Account != "" {
		t.Fatalf("before anything: got %+v", got)
	}
	s.press("Sign in")
	s.at("https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/")
	s.click("Forgot your password?")
	s.bad("forgot the password", s.back(), "ServerError", "access_denied", "AADB2C90118")
	s.has()
	s.b2c.ResetCounts()
	s.press("Sign in")
	s.signIn(lin, emulator.DefaultPassword)
	first := s.back()
	if got := s.b2c.Counts(); got.Authorize != 1 || got.Token != 1 || got.Keys != 0 { // it checks no signature
		t.Errorf("sign-in: got the requests %+v", got)
	}
	s.good("sign-in", first, susi)
	s.has(susi)
	if first.Name != "Lin Example" || first.Username != "" || first.Tenant != susi { // an odd tenant, from the claim tfp
		t.Errorf("account: got %+v", first)
	}

	// Tokens from the cache, by the refresh token, and by the browser's session.
	cached := s.call(`silent("B2C_1_susi")`, none)
	if !cached.FromCache || cached.AccessToken != first.AccessToken {
		t.Errorf("from the cache: got another token (from the cache: %t)", cached.FromCache)
	}
	s.b2c.Advance(time.Minute)
	for _, row := range []struct {
		step string
		cost emulator.Counts
	}{{`silent("B2C_1_susi", true)`, emulator.Counts{Token: 1}}, {`frame("B2C_1_susi")`, byFrame}} {
		fresh := s.call(row.step, row.cost)
		s.good(row.step, fresh, susi)
		if fresh.FromCache || fresh.AccessToken == first.AccessToken {
			t.Errorf("%s: got the token of before", row.step)
		}
	}
	s.has(susi)

	// MSAL.js sends what needs no preflight. Apps may: the authorize endpoint
	// alone is not for scripts.
	preflights := func() (count int) {
		for _, r := range s.b2c.Requests() {
			if r.Method == http.MethodOptions {
				count++
			}
		}
		return count
	}
	if got := preflights(); got != 0 {
		t.Errorf("MSAL.js: got %d preflights, want none", got)
	}
	for _, row := range []struct {
		method, url string
		want        int
	}{
		{"GET", s.b2c.MetadataURL(susi), 200},
		{"GET", s.b2c.JWKSURL(susi), 200},
		{"POST", s.b2c.TokenURL(susi), 400},
		{"GET", s.b2c.AuthorizeURL(susi), 0},
	} {
		step := fmt.Sprintf("app.ask(%q, %q)", row.method, row.url)
		if got := read(s.chromium, step, chromedp.Evaluate[int](step, chromedp.EvalAwaitPromise)); got != row.want {
			t.Errorf("%s: got status %d, want %d", step, got, row.want)
		}
	}
	if got := preflights(); got != 4 {
		t.Errorf("got %d preflights, want 4", got)
	}

	// Edit the profile, half a day later: another account of the library, whose
	// tokens don't get into the first one.
	s.b2c.Advance(13 * time.Hour)
	kept := s.call(`silent("B2C_1_susi")`, none)
	s.press("Edit profile")
	s.on("Edit your profile")
	s.press("Cancel")
	s.bad("cancelled", s.back(), "ServerError", "access_denied", "AADB2C90091")
	s.has(susi)
	s.press("Edit profile")
	s.fill("Display name", "Lin Changed")
	s.press("Continue")
	edited := s.back()
	s.good("edit", edited, edit)
	s.has(edit, susi)
	if edited.Name != "Lin Changed" {
		t.Errorf("edit: got the name %q", edited.Name)
	}
	for flow, want := range map[string]outcome{susi: kept, edit: edited} {
		if got := s.call(fmt.Sprintf("silent(%q)", flow), none); got.AccessToken != want.AccessToken || got.Account != s.account(flow) || !got.FromCache {
			t.Errorf("%s after editing: got another token, or the account %s", flow, got.Account)
		}
	}

	// Another half, and the refresh token is gone. The edit has prolonged the
	// session, by which a hidden frame gets tokens; after one more day, nothing
	// does.
	const expired, noSession = "token AADB2C90080", "authorize AADB2C90077"
	s.b2c.Advance(12 * time.Hour)
	number := len(s.b2c.Requests())
	s.good("renewal", s.call(`silent("B2C_1_susi", true)`, emulator.Counts{Authorize: 1, Token: 2}), susi)
	if got := s.refusals(number); !slices.Equal(got, []string{expired}) {
		t.Errorf("renewal: got the errors %q, want %s", got, expired)
	}
	s.b2c.Advance(25 * time.Hour)
	number = len(s.b2c.Requests())
	s.bad("too late", s.call(`silent("B2C_1_susi", true)`, byFrame), "InteractionRequiredAuthError", "interaction_required", "AADB2C90077")
	if got := s.refusals(number); !slices.Equal(got, []string{expired, noSession}) {
		t.Errorf("too late: got the errors %q, want %s and %s", got, expired, noSession)
	}
	s.press("Sign in")
	s.signIn(lin, emulator.DefaultPassword)
	s.good("the second sign-in", s.back(), susi)

	// A browser without third-party cookies shows the frame no session.
	send(s.chromium, network.SetCookieControls, network.SetCookieControlsParams{EnableThirdPartyCookieRestriction: true})
	s.bad("no third-party cookies", s.call(`frame("B2C_1_susi")`, emulator.Counts{Authorize: 1}), "InteractionRequiredAuthError", "interaction_required", "AADB2C90077")
	send(s.chromium, network.SetCookieControls, network.SetCookieControlsParams{})
	s.good("third-party cookies", s.call(`frame("B2C_1_susi")`, byFrame), susi)

	// Throttled, the library asks no more for a minute, and loses the code.
	s.b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, Times: 1})
	s.bad("throttled", s.call(`silent("B2C_1_susi", true)`, emulator.Counts{Token: 1}), "ServerError", "temporarily_unavailable", "AADB2C90229")
	s.bad("once more", s.call(`silent("B2C_1_susi", true)`, none), "ServerError", "", "AADB2C90229")

	// A redirect URI of the kind "web" wants a secret, which a page can't keep.
	s.open(s.url + "/web")
	s.back()
	s.press("Sign in")
	s.bad("a web app's redirect URI", s.back(), "ServerError", "invalid_request", "AADB2C90079")

	// Signed out, here and there; what editing left behind stays in the library.
	s.open(s.url + "/")
	s.back()
	s.press("Sign out")
	if got := s.back(); got.Error.Name != "" || got.Account != "" {
		t.Errorf("signed out: got %+v", got)
	}
	s.has(edit)
	if got := s.b2c.Counts().Logout; got != 1 {
		t.Errorf("got %d requests to sign out, want 1", got)
	}
	s.bad("signed out", s.call(`silent("B2C_1_susi")`, none), "BrowserAuthError", "no_account_error", "")
	s.bad("signed out", s.call(`frame("B2C_1_susi")`, emulator.Counts{Metadata: 1, Authorize: 1}), "InteractionRequiredAuthError", "interaction_required", "AADB2C90077")
}
