// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

const home = "http://localhost:8400"

// greeter is an app that signs people in by code, with the state in a cookie.
type greeter struct {
	b2c      *http.Client
	tenant   *emulator.Tenant
	base     string // where it is
	mode     string // response_mode
	sameSite http.SameSite
}

func (g *greeter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web := g.tenant.Web()
	switch r.URL.Path {
	case "/login":
		http.SetCookie(w, &http.Cookie{Name: "state", Value: "s-1", Path: "/", HttpOnly: true, Secure: true, SameSite: g.sameSite})
		http.Redirect(w, r, g.tenant.AuthorizeURL("")+"?"+url.Values{
			"client_id": {web.ID}, "response_type": {"code"}, "response_mode": {g.mode}, "scope": {"openid"}, "state": {"s-1"},
			"redirect_uri": {g.base + "/callback"},
		}.Encode(), http.StatusFound)
	case "/callback":
		if c, err := r.Cookie("state"); err != nil || c.Value != r.FormValue("state") {
			http.Error(w, "begin anew", http.StatusBadRequest)
			return
		}
		name, err := g.redeem(web, r.FormValue("code"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<title>App</title><h1>Hello, <b>%s</b>!</h1><p><a href="logout">Sign out</a>`, html.EscapeString(name))
	case "/logout":
		http.Redirect(w, r, g.tenant.LogoutURL("")+"?post_logout_redirect_uri="+url.QueryEscape(g.base+"/"), http.StatusSeeOther)
	default:
		_, _ = io.WriteString(w, "Welcome.")
	}
}

// redeem returns the name in the ID token, which came straight from the tenant.
func (g *greeter) redeem(web emulator.App, code string) (string, error) {
	resp, err := g.b2c.PostForm(g.tenant.TokenURL(""), url.Values{
		"grant_type": {"authorization_code"}, "client_id": {web.ID}, "client_secret": {web.Secret}, "code": {code},
		"redirect_uri": {g.base + "/callback"},
	})
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		IDToken string `json:"id_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.IDToken == "" {
		return "", fmt.Errorf("HTTP %d: %w", resp.StatusCode, err)
	}
	return nameIn(answer.IDToken), nil
}

// The whole of a sign-in and a sign-out, in process and on a bubble's time.
func TestBrowserSignsInAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, row := range []struct {
			mode     string
			sameSite http.SameSite
			status   int
			text     string
		}{
			{"query", http.SameSiteLaxMode, 200, "Hello, Ada Example! Sign out"},
			{"query", http.SameSiteNoneMode, 200, "Hello, Ada Example! Sign out"},
			{"query", http.SameSiteDefaultMode, 200, "Hello, Ada Example! Sign out"},
			{"query", http.SameSiteStrictMode, 400, "begin anew"},
			{"form_post", http.SameSiteNoneMode, 200, "Hello, Ada Example! Sign out"},
			{"form_post", http.SameSiteLaxMode, 400, "begin anew"},
			{"form_post", http.SameSiteStrictMode, 400, "begin anew"},
		} {
			b2c := emulatortest.New(t, nil)
			b := emulatortest.NewBrowser(t, b2c)
			b.Handle(b2c.Web().RedirectURIs[0], &greeter{b2c.Client(), b2c, home, row.mode, row.sameSite})
			b.Open(home + "/login")
			if row.mode == "form_post" {
				equal(t, "on the way", b.Page().URL.Host, "contoso.b2clogin.com")
				b.Submit("")
			}
			what := fmt.Sprintf("%s %v", row.mode, row.sameSite)
			equal(t, what+": status", b.Page().Status, row.status)
			equal(t, what+": text", b.Page().Text, row.text)
			equal(t, what+": path", b.Page().URL.Path, "/callback")
			equal(t, what+": state", b.Page().Parameters.Get("state"), "s-1")
			if row.status == 200 {
				b.Click("Sign out")
				equal(t, what+": after", b.Page().URL.String()+" "+b.Page().Text, home+"/ Welcome.")
			}
		}
	})
}

// The app listens on a socket of its own; the tenant in process or not.
func TestBrowserOverSockets(t *testing.T) {
	app := &greeter{mode: "query", sameSite: http.SameSiteLaxMode}
	server := httptest.NewServer(app)
	defer server.Close()
	app.base = server.URL
	opts := &emulator.Options{Apps: []emulator.App{{Name: "web", Secret: "a-secret", RedirectURIs: []string{server.URL + "/callback"}, Granted: []string{"https://contoso.onmicrosoft.com/api/all"}}, {Name: "api", URI: "https://contoso.onmicrosoft.com/api", Scopes: []string{"all"}}}}
	try := func(b2c emulatortest.Emulator, tenant *emulator.Tenant) {
		app.b2c, app.tenant = &http.Client{Transport: b2c.Transport()}, tenant
		b := emulatortest.NewBrowser(t, b2c)
		b.Open(server.URL + "/login")
		equal(t, tenant.Hosts()[0], b.Page().Text, "Hello, Ada Example! Sign out")
	}
	inProcess := emulatortest.New(t, opts)
	try(inProcess, inProcess)
	https := emulatortest.NewServer(t, opts)
	try(https, https.Tenant)
	plain := emulatortest.NewPlainServer(t, opts)
	try(plain, plain.Tenant)
}

// Without an app there is the answer of the authorize endpoint, in every mode.
func TestBrowserStays(t *testing.T) {
	b2c := emulatortest.New(t, nil)
	b := emulatortest.NewBrowser(t, b2c)
	b.Handle("http://LOCALHOST:3000", nil)
	b.Handle("https://app.contoso.example:443/callback", nil)
	for _, row := range []struct{ client, uri, mode string }{
		{b2c.SPA().ID, "http://localhost:3000/", "fragment"},
		{b2c.SPA().ID, "http://localhost:3000/", "query"},
		{b2c.Web().ID, "https://app.contoso.example/callback", "query"},
		{b2c.Web().ID, "https://app.contoso.example/callback", "form_post"},
	} {
		b.Open(b2c.AuthorizeURL("") + "?" + url.Values{
			"client_id": {row.client}, "redirect_uri": {row.uri}, "response_type": {"code"}, "response_mode": {row.mode}, "scope": {"openid"},
			"state": {"s t"}, "code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
		}.Encode())
		if row.mode == "form_post" {
			b.Submit("")
		}
		p := b.Page()
		equal(t, row.mode+": status", p.Status, 0)
		equal(t, row.mode+": at", p.URL.Scheme+"://"+p.URL.Host+p.URL.Path, row.uri)
		equal(t, row.mode+": state", p.Parameters.Get("state"), "s t")
		equal(t, row.mode+": code", p.Parameters.Get("code") != "", true)
	}
}

// A native app's redirect URI has a scheme of its own.
func TestBrowserStaysAtANativeApp(t *testing.T) {
	for _, uri := range []string{"com.example.app:/callback", "msal-app://auth"} {
		b2c := emulatortest.New(t, &emulator.Options{Apps: []emulator.App{{Name: "native", RedirectURIs: []string{uri}}}})
		b := emulatortest.NewBrowser(t, b2c)
		b.Handle(uri, nil)
		b.Open(b2c.AuthorizeURL("") + "?" + url.Values{
			"client_id": {b2c.Apps()[0].ID}, "redirect_uri": {uri}, "response_type": {"code"}, "scope": {"openid"},
			"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
		}.Encode())
		equal(t, uri, b.Page().Parameters.Get("code") != "", true)
	}
}

// A tenant that misbehaves ends the test, or shows its page.
func TestBrowserMeetsFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, row := range []struct {
			kind emulator.FaultKind
			want string // "" for a page
		}{
			{emulator.FaultServerError, ""},
			{emulator.FaultDown, "/authorize: emulator: connection closed before a response"},
			{emulator.FaultHang, "/authorize: context deadline exceeded"},
			{emulator.FaultHalfBody, "/authorize: the page ends too early: unexpected EOF"},
		} {
			f := try(t, func(tb testing.TB) {
				b2c := emulatortest.New(tb, nil)
				emulatortest.SetFaults(tb, b2c, emulator.Fault{Kind: row.kind})
				b := emulatortest.NewBrowser(tb, b2c)
				b.Open(b2c.AuthorizeURL(""))
				equal(t, "status", b.Page().Status, 500)
			})
			equal(t, string(row.kind), f.ended, row.want != "")
			if row.want != "" {
				wantEnd(t, string(row.kind), f, row.want)
			}
		}
	})
}

// Another tenant, or anything else, is a handler at its address.
func TestBrowserReachesOtherTenants(t *testing.T) {
	b := emulatortest.NewBrowser(t, emulatortest.New(t, nil))
	fabrikam := emulatortest.New(t, &emulator.Options{Name: "fabrikam"})
	b.Handle("https://fabrikam.b2clogin.com", fabrikam)
	b.Open(fabrikam.MetadataURL(""))
	equal(t, "status", b.Page().Status, 200)
	contains(t, "text", b.Page().Text, `"issuer":"`+fabrikam.Issuer(""))
}

func TestBrowserSendsWhatBrowsersSend(t *testing.T) {
	var got []string
	b2c := emulatortest.New(t, nil)
	b := emulatortest.NewBrowser(t, b2c)
	app := http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, fmt.Sprintf("%s %s%s %s %s", r.Method, r.Host, r.URL.Path, r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")))
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "https://login.app.example/back", http.StatusFound)
		case "/back":
			http.Redirect(w, r, home+"/kept?x=1", http.StatusFound)
		case "/307":
			http.Redirect(w, r, "/kept", http.StatusTemporaryRedirect)
		case "/303":
			http.Redirect(w, r, "https://app.example/kept", http.StatusSeeOther)
		default:
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `<form action=/307 method=post><button>here</button><button formaction=/303>sibling</button>
				<button formaction=http://localhost:8400/kept>elsewhere</button></form><a href=//login.app.example/next>next</a>`)
		}
	}))
	for _, address := range []string{home, "https://app.example", "https://login.app.example"} {
		b.Handle(address, app)
	}
	b.Open(home + "/away#top")
	equal(t, "address", b.Page().URL.String(), home+"/kept?x=1#top")
	b.Open("https://app.example/")
	b.Submit("here")
	equal(t, "status", b.Page().Status, 200)
	b.Submit("sibling")
	b.Click("next")
	b.Submit("elsewhere")
	equal(t, "status of what is forged", b.Page().Status, 403)
	want := []string{
		"GET localhost:8400/away none ", "GET login.app.example/back cross-site ", "GET localhost:8400/kept cross-site ",
		"GET app.example/ none ", "POST app.example/307 same-origin https://app.example", "POST app.example/kept same-origin https://app.example",
		"POST app.example/303 same-origin https://app.example", "GET app.example/kept same-origin ", "GET login.app.example/next same-site ",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("request %d:\n got %q\nwant %q", i, got, want)
		}
	}
}
