// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

func fabrikam() *emulator.Tenant { return emulator.NewTenant(&emulator.Options{Name: "fabrikam"}) }

func TestNewPanics(t *testing.T) {
	for what, tenants := range map[string][]*emulator.Tenant{"none": nil, "nil": {emulator.NewTenant(nil), nil}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: got a dashboard, want a panic", what)
				}
			}()
			dashboard.New(tenants...)
		}()
	}
}

func TestAPITenants(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil), fabrikam())
	type tenants struct {
		Tenants []struct {
			Name, ID, Domain string
			Hosts            []string
			Flows            []struct{ Name, Kind, Issuer, Authority, Metadata, KeyContainer, FlowClaim, Lifetime, ForgotPassword string }
			Apps             []struct {
				Name, ClientID, Kind, AppIDURI string
				Secrets, RedirectURIs, Scopes  []string
			}
			Users      []map[string]any
			Containers []struct {
				Name        string
				Flows, Keys []string
			}
			Faults []any
			Clock  struct {
				Now    time.Time
				Offset string
			}
			Counts map[string]int
		}
	}
	all := decode[tenants](t, s.api("GET", "tenants", "", 200))
	equal(t, "tenants", len(all.Tenants), 2)
	c := all.Tenants[0]
	equal(t, "name", c.Name+" "+c.ID+" "+c.Domain, "contoso "+contosoID+" contoso.onmicrosoft.com")
	equal(t, "hosts", strings.Join(c.Hosts, " "), strings.Join(s.Hosts(), " "))
	equal(t, "flow", c.Flows[0].Name+" "+c.Flows[0].Kind+" "+c.Flows[0].KeyContainer+" "+c.Flows[0].FlowClaim+" "+c.Flows[0].Lifetime, "B2C_1_susi sign-up-sign-in UserFlowKeys tfp 1h0m0s")
	equal(t, "forgotten passwords", c.Flows[0].ForgotPassword, "in-flow")
	equal(t, "issuer", c.Flows[0].Issuer, s.Issuer(""))
	equal(t, "authority", c.Flows[0].Authority, s.AuthorityURL(""))
	equal(t, "metadata", c.Flows[0].Metadata, s.MetadataURL(""))
	equal(t, "policy", c.Flows[3].Name+" "+c.Flows[3].KeyContainer+" "+c.Flows[3].FlowClaim, "B2C_1A_partner B2C_1A_partner acr")
	equal(t, "API", c.Apps[0].ClientID+" "+c.Apps[0].AppIDURI+" "+strings.Join(c.Apps[0].Scopes, " "), apiID+" https://contoso.onmicrosoft.com/tasks tasks.read tasks.write")
	equal(t, "web", c.Apps[1].ClientID+" "+c.Apps[1].Kind+" "+strings.Join(c.Apps[1].Secrets, " ")+" "+c.Apps[1].RedirectURIs[0], webID+" web emulated-web-secret http://localhost:8400/callback")
	equal(t, "SPA", c.Apps[4].Kind, "spa")
	equal(t, "users", len(c.Users), 2)
	equal(t, "container", c.Containers[0].Name+" "+strings.Join(c.Containers[0].Keys, " "), "UserFlowKeys "+s.CurrentKey("").ID())
	equal(t, "container's flows", strings.Join(c.Containers[1].Flows, " "), "B2C_1A_partner")
	equal(t, "faults", c.Faults != nil && len(c.Faults) == 0, true)
	equal(t, "offset", c.Clock.Offset, "0s")
	equal(t, "now", time.Since(c.Clock.Now).Abs() < time.Minute, true)

	for _, name := range []string{"fabrikam", "FABRIKAM.onmicrosoft.com", s.Tenants()[1].ID()} {
		one := decode[tenants](t, s.api("GET", "tenants?tenant="+name, "", 200))
		equal(t, name, len(one.Tenants) == 1 && one.Tenants[0].Name == "fabrikam", true)
	}
}

func TestAPIRequestsAndTokens(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	s.get("/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys")
	token := decode[map[string]any](t, s.clientCredentials("emulated-daemon-secret").body)["access_token"]
	s.clientCredentials("a-wrong-secret")

	type requests struct {
		Requests []struct {
			Number                                              int
			Took, Endpoint, Flow, Method, Path, ClientID, Error string
			Status                                              int
			Parameters                                          map[string][]string
		}
	}
	body := s.api("GET", "requests", "", 200)
	lacks(t, body, "emulated-daemon-secret", "a-wrong-secret")
	all := decode[requests](t, body).Requests
	equal(t, "requests", len(all), 3)
	equal(t, "first", all[0].Endpoint+" "+all[0].Method, "keys GET")
	equal(t, "last", all[2].Endpoint+" "+all[2].Error+" "+all[2].ClientID+" "+all[2].Flow, "token AADB2C90081 "+s.Daemon().ID+" B2C_1_susi")
	equal(t, "status", all[2].Status, 400)
	equal(t, "parameter", all[2].Parameters["grant_type"][0], "client_credentials")
	if _, err := time.ParseDuration(all[2].Took); err != nil {
		t.Errorf("took: %v", err)
	}
	later := decode[requests](t, s.api("GET", "requests?after=2", "", 200)).Requests
	equal(t, "after 2", len(later) == 1 && later[0].Number == 3, true)
	equal(t, "after the last", strings.Contains(s.api("GET", "requests?after=3", "", 200), `"requests": []`), true)

	tokens := decode[struct {
		Tokens []struct {
			Number                      int
			Kind, Flow, ClientID, Token string
		}
	}](t, s.api("GET", "tokens?after=0", "", 200)).Tokens
	equal(t, "tokens", len(tokens), 1)
	equal(t, "token", any(tokens[0].Token), token)
	equal(t, "of", tokens[0].Kind+" "+tokens[0].Flow+" "+tokens[0].ClientID, "app B2C_1_susi "+s.Daemon().ID)
}

func TestAPIMint(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	lin := s.Users()[1].ObjectID
	for _, c := range []struct {
		body  string
		claim string
		want  string // JSON; "" for none
	}{
		{`{}`, "aud", `"` + apiID + `"`},
		{`{}`, "scp", `"tasks.read tasks.write"`},
		{`{"tenant":"contoso"}`, "name", `"Ada Example"`},
		{`{"user":"LIN@example.org"}`, "sub", `"` + lin + `"`},
		{`{"user":"` + lin + `"}`, "name", `"Lin Example"`},
		{`{"kind":"app"}`, "scp", `"jobs.run"`},
		{`{"kind":"app"}`, "auth_time", ``},
		{`{"kind":"id"}`, "aud", `"` + webID + `"`},
		{`{"kind":"id"}`, "scp", ``},
		{`{"flow":"b2c_1a_partner"}`, "acr", `"b2c_1a_partner"`},
		{`{"flow":"b2c_1a_partner","flowClaim":"tfp"}`, "tfp", `"B2C_1A_partner"`},
		{`{"flowClaim":"none"}`, "tfp", ``},
		{`{"host":"contoso.b2clogin.com"}`, "iss", `"https://contoso.b2clogin.com/` + contosoID + `/v2.0/"`},
		{`{"clientId":"x"}`, "azp", `"x"`},
		{`{"audience":"x"}`, "aud", `"x"`},
		{`{"scopes":["a","b"]}`, "scp", `"a b"`},
		{`{"scopes":[]}`, "scp", ``},
		{`{"issuedAt":"2026-01-02T03:04:05Z","lifetime":"90s"}`, "exp", `1767323135`},
		{`{"issuedAt":"2026-01-02T03:04:05Z","lifetime":"-5m"}`, "exp", `1767322745`},
		{`{"authTime":"2026-01-02T03:04:05+01:00"}`, "auth_time", `1767319445`},
		{`{"claims":{"n":12345678901234567890,"o":{"a":[1,null]}}}`, "n", `12345678901234567890`},
		{`{"claims":{"n":12345678901234567890,"o":{"a":[1,null]}}}`, "o", `{"a":[1,null]}`},
		{`{"claims":{"exp":null}}`, "exp", `null`},
		{`{"omit":["exp","iat","exp"]}`, "exp", ``},
		{`{"claims":{"A":1,"a":{"A":2,"kind":3}}}`, "a", `{"A":2,"kind":3}`},
	} {
		token := decode[map[string]string](t, s.api("POST", "mint", c.body, 200))["token"]
		equal(t, c.body+" "+c.claim, string(claimsOf(t, token)[c.claim]), c.want)
	}
	token := decode[map[string]string](t, s.api("POST", "mint", `{"header":{"kid":"k","x":1}}`, 200))["token"]
	head, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	equal(t, "header", err == nil && string(head) == `{"alg":"RS256","kid":"k","typ":"JWT","x":1}`, true)
	equal(t, "tokens handed out", len(s.Issued()), 0)
}

func claimsOf(t *testing.T, token string) map[string]json.RawMessage {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("got %q, want a token", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return decode[map[string]json.RawMessage](t, string(payload))
}

func TestAPIKeys(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	first := s.CurrentKey("").ID()
	type keys struct {
		Container string
		Keys      []string
	}
	two := decode[keys](t, s.api("POST", "rotate", `{"overlap":true}`, 200))
	equal(t, "overlap", two.Container == "UserFlowKeys" && len(two.Keys) == 2 && two.Keys[0] == first && two.Keys[1] == s.CurrentKey("").ID(), true)
	one := decode[keys](t, s.api("POST", "retire", `{"container":"userflowkeys"}`, 200))
	equal(t, "retired", len(one.Keys) == 1 && one.Keys[0] == two.Keys[1], true)
	third := decode[keys](t, s.api("POST", "rotate", `{"container":"B2C_1_susi"}`, 200))
	equal(t, "dropped", len(third.Keys) == 1 && third.Keys[0] != one.Keys[0], true)
	policy := decode[keys](t, s.api("POST", "rotate", `{"tenant":"contoso","container":"b2c_1a_partner"}`, 200))
	equal(t, "policy", policy.Container == "B2C_1A_partner" && policy.Keys[0] == s.CurrentKey("B2C_1A_partner").ID(), true)
}

func TestAPIClock(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	type clock struct {
		Now    time.Time
		Offset string
	}
	equal(t, "1h5m", decode[clock](t, s.api("POST", "clock", `{"advance":"1h5m"}`, 200)).Offset, "1h5m0s")
	equal(t, "back", decode[clock](t, s.api("POST", "clock", `{"advance":"-2h"}`, 200)).Offset, "-55m0s")
	got := decode[clock](t, s.api("GET", "clock", "", 200))
	equal(t, "offset", got.Offset, "-55m0s")
	equal(t, "now", s.Now().Sub(got.Now).Abs() < time.Minute, true)
}

func TestAPIFaults(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	const faults = `[{"kind":"throttled","endpoint":"token","flow":"B2C_1_susi","times":2,"retryAfter":"30s"},{"kind":"slow","delay":"1ms"},{"kind":"server-error","endpoint":"keys","status":503}]`
	body := s.api("PUT", "faults", `{"faults":`+faults+`}`, 200)
	want := []emulator.Fault{
		{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, Flow: "B2C_1_susi", Times: 2, RetryAfter: 30 * time.Second},
		{Kind: emulator.FaultSlow, Delay: time.Millisecond},
		{Kind: emulator.FaultServerError, Endpoint: emulator.KeysEndpoint, Status: 503},
	}
	equal(t, "faults", slices.Equal(s.Faults(), want), true)
	equal(t, "GET is PUT", s.api("GET", "faults", "", 200), body)
	s.api("PUT", "faults", body, 200) // what was got can be put back
	equal(t, "faults put back", slices.Equal(s.Faults(), want), true)
	s.api("PUT", "faults", `{"faults":[{"kind":"down"},{"kind":"down","endpoint":"nowhere"}]}`, 400)
	equal(t, "faults after a mistake", slices.Equal(s.Faults(), want), true)
	r := s.clientCredentials("x")
	equal(t, "throttled", r.status, 429)
	equal(t, "Retry-After", r.header.Get("Retry-After"), "30")
	s.api("PUT", "faults", `{"faults":[]}`, 200)
	equal(t, "cleared", len(s.Faults()), 0)

	s.api("PUT", "faults", `{"faults":[{"kind":"stuck","times":1,"endpoint":"token"}]}`, 200)
	equal(t, "stuck", slices.Equal(s.Faults(), []emulator.Fault{{Kind: emulator.FaultStuck, Times: 1, Endpoint: emulator.TokenEndpoint}}), true)
	s.Close()
	alone := httptest.NewRequest("PUT", "http://localhost/emulator/v1/faults", strings.NewReader(`{"faults":[{"kind":"stuck"}]}`))
	alone.Header.Set("Content-Type", "application/json")
	alone.RemoteAddr = "127.0.0.1:49152"
	rec := httptest.NewRecorder()
	dashboard.New(emulator.NewTenant(nil)).ServeHTTP(rec, alone)
	equal(t, "stuck without a server", rec.Code, 400)
	equal(t, "what is wrong", decode[map[string]string](t, rec.Body.String())["error"], "faults[0].kind: stuck needs connections, and tenant contoso is on no Server")
}

func TestAPIUsers(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	type user struct {
		ID, Name, Password string
		Emails             []string
		Claims             map[string]any
	}
	body := s.api("POST", "users", `{"name":"Max","emails":["max@example.org"],"password":"a-new-password","claims":{"extension_Points":7}}`, 201)
	lacks(t, body, "a-new-password", "assword")
	max := decode[user](t, body)
	equal(t, "users", len(s.Users()), 3)
	equal(t, "added", max.ID, s.Users()[2].ObjectID)
	points := func(who string) string {
		t.Helper()
		return string(claimsOf(t, decode[map[string]string](t, s.api("POST", "mint", `{"user":"`+who+`"}`, 200))["token"])["extension_Points"])
	}
	equal(t, "claim", points("max@example.org"), "7")
	all := s.api("GET", "users", "", 200)
	lacks(t, all, "assword")
	equal(t, "listed", len(decode[map[string][]user](t, all)["users"]), 3)

	s.api("PUT", "users", `{"id":"`+max.ID+`","name":"Maxine","emails":["max@example.org"]}`, 200)
	equal(t, "renamed", s.Users()[2].Name, "Maxine")
	equal(t, "claim gone", points(max.ID), "")
	form := "grant_type=password&username=max@example.org&password=a-new-password&scope=openid&client_id=" + s.Native().ID
	const ropc = "/contoso.onmicrosoft.com/B2C_1_ropc/oauth2/v2.0/token"
	equal(t, "password kept", s.send("POST", ropc, form, "Content-Type", "application/x-www-form-urlencoded").status, 200)

	s.api("POST", "revoke", `{"user":"max@example.org"}`, 204)
	s.api("POST", "revoke", `{}`, 204)
	s.api("DELETE", "users?user=max@example.org", "", 204)
	equal(t, "removed", len(s.Users()), 2)
}

// TestAPIRevoke: what was granted before is worth nothing then.
func TestAPIRevoke(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	const ropc = "/contoso.onmicrosoft.com/B2C_1_ropc/oauth2/v2.0/token"
	post := func(form string) map[string]any {
		t.Helper()
		return decode[map[string]any](t, s.send("POST", ropc, form+"&client_id="+s.Native().ID, "Content-Type", "application/x-www-form-urlencoded").body)
	}
	for body, good := range map[string]bool{`{"user":"ada@example.org"}`: true, `{"user":"lin@example.org"}`: false, `{}`: false} {
		granted := post("grant_type=password&username=lin@example.org&password=" + emulator.DefaultPassword + "&scope=openid+offline_access")
		refresh, ok := granted["refresh_token"].(string)
		if !ok {
			t.Fatalf("got %v, want a refresh token", granted)
		}
		s.api("POST", "revoke", body, 204)
		_, has := post("grant_type=refresh_token&refresh_token=" + refresh)["id_token"]
		equal(t, body, has, good)
	}
}

func TestAPIRefuses(t *testing.T) {
	one, two := serve(t, emulator.NewTenant(nil)), serve(t, emulator.NewTenant(nil), fabrikam())
	deep := `{"claims":{"a":"` + strings.Repeat("x", 64<<10) + `"}}`
	for _, c := range []struct {
		s             site
		method, route string
		body          string
		status        int
		want          string // the text begins with it
	}{
		{one, "POST", "mint", `{"kind":"refresh"}`, 400, `kind: "refresh" is none of`},
		{one, "POST", "mint", `{"flow":"B2C_1_none"}`, 400, `flow: tenant contoso has no flow`},
		{one, "POST", "mint", `{"host":"evil.example"}`, 400, `host: tenant contoso isn't reached`},
		{one, "POST", "mint", `{"user":"nobody"}`, 400, `user: tenant contoso has no user "nobody"`},
		{one, "POST", "mint", `{"kind":"app","user":"lin@example.org"}`, 400, `user: an AppToken has no user`},
		{one, "POST", "mint", `{"flowClaim":"x"}`, 400, `flowClaim: `},
		{one, "POST", "mint", `{"lifetime":"1 hour"}`, 400, `lifetime: "1 hour" is no duration`},
		{one, "POST", "mint", `{"lifetime":"0s"}`, 400, `lifetime: is zero`},
		{one, "POST", "mint", `{"lifetime":3600}`, 400, `lifetime: a number is no string: write a time`},
		{one, "POST", "mint", `{"issuedAt":"noon"}`, 400, `issuedAt: `},
		{one, "POST", "mint", `{"authTime":"noon"}`, 400, `authTime: `},
		{one, "POST", "mint", `{"kind":"app","authTime":"2026-01-02T03:04:05Z"}`, 400, `authTime: `},
		{one, "POST", "mint", `{"scopes":"a b"}`, 400, `scopes: a string is no list`},
		{one, "POST", "mint", `{"claims":{"a":1},"omit":["a"]}`, 400, `omit: `},
		{one, "POST", "mint", `{"claim":{}}`, 400, `claim: there is no such field`},
		{one, "POST", "mint", `{"tenant":"fabrikam"}`, 400, `tenant: there is no tenant "fabrikam"`},
		{one, "POST", "mint", ``, 400, `body: is empty`},
		{one, "POST", "mint", `null`, 400, `body: is no JSON object`},
		{one, "POST", "mint", `{"kind":"user","kind":"app"}`, 400, `kind: is there twice`},
		{one, "POST", "mint", `{"Kind":"app"}`, 400, `Kind: there is no such field`},
		{one, "POST", "mint", `{"Tenant":"contoso"}`, 400, `Tenant: there is no such field`},
		{one, "POST", "mint", `{"ofTenant":{}}`, 400, `ofTenant: there is no such field`},
		{one, "POST", "mint", `{"claims":{"a":[{"b":1,"b":2}]}}`, 400, `claims.a[0].b: is there twice`},
		{one, "POST", "mint", `{"claims":{"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}}`, 400, `claims.a[0]`},
		{one, "POST", "mint", "{\"claims\":{\"a\":\"\xff\"}}", 400, `body: is no UTF-8 text`},
		{one, "POST", "mint", `{"issuedAt":"0001-01-01T00:00:00Z"}`, 400, `issuedAt: `},
		{one, "PUT", "faults", `{"faults":[{"kind":"down"},{"Kind":"down"}]}`, 400, `faults[1].Kind: there is no such field`},
		{one, "GET", "requests?after=1&after=2", ``, 400, `after: is there twice`},
		{one, "POST", "mint", `{} {}`, 400, `body: `},
		{one, "POST", "mint", `{`, 400, `body: `},
		{one, "POST", "mint", `[]`, 400, `body: `},
		{one, "POST", "mint", deep, 413, `the body is too large`},
		{one, "POST", "mint?tenant=contoso", `{}`, 400, `query: `},
		{two, "POST", "mint", `{}`, 400, `tenant: is needed`},
		{two, "GET", "requests", ``, 400, `tenant: is needed`},
		{two, "GET", "clock?tenant=none", ``, 400, `tenant: there is no tenant "none"`},
		{one, "GET", "requests?after=x", ``, 400, `after: "x" is no number`},
		{one, "GET", "tokens?after=-1", ``, 400, `after: "-1" is no number`},
		{one, "GET", "requests?since=1", ``, 400, `since: there is no such parameter`},
		{one, "GET", "requests?a;b", ``, 400, `query: `},
		{one, "POST", "rotate", `{"container":"none"}`, 400, `container: tenant contoso has no key container "none"`},
		{one, "POST", "retire", `{"container":"none"}`, 400, `container: `},
		{one, "POST", "retire", `{"overlap":true}`, 400, `overlap: there is no such field`},
		{one, "POST", "clock", `{}`, 400, `advance: is needed`},
		{one, "POST", "clock", `{"advance":"1y"}`, 400, `advance: "1y" is no duration`},
		{one, "POST", "clock", `{"advance":"2540400h"}`, 400, `advance: 2540400h leads too far away`},
		{one, "POST", "clock", `{"advance":"-800000h"}`, 400, `advance: `},
		{one, "PUT", "faults", `{}`, 400, `faults: is needed`},
		{one, "PUT", "faults", `{"faults":[{"kind":"x"}]}`, 400, `faults[0].kind: "x" is no kind`},
		{one, "PUT", "faults", `{"faults":[{"kind":"down"},{"kind":"down","delay":"1s"}]}`, 400, `faults[1].delay: 1s can't go with down`},
		{one, "PUT", "faults", `{"faults":[{"kind":"slow","delay":"x"}]}`, 400, `faults[0].delay: `},
		{one, "POST", "revoke", `{"user":"nobody"}`, 400, `user: `},
		{one, "POST", "users", `{}`, 400, `name: is empty`},
		{one, "POST", "users", `{"name":"A","id":"x"}`, 400, `id: "x" is no GUID`},
		{one, "POST", "users", `{"name":"A","identityProvider":"google.com","password":"a-new-password"}`, 400, `password: is set`},
		{one, "POST", "users", `{"name":"A","emails":["lin@example.org"],"password":"a-new-password"}`, 400, `user: signs in as "lin@example.org"`},
		{one, "PUT", "users", `{"name":"A"}`, 400, `id: tenant contoso has no user ""`},
		{one, "DELETE", "users", ``, 400, `user: `},
		{one, "DELETE", "users?user=nobody", ``, 400, `user: `},
		{one, "GET", "mint", ``, 405, `GET doesn't go here`},
		{one, "DELETE", "tenants", ``, 405, `DELETE doesn't go here`},
		{one, "GET", "none", ``, 404, `there is no such route`},
		{one, "GET", "", ``, 404, `there is no such route`},
	} {
		body := c.s.api(c.method, c.route, c.body, c.status)
		message := decode[map[string]string](t, body)
		if len(message) != 1 || !strings.HasPrefix(message["error"], c.want) {
			t.Errorf("%s %s %.80s: got %s, want %s", c.method, c.route, c.body, body, c.want)
		}
		if strings.Contains(body, "a-new-password") {
			t.Errorf("%s %s: got an error with a password", c.method, c.route)
		}
	}
	for _, c := range []struct{ method, route, body, want string }{
		{
			"POST", "mint", `{"kind":"x","flowClaim":"x","user":"nobody","issuedAt":"x","authTime":"x","lifetime":"x","claims":{"a":1},"omit":["a"],"flow":"x","host":"x"}`,
			"kind flowClaim issuedAt authTime lifetime user omit flow host",
		},
		{"POST", "mint", `{"kind":1,"Flow":"x","scopes":["a",2],"user":"a","user":"b"}`, "user kind Flow scopes[1]"},
		{"POST", "rotate", `{"container":["a"],"overlap":"yes","x":{"x":1}}`, "container overlap x"},
		{"PUT", "faults", `{"faults":[{"kind":"x","times":-1},{"kind":"hang","delay":"1s"}]}`, "faults[0].kind faults[0].times faults[1].delay"},
		{"PUT", "faults", `{"faults":[{"kind":"slow","delay":"x","retryAfter":"y"},{"kind":"slow","delay":"z"}]}`, "faults[0].delay faults[0].retryAfter faults[1].delay"},
		{"PUT", "faults", `{"faults":[{"kind":7,"times":"x"},true]}`, "faults[0].kind faults[0].times faults[1]"},
		{"POST", "users", `{"id":"x","password":"a-new-password"}`, "name id password"},
		{"POST", "users", `{"emails":"a","claims":[]}`, "emails claims"},
	} {
		message := decode[map[string]string](t, one.api(c.method, c.route, c.body, 400))["error"]
		var fields []string
		for line := range strings.Lines(message) {
			field, _, _ := strings.Cut(line, ": ")
			fields = append(fields, field)
		}
		equal(t, c.method+" "+c.route+" "+c.body, strings.Join(fields, " "), c.want)
	}
	equal(t, "users", len(one.Users()), 2)
	equal(t, "faults", len(one.Faults()), 0)
	equal(t, "Allow", one.send(http.MethodPatch, "/emulator/v1/users", "").header.Get("Allow"), "GET, POST, PUT, DELETE")
}

// Over TLS the primary host is B2C's own name, which no browser here reaches:
// what the dashboard says and mints is for the address it was asked at.
func TestOwnAddress(t *testing.T) {
	tenant := emulator.NewTenant(nil)
	b2c, err := emulator.Start(&emulator.ServerOptions{Fallback: dashboard.New(tenant)}, tenant)
	if err != nil {
		t.Fatal(err)
	}
	defer b2c.Close()
	for _, base := range []string{b2c.URL, strings.Replace(b2c.URL, "127.0.0.1", "localhost", 1)} {
		s := site{b2c, t}
		s.URL = base
		all := decode[struct {
			Tenants []struct {
				Flows []struct{ Authority, Issuer, Token string }
			}
		}](t, s.api("GET", "tenants", "", 200))
		flow := all.Tenants[0].Flows[0]
		equal(t, "authority", flow.Authority, base+"/contoso.onmicrosoft.com/B2C_1_susi")
		equal(t, "issuer", flow.Issuer, base+"/"+contosoID+"/v2.0/")
		equal(t, "token", flow.Token, base+"/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token")
		for body, want := range map[string]string{
			`{}`:                               base + "/" + contosoID + "/v2.0/",
			`{"host": "contoso.b2clogin.com"}`: "https://contoso.b2clogin.com/" + contosoID + "/v2.0/",
		} {
			token := decode[map[string]string](t, s.api("POST", "mint", body, 200))["token"]
			payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
			if err != nil {
				t.Fatal(err)
			}
			equal(t, body, decode[map[string]any](t, string(payload))["iss"], any(want))
			holds(t, s.form("decode", "token", token).body, "signed by UserFlowKeys", "tenant contoso, the usual form")
		}
		holds(t, s.get("/").body, "<code>"+base+"/contoso.onmicrosoft.com/B2C_1_susi</code>", "<code>"+base+"/"+contosoID+"/v2.0/</code>")
	}
}
