// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestTenantPage(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil), fabrikam())
	s.get("/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys")
	s.clientCredentials("emulated-daemon-secret")
	s.clientCredentials("a-wrong-secret")
	page := s.get("/")
	equal(t, "status", page.status, 200)
	equal(t, "content type", page.header.Get("Content-Type"), "text/html; charset=utf-8")
	checkHeaders(t, "page", page.header)
	holds(t, page.body,
		"<h1>contoso</h1>", contosoID, "contoso.onmicrosoft.com", "contoso.b2clogin.com", `aria-current="page">contoso</a>`, "fabrikam</a>",
		"B2C_1_susi", "B2C_1A_partner", "sign-up and sign-in", s.Issuer(""), s.MetadataURL(""), s.AuthorityURL("B2C_1_edit"),
		"tasks-web", webID, "emulated-web-secret", "http://localhost:8400/callback", "https://contoso.onmicrosoft.com/tasks", "tasks.read", "jobs.run",
		"Ada Example", "ada@example.org", "google.com", s.User().ObjectID, s.CurrentKey("").ID(), s.CurrentKey("B2C_1A_partner").ID(),
		"tasks-daemon", "AADB2C90081", "wrong client secret", `/emulator/tokens/1?tenant=contoso`, "client_credentials",
	)
	lacks(t, page.body, "a-wrong-secret", emulator.DefaultPassword, "eyJ0", "fabrikam.onmicrosoft.com")
	for _, kind := range emulator.FaultKinds() {
		holds(t, page.body, "<option>"+string(kind)+"</option>")
	}
	if regexp.MustCompile(`(?i)<script>|<style|\son\w+=|style=`).MatchString(page.body) {
		t.Error("got a page with a script or a style of its own, which the policy forbids")
	}
	holds(t, s.get("/?tenant=fabrikam").body, "<h1>fabrikam</h1>", "fabrikam.b2clogin.com", "None yet.")
	equal(t, "no such tenant", s.get("/?tenant=none").status, 404)
	equal(t, "no such page", s.get("/none").status, 404)
	for _, file := range []string{"style.css", "live.js", "icon.svg"} {
		equal(t, file, s.get("/emulator/"+file).status, 200)
	}
}

// TestTryIt: the links to a flow lead to the tenant at the page's own address,
// and what they ask for is granted.
func TestTryIt(t *testing.T) {
	for _, implicit := range []bool{false, true} {
		apps := emulator.NewTenant(nil).Apps()
		apps[1].Implicit = implicit
		s := serve(t, emulator.NewTenant(&emulator.Options{Apps: apps}))
		links := regexp.MustCompile(`<a href="([^"]+)"[^>]*>Try it</a>`).FindAllStringSubmatch(s.get("/").body, -1)
		equal(t, "links", len(links), 4) // one for each flow but ROPC
		for _, link := range links {
			address := html.UnescapeString(link[1])
			if !strings.HasPrefix(address, s.URL+"/contoso.onmicrosoft.com/") {
				t.Errorf("got a link to %s, want one to %s", address, s.URL)
			}
			r := s.get(strings.TrimPrefix(address, s.URL))
			if implicit {
				holds(t, html.UnescapeString(r.body), "http://localhost:8400/callback", "id_token")
			} else {
				holds(t, r.header.Get("Location"), "http://localhost:8400/callback?", "code=", "state=dashboard")
			}
		}
	}
}

func TestLog(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	equal(t, "empty", strings.TrimSpace(s.get("/emulator/log").body), "")
	for range 3 {
		s.get("/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys")
	}
	s.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError, Times: 1})
	s.get("/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys")
	rows := s.get("/emulator/log?tenant=contoso&after=2").body
	holds(t, rows, `data-number="3"`, `data-number="4"`, `class="tag warn">server-error`, `class="tag bad">500`)
	lacks(t, rows, `data-number="2"`, "<html")
	if strings.Index(rows, `data-number="4"`) > strings.Index(rows, `data-number="3"`) {
		t.Error("got the oldest request first, want the newest")
	}
	equal(t, "nothing newer", strings.TrimSpace(s.get("/emulator/log?after=4").body), "")
	holds(t, s.get("/emulator/log?after=5").body, `data-number="1"`, `data-number="4"`) // the page is older than the tenant
}

// TestFiles: with nosniff, a browser runs no script of another media type.
func TestFiles(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	for name, want := range map[string]string{"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		r := s.get("/emulator/" + name)
		equal(t, name, r.status, 200)
		equal(t, name, r.header.Get("Content-Type"), want+"; charset=utf-8")
	}
}

// TestForms: every form does what it says and sends the browser back.
func TestForms(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil), fabrikam())
	contoso := s.Tenant
	back := func(r reply, anchor string) {
		t.Helper()
		equal(t, "status", r.status, 303)
		equal(t, "location", r.header.Get("Location"), "/?tenant=contoso#"+anchor)
	}
	before := contoso.Now()
	back(s.form("clock", "tenant", "contoso", "by", "24h"), "clock")
	equal(t, "clock", contoso.Now().Sub(before) >= 24*time.Hour, true)
	holds(t, s.get("/").body, "1 d ahead", `value="-24h0m0s">Back to now`)
	back(s.form("clock", "tenant", "contoso", "by", "-24h0m0s"), "clock")
	lacks(t, s.get("/").body, "ahead", "Back to now")

	first := contoso.CurrentKey("").ID()
	back(s.form("rotate", "tenant", "contoso", "container", "UserFlowKeys", "overlap", "yes"), "keys")
	equal(t, "keys", len(contoso.Keys("")), 2)
	holds(t, s.get("/").body, first, "Retire old keys")
	back(s.form("retire", "tenant", "contoso", "container", "UserFlowKeys"), "keys")
	equal(t, "retired", len(contoso.Keys("")) == 1 && contoso.CurrentKey("").ID() != first, true)
	back(s.form("rotate", "tenant", "contoso", "container", "B2C_1A_partner", "overlap", "no"), "keys")
	equal(t, "dropped", len(contoso.Keys("B2C_1A_partner")), 1)

	back(s.form("fault", "tenant", "contoso", "kind", "throttled", "endpoint", "token", "flow", "B2C_1_susi", "times", "3", "retryAfter", "30s", "delay", "", "status", ""), "faults")
	back(s.form("fault", "tenant", "contoso", "kind", "down", "endpoint", "", "flow", "", "times", "", "retryAfter", ""), "faults")
	equal(t, "faults", len(contoso.Faults()), 2)
	holds(t, s.get("/").body, "2 faults on", "3 more requests", "retry after 30s", "Clear all")
	s.clientCredentials("x") // one of the three is used up; what is cleared is found all the same
	contoso.MustSetFaults(contoso.Faults()[0])
	back(s.form("clear-fault", "tenant", "contoso", "kind", "throttled", "endpoint", "token", "flow", "B2C_1_susi", "times", "3", "retryAfter", "30s", "delay", "", "status", "0"), "faults")
	equal(t, "faults", len(contoso.Faults()), 0)
	contoso.MustSetFaults(emulator.Fault{Kind: emulator.FaultDown}, emulator.Fault{Kind: emulator.FaultHang})
	back(s.form("clear-fault", "tenant", "contoso", "kind", "hang"), "faults")
	equal(t, "the other fault", len(contoso.Faults()) == 1 && contoso.Faults()[0].Kind == emulator.FaultDown, true)
	back(s.form("clear-fault", "tenant", "contoso", "kind", "hang"), "faults") // by another tab, say
	equal(t, "the other fault", len(contoso.Faults()), 1)
	back(s.form("clear-faults", "tenant", "contoso"), "faults")
	equal(t, "faults", len(contoso.Faults()), 0)
	for _, c := range []struct{ kind, times, shown string }{
		{"stuck", "1", "1 more connection</span>"}, {"stuck", "2", "2 more connections</span>"}, {"down", "1", "1 more request</span>"}, {"down", "", "until cleared</span>"},
	} {
		back(s.form("fault", "tenant", "contoso", "kind", c.kind, "endpoint", "token", "times", c.times), "faults")
		holds(t, s.get("/").body, c.shown)
		contoso.MustSetFaults()
	}

	r := s.form("add-user", "tenant", "contoso", "name", "Max", "emails", "max@example.org, m@example.org", "password", "a-new-password", "idp", "")
	max := contoso.Users()[2]
	back(r, "user-"+max.ObjectID)
	equal(t, "emails", strings.Join(max.Emails, " "), "max@example.org m@example.org")
	back(s.form("revoke", "tenant", "contoso", "user", max.ObjectID), "users")
	back(s.form("remove-user", "tenant", "contoso", "user", max.ObjectID), "users")
	equal(t, "users", len(contoso.Users()), 2)
	equal(t, "fabrikam's users", len(s.Tenants()[1].Users()), 2)
}

func TestFormsRefuse(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	for _, c := range []struct{ form, field, value, want string }{
		{"clock", "by", "", "advance: is needed"},
		{"clock", "by", "<b>", "advance: &#34;&lt;b&gt;&#34; is no duration"},
		{"rotate", "container", "none", "container: "},
		{"retire", "container", "none", "container: "},
		{"fault", "kind", "x", "faults[0].kind: "},
		{"fault", "times", "x", "times: "},
		{"revoke", "user", "", "user: "},
		{"remove-user", "user", "x", "user: "},
		{"add-user", "name", "", "name: is empty"},
		{"mint", "lifetime", "x", "lifetime: "},
		{"mint", "claims", "[]", "claims: "},
		{"mint", "claims", `{"a":1} 2`, "claims: "},
	} {
		r := s.form(c.form, c.field, c.value)
		equal(t, c.form, r.status, 400)
		holds(t, r.body, `role="alert"`, "Nothing was changed.", c.want, "<h1>contoso</h1>")
	}
	r := s.form("mint", "kind", "id", "claims", "{oops", "scopes", "a b")
	holds(t, r.body, ">{oops</textarea>", `value="a b"`, `value="id" selected`) // nothing need be typed again
	equal(t, "no such tenant", s.form("clock", "tenant", "none", "by", "1h").status, 404)
	equal(t, "too large", s.form("decode", "token", strings.Repeat("x", 64<<10)).status, 413)
	equal(t, "no form", s.send("POST", "/emulator/forms/clock", "by=%zz", "Content-Type", "application/x-www-form-urlencoded").status, 400)
	equal(t, "no such form", s.form("none").status, 404)
}

// TestEscaping: text of others is text on every page, wherever it comes from.
func TestEscaping(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	apps := emulator.NewTenant(nil).Apps()
	apps[1].Name += hostile
	apps[1].Secret = hostile
	apps[1].RedirectURIs = append([]string{"https://app.example/" + hostile}, apps[1].RedirectURIs...)
	s := serve(t, emulator.NewTenant(&emulator.Options{
		Apps: apps,
		Users: []emulator.User{{
			Name: "Ada" + hostile, GivenName: hostile, Emails: []string{hostile}, IDP: hostile,
			Claims: map[string]any{"extension_" + hostile: hostile, "scp": hostile, "tfp": hostile, "iss": "javascript:alert(4)"},
		}},
	}))
	q := url.Values{
		"client_id": {apps[1].ID}, "redirect_uri": {"http://localhost:8400/callback"}, "response_type": {"code"}, "nonce": {"n"},
		"scope": {"openid https://contoso.onmicrosoft.com/tasks/tasks.read"}, "login_hint": {hostile}, hostile: {hostile}, "state": {hostile},
	}
	location := s.get("/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?" + q.Encode()).header.Get("Location")
	u, err := url.Parse(location)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("got no code: %s", location)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {apps[1].ID}, "client_secret": {hostile}, "code": {u.Query().Get("code")}, "redirect_uri": {"http://localhost:8400/callback"},
	}
	s.send("POST", "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	form.Set("client_id", hostile)
	s.send("POST", "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	s.send("PATCH", "/contoso.onmicrosoft.com/"+url.PathEscape(hostile), "")
	equal(t, "tokens", len(s.Issued()) > 0, true)
	minted := s.MustMint(emulator.Spec{Claims: map[string]any{hostile: []string{hostile}}, Header: map[string]any{"kid": hostile, hostile: hostile}})

	pages := map[string]reply{
		"tenant": s.get("/"), "log": s.get("/emulator/log"), "token": s.get("/emulator/tokens/1"), "no token": s.get("/emulator/tokens/" + url.PathEscape(hostile)),
		"no tenant": s.get("/?tenant=" + url.QueryEscape(hostile)), "no page": s.get("/" + url.PathEscape(hostile)),
		"decoded": s.form("decode", "token", minted), "undecoded": s.form("decode", "token", hostile),
		"mint": s.form("mint", "claims", `{"a":"</textarea><script>alert(1)</script>"}`), "mistake": s.form("mint", "claims", hostile, "client", hostile, "scopes", hostile, "lifetime", hostile),
		"add": s.form("add-user", "name", "B", "idp", hostile, "password", "x"),
	}
	for name, r := range pages {
		lacks(t, r.body, "<script>", "<img src=x", `href="javascript`, `href=javascript`, "</textarea><script")
		bare := regexp.MustCompile(`="[^"]*"`).ReplaceAllString(r.body, "")
		if regexp.MustCompile(`<[^>]*\sonerror=`).MatchString(bare) {
			t.Errorf("%s: got an attribute that runs a script", name)
		}
		checkHeaders(t, name, r.header)
	}
	holds(t, pages["tenant"].body, "&lt;script&gt;alert(1)", "https://app.example/&#34;", "login_hint")
	holds(t, pages["token"].body, "&lt;img src=x onerror=alert(2)&gt;")
	for _, route := range []string{"tenants", "requests", "tokens", "users"} {
		lacks(t, s.api(http.MethodGet, route, "", 200), "<script>", "<img")
	}
}
