// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/chromedp/chromedp"
)

// TestTenant is the tenant at its real names, for an app without a server of its
// own: the implicit and hybrid answers, prompts, hints and signing out.
func TestTenant(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>An app</title><h1>An app</h1>")
	}))
	defer app.Close()
	const scope = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	b2c := emulator.NewServer(&emulator.Options{
		Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"},
		Pages: true,
		Apps: []emulator.App{
			{Name: "tasks", URI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"tasks.read"}},
			{Name: "page", Kind: emulator.SPA, Implicit: true, RedirectURIs: []string{app.URL + "/back"}, Granted: []string{scope}},
		},
	})
	defer b2c.Close()
	c := launch(t, options{b2c: b2c})
	client := b2c.SPA().ID
	ask := func(host, kind string, more ...string) string {
		q := url.Values{
			"client_id": {client}, "redirect_uri": {app.URL + "/back"}, "response_type": {kind}, "scope": {"openid " + scope},
			"state": {"a&b <c>"}, "nonce": {"n"}, "ui_locales": {"de-DE"},
			"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
		}
		for i := 0; i < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		return "https://" + host + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?" + q.Encode()
	}
	members := func(what string, want ...string) url.Values {
		t.Helper()
		c.at(app.URL + "/back")
		got := c.parameters()
		for _, name := range append(want, "state") {
			if got.Get(name) == "" {
				t.Errorf("%s: no %s in %v", what, name, got)
			}
		}
		if got.Get("state") != "a&b <c>" {
			t.Errorf("%s: got the state %q", what, got.Get("state"))
		}
		return got
	}

	const host, custom = "contoso.b2clogin.com", "login.contoso.example"
	c.open(ask(host, "id_token", "prompt", "none"))
	if got := members("no session", "error").Get("error_description"); !strings.HasPrefix(got, "AADB2C90077") {
		t.Errorf("got %q, want AADB2C90077", got)
	}
	c.open(ask(host, "id_token token", "login_hint", lin))
	if got := c.value("Email address"); got != lin {
		t.Errorf("login_hint: got %q in the field", got)
	}
	c.fill("Password", emulator.DefaultPassword)
	c.press("Sign in")
	hint := members("implicit", "id_token", "access_token", "expires_in").Get("id_token")
	c.open(ask(host, "code id_token", "prompt", "none"))
	members("hybrid, by single sign-on", "code", "id_token")
	c.open(ask(host, "code", "response_mode", "query"))
	members("query", "code")

	// A session is of one host, as cookies are.
	c.open(ask(custom, "id_token"))
	c.on("Sign in")
	c.open(ask(host, "id_token", "prompt", "login"))
	c.on("Sign in")
	b2c.Advance(2 * time.Second)
	c.open(ask(host, "id_token", "max_age", "1"))
	c.on("Sign in")
	c.open(ask(host, "id_token", "domain_hint", "google.com", "prompt", "login"))
	c.on("Choose an account")

	// A form without its secret does nothing, nor does a journey in another browser.
	c.open(ask(host, "id_token", "prompt", "login", "login_hint", lin))
	c.fill("Password", emulator.DefaultPassword)
	c.do("another csrf_token", chromedp.SetAttributeValue(`//input[@name="csrf_token"]`, "value", "x"))
	c.press("Sign in")
	c.sees("AADB2C90046")
	c.open(ask(host, "id_token", "prompt", "login"))
	c.click("Sign up now")
	journey := c.address()
	forget(c, journey, "x-ms-cpim-trans_contoso")
	c.open(journey)
	c.sees("AADB2C90046")

	// An address that isn't registered is never gone to: the app hears of it.
	c.open(ask(host, "id_token", "redirect_uri", "https://evil.example/"))
	if got := members("unregistered redirect URI", "error").Get("error_description"); !strings.HasPrefix(got, "AADB2C90006") {
		t.Errorf("got %q, want AADB2C90006", got)
	}
	// What can't go back to an app is shown, and nothing of it runs.
	c.open(ask(host, "id_token", "client_id", `"><script>document.title="owned"</script>`))
	c.on("Something went wrong")
	c.sees("AADB2C90018")
	c.sees("<script>")
	c.open(ask(host, "id_token", "login_hint", `"><script>document.title="owned"</script>`, "prompt", "login"))
	c.on("Sign in")
	if got := c.value("Email address"); !strings.HasPrefix(got, `"><script>`) {
		t.Errorf("login_hint: got %q in the field", got)
	}
	c.seesNot("owned")

	signOut := "https://" + host + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout?id_token_hint=" + hint
	c.open(signOut + "&post_logout_redirect_uri=" + url.QueryEscape("https://evil.example/"))
	c.sees("AADB2C90006")
	c.open(signOut + "&state=bye&post_logout_redirect_uri=" + url.QueryEscape(app.URL+"/back"))
	c.at(app.URL + "/back?state=bye")
	c.open(ask(host, "id_token", "prompt", "none"))
	members("signed out", "error")
	c.open("https://" + host + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout")
	c.on("You have signed out.")
}
