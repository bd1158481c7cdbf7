// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestTokenPage: a token that was handed out, claim by claim.
func TestTokenPage(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	s.clientCredentials("emulated-daemon-secret")
	page := s.get("/emulator/tokens/1?tenant=contoso").body
	holds(t, page,
		"Access token of an app", "expires in 1 h", "signed by UserFlowKeys", "<code>ver</code>", "Always 1.0, although the endpoints say v2.0.",
		"tenant contoso, the usual form", `<a href="/?tenant=contoso#app-`+apiID+`">app tasks-api</a>`, "app tasks-daemon", "service principal of the app tasks-daemon",
		`<span class="tag">jobs.run</span>`, "the key of UserFlowKeys that signs now", "RS256", s.Issued()[0].Token, "curl -H &#39;Authorization: Bearer "+s.Issued()[0].Token,
	)
	s.Advance(3 * time.Hour)
	s.Rotate("", true)
	holds(t, s.get("/emulator/tokens/1").body, "expired 2 h ago", "signed by UserFlowKeys, an old key", "an old key of UserFlowKeys, still published")
	holds(t, s.get("/").body, `<span class="tag bad">expired</span>`)
	s.Retire("")
	holds(t, s.get("/emulator/tokens/1").body, "signed by no key that is published here", "no key that contoso publishes now")
	equal(t, "no such token", s.get("/emulator/tokens/2").status, 404)
	equal(t, "no number", s.get("/emulator/tokens/x").status, 404)
}

func TestMintForm(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	lin := s.Users()[1].ObjectID
	page := s.form("mint", "kind", "user", "flow", "B2C_1_edit", "user", lin, "client", "", "audience", "", "scopes", "", "lifetime", "52m", "claims", `{"extension_Tier":"gold","x":1}`)
	equal(t, "status", page.status, 200)
	holds(t, page.body,
		"Access token of a user", "expires in 52 min", `<a href="/?tenant=contoso#user-`+lin+`">user Lin Example</a>`, "flow B2C_1_edit, edit profile",
		`<span class="tag">tasks.read</span> <span class="tag">tasks.write</span>`, "&#34;gold&#34;", "A custom attribute of the tenant", "No claim that B2C sends by itself.",
		"app tasks-web", "2", "UTC, now",
	)
	holds(t, s.form("mint", "kind", "app", "user", lin).body, "Access token of an app", "jobs.run")
	holds(t, s.form("mint", "kind", "id", "flow", "B2C_1A_partner", "lifetime", "-5m").body, "ID token", "expired 5 min ago", "signed by B2C_1A_partner", "flow B2C_1A_partner", "tenant contoso")
	holds(t, s.form("mint", "scopes", "a, b").body, `<span class="tag">a</span> <span class="tag">b</span>`)
	equal(t, "tokens handed out", len(s.Issued()), 0)
}

func TestDecode(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil), fabrikam())
	other := emulator.NewTenant(&emulator.Options{Name: "adatum"})
	token := s.MustMint(emulator.Spec{})
	middle := len(token) / 2
	spec := func(claims map[string]any) string { return s.MustMint(emulator.Spec{Claims: claims}) }
	issuer := func(iss string) string { return spec(map[string]any{"iss": iss}) }
	for _, c := range []struct {
		what, token string
		status      int
		want        []string
	}{
		{"plain", token, 200, []string{"tenant contoso", "signed by UserFlowKeys", "fabrikam has the same key"}},
		{"header", "Authorization: bearer " + token, 200, []string{"signed by UserFlowKeys"}},
		{"broken lines", " " + token[:middle] + "\r\n  " + token[middle:] + "\n", 200, []string{"signed by UserFlowKeys"}},
		{"fabrikam's", s.Tenants()[1].MustMint(emulator.Spec{}), 200, []string{"tenant fabrikam", "contoso has the same key", `/?tenant=fabrikam#app-`}},
		{"policy's", s.MustMint(emulator.Spec{Flow: "B2C_1A_partner"}), 200, []string{"signed by B2C_1A_partner", `"/?tenant=contoso#tenant">tenant contoso`}},
		{"another tenant's", other.MustMint(emulator.Spec{Flow: "B2C_1A_partner"}), 200, []string{"signed by no key that is published here", "its issuer is no tenant here"}},
		{"another tenant's of a user flow", other.MustMint(emulator.Spec{}), 200, []string{"signed by UserFlowKeys", "its issuer is no tenant here", "no issuer of contoso"}},
		{"foreign key", s.MustMint(emulator.Spec{Key: emulator.NewKey()}), 200, []string{"signed by no key that is published here", "the key of UserFlowKeys that signs now"}},
		{"changed", token[:len(token)-8] + "AAAAAAAA", 200, []string{"signed by no key that is published here"}},
		{"no exp", spec(map[string]any{"exp": emulator.Absent}), 200, []string{"never expires"}},
		{"text as exp", spec(map[string]any{"exp": "soon"}), 200, []string{"never expires", "no number of seconds since 1970"}},
		{"null as exp", spec(map[string]any{"exp": nil}), 200, []string{"never expires", "no number of seconds since 1970"}},
		{"huge exp", spec(map[string]any{"exp": 1e300}), 200, []string{"never expires", "no number of seconds since 1970"}},
		{"future", s.MustMint(emulator.Spec{IssuedAt: time.Now().Add(49 * time.Hour)}), 200, []string{"not good yet", "in 2 d 1 h"}},
		{"unknown flow and app", spec(map[string]any{"tfp": "B2C_1_none", "azp": "x"}), 200, []string{"no flow of contoso", "no app of contoso"}},
		{"roles", spec(map[string]any{"roles": []string{"a"}}), 200, []string{"Not sent by B2C"}},
		{"number as sub", spec(map[string]any{"sub": 7, "scp": 7, "iss": 7}), 200, []string{"Access token of a user"}},
		{"tfp issuer", issuer("https://contoso.b2clogin.com/tfp/" + contosoID + "/b2c_1_susi/v2.0/"), 200, []string{"the form that names the flow"}},
		{"tfp issuer of no flow", issuer("https://contoso.b2clogin.com/tfp/" + contosoID + "/b2c_1_none/v2.0/"), 200, []string{"no issuer of contoso"}},
		{"issuer of a foreign host", issuer("https://evil.example/" + contosoID + "/v2.0/"), 200, []string{"no issuer of contoso"}},
		{"issuer with a query", issuer("https://contoso.b2clogin.com/" + contosoID + "/v2.0/?"), 200, []string{"no issuer of contoso"}},
		{"issuer over http", issuer("http://contoso.b2clogin.com/" + contosoID + "/v2.0/"), 200, []string{"no issuer of contoso"}},
		{"issuer of Entra", issuer("https://contoso.b2clogin.com/" + contosoID + "/v2.0"), 200, []string{"no issuer of contoso"}},
		{"issuer of another tenant than the key", s.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Claims: map[string]any{"iss": s.Tenants()[1].Issuer("")}}), 200, []string{`bad">signed by B2C_1A_partner of contoso, not by fabrikam`}},
		{"app without roles", s.MustMint(emulator.Spec{Kind: emulator.AppToken, Scopes: []string{}}), 200, []string{"Access token of an app"}},
		{"twins", s.MustMint(emulator.Spec{Payload: []byte(`{"a":1,"a":2}`)}), 200, []string{"<pre>1</pre>", "<pre>2</pre>"}},

		{"nothing", " ", 400, []string{"there is no token"}},
		{"a word", "word", 400, []string{"three parts"}},
		{"a code", "a.b.c.d.e", 400, []string{"Only the tenant can read it"}},
		{"no base64", "e30.!.x", 400, []string{"the payload is no base64url"}},
		{"no JSON", "e30.YWJj.x", 400, []string{"the payload is no JSON object"}},
		{"no object", "W10.e30.x", 400, []string{"the header is no JSON object"}},
		{"half an object", "eyJh.e30.x", 400, []string{"the header is no JSON object"}},
	} {
		r := s.form("decode", "tenant", "contoso", "token", c.token)
		equal(t, c.what, r.status, c.status)
		for _, want := range c.want {
			if !strings.Contains(r.body, want) {
				t.Errorf("%s: got a page without %q:\n%s", c.what, want, r.body)
			}
		}
	}
}

// TestDecodeHostile: what others put into a token stays text, on the page and in
// the command line that people copy.
func TestDecodeHostile(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	page := func(payload string) string {
		t.Helper()
		r := s.form("decode", "tenant", "contoso", "token", s.MustMint(emulator.Spec{Payload: []byte(payload)}))
		equal(t, "status", r.status, 200)
		return r.body
	}
	body := page("{\"a\u202eb\":\"\u202e\u200b\u0085\U000e0041</pre><script>\",\"scp\":\"a\u2066b\"}")
	holds(t, body, `a\u202eb`, `\u202e\u200b\u0085\udb40\udc41&lt;/pre&gt;&lt;script&gt;`, `a\u2066b`)
	lacks(t, body, "\u202e", "\u2066", "<script>")
	for _, deep := range []string{strings.Repeat("[", 9000) + strings.Repeat("]", 9000), strings.Repeat(`{"[\"":`, 4000) + "1" + strings.Repeat("}", 4000)} {
		if n := len(page(`{"a":` + deep + `}`)); n > 1<<20 {
			t.Errorf("got a page of %d bytes for a deep claim", n)
		}
	}
	quote := s.form("decode", "tenant", "contoso", "token", "e30.e30.';id;'")
	equal(t, "status", quote.status, 200)
	lacks(t, quote.body, "curl")
}
