// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	ciamAuthorize = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/authorize"
	ciamToken     = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token"
	wholeScope    = "openid profile email offline_access https://contoso.onmicrosoft.com/tasks/tasks.read"
)

// tickingOf is the default tenant of a kind, with a clock.
func tickingOf(kind emulator.TenantKind) (*emulator.Tenant, *clock) {
	c := &clock{noon}
	return emulator.NewTenant(&emulator.Options{Kind: kind, Now: c.Now}), c
}

// granted redeems a code.
func granted(t *testing.T, tenant *emulator.Tenant, sent url.Values) (tokens, reply) {
	t.Helper()
	r := post(t, tenant.Client(), tenant.TokenURL(""), sent)
	if r.status != http.StatusOK {
		t.Fatalf("got %d: %s", r.status, r.body)
	}
	return decode[tokens](t, r.body), r
}

// TestPlatformCode looks at every byte of an answer but what is random.
func TestPlatformCode(t *testing.T) {
	for kind, base := range map[emulator.TenantKind]string{emulator.ExternalID: ciamURL, emulator.EntraID: entraURL} {
		tenant, _ := tickingOf(kind)
		user := emulator.User{Name: "Ada", ObjectID: userID, Emails: []string{"ada@example.org"}}
		tenant.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
			equal(t, "the request's flow", r.Flow.Name, "")
			return emulator.SignIn{User: &user}, nil
		})
		code := codeFor(t, browser(t, tenant.Transport()), base+"/oauth2/v2.0/authorize", "scope", wholeScope)
		a, r := granted(t, tenant, changed(redemption(code), "client_info", "1"))
		equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
		equalList(t, "members", names(t, r.body), []string{
			"token_type", "scope", "expires_in", "ext_expires_in", "access_token", "refresh_token", "id_token", "client_info",
		})
		equal(t, "scope", a.Scope, readScope+" openid profile email offline_access")
		equal(t, "client_info", b64(t, a.ClientInfo), `{"uid":"cccccccc-cccc-cccc-cccc-cccccccccccc","utid":"775527ff-9a37-4307-8b3d-cc311f58d925"}`)
		issuer := map[emulator.TenantKind]string{emulator.ExternalID: ciamIssuer, emulator.EntraID: entraIssuer}[kind]
		const person = `"oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","preferred_username":"ada@example.org",`
		const sub = `"sub":"8AqXl76pLPdx04KZrwkBFXkD89AmrYi0GSV4twcL9K4","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0"`
		equal(t, "access token", settled(parse(t, a.AccessToken).payload),
			`{"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","iss":"`+issuer+`","iat":1750000000,"nbf":1750000000,"exp":1750003600,`+
				`"azp":"2fdd06f3-7b34-49a3-a78b-545da6bd4d4b","azpacr":"1","name":"Ada",`+person+`"scp":"tasks.read",`+sub+`}`)
		id := parse(t, a.IDToken)
		_, nonce, _ := strings.Cut(id.payload, `"nonce":"n-7f3a"`)
		equal(t, "nonce", nonce != "", true)
		equal(t, "ID token", settled(strings.Replace(id.payload, claimsOf(t, a.IDToken)["at_hash"].(string), "#", 1)),
			`{"aud":"2fdd06f3-7b34-49a3-a78b-545da6bd4d4b","iss":"`+issuer+`","iat":1750000000,"nbf":1750000000,"exp":1750003600,`+
				`"name":"Ada","nonce":"…",`+person+sub+`,"at_hash":"#","email":"ada@example.org"}`)
		for _, token := range []string{a.AccessToken, a.IDToken} {
			equal(t, "a good signature", verifiedBy(t, tenant.Client(), base+"/discovery/v2.0/keys", token) != "", true)
		}

		_, r = granted(t, tenant, refreshing(a.RefreshToken))
		equal(t, "refreshed", len(names(t, r.body)), 7)
	}
}

// TestPlatformProfile: without the scope profile nobody learns who the user is to
// others, and each client has another name for one person.
func TestPlatformProfile(t *testing.T) {
	tenant, _ := tickingOf(emulator.ExternalID)
	code := codeFor(t, browser(t, tenant.Transport()), ciamAuthorize, "scope", "openid "+readScope)
	a, r := granted(t, tenant, redemption(code))
	for _, token := range []string{a.AccessToken, a.IDToken} {
		c := claimsOf(t, token)
		for _, name := range []string{"oid", "tid", "name", "preferred_username", "email"} {
			equal(t, name, c[name], nil)
		}
		equal(t, "sub", c["sub"] != nil, true)
	}
	equal(t, "a refresh token", strings.Contains(r.body, "refresh_token"), false)

	subjects := map[any]bool{}
	for _, client := range []string{tenant.Web().ID, tenant.Native().ID, tenant.SPA().ID} {
		subjects[claimsOf(t, mint(t, tenant, emulator.Spec{ClientID: client}))["sub"]] = true
	}
	equal(t, "subjects of one person", len(subjects), 3)
	both := emulator.Spec{Kind: emulator.IDToken}
	equal(t, "of one client", claimsOf(t, mint(t, tenant, both))["sub"], claimsOf(t, mint(t, tenant, emulator.Spec{}))["sub"])
}

// TestPlatformScopes: what is asked for decides whose token it is.
func TestPlatformScopes(t *testing.T) {
	tenant, _ := tickingOf(emulator.EntraID)
	for _, c := range []struct {
		asked, aud, scp string
		v               string
	}{
		{"openid profile", emulator.GraphID, "openid profile", "1.0"},
		{"User.Read", emulator.GraphID, "User.Read", "1.0"},
		{"https://graph.microsoft.com/User.Read openid", emulator.GraphID, "User.Read openid", "1.0"},
		{apiID + "/.default", apiID, "tasks.read tasks.write", "2.0"},
		{readScope + " " + taskURI + "/tasks.write", apiID, "tasks.read tasks.write", "2.0"},
		{"https://CONTOSO.onmicrosoft.com/tasks/Tasks.Read", apiID, "tasks.read", "2.0"},
	} {
		code := codeFor(t, browser(t, tenant.Transport()), entraURL+"/oauth2/v2.0/authorize", "scope", c.asked)
		a, _ := granted(t, tenant, redemption(code))
		got := claimsOf(t, a.AccessToken)
		equal(t, c.asked+": aud", got["aud"], any(c.aud))
		equal(t, c.asked+": scp", got["scp"], any(c.scp))
		equal(t, c.asked+": ver", got["ver"], any(c.v))
	}
}

// TestPlatformRefreshElsewhere: a refresh token is good for every API that the
// client was granted.
func TestPlatformRefreshElsewhere(t *testing.T) {
	tenant, _ := tickingOf(emulator.EntraID)
	code := codeFor(t, browser(t, tenant.Transport()), entraURL+"/oauth2/v2.0/authorize", "scope", "openid profile offline_access")
	a, _ := granted(t, tenant, redemption(code))
	equal(t, "Graph's", claimsOf(t, a.AccessToken)["aud"], any(emulator.GraphID))
	a, _ = granted(t, tenant, changed(refreshing(a.RefreshToken), "scope", readScope))
	equal(t, "the API's", claimsOf(t, a.AccessToken)["aud"], any(apiID))
	equal(t, "another refresh token", a.RefreshToken != "", true)
	equal(t, "an ID token", a.IDToken, "")
}

// TestPlatformAuthorizeRefuses: on a page where nobody may be told, else at the app.
func TestPlatformAuthorizeRefuses(t *testing.T) {
	tenant, _ := tickingOf(emulator.ExternalID)
	for _, c := range []struct {
		name, code, oauth string // on a page without
		pairs             []string
	}{
		{"no client", "AADSTS900144", "", []string{"client_id", ""}},
		{"no such client", "AADSTS700016", "", []string{"client_id", userID}},
		{"no redirect URI registered", "AADSTS500113", "", []string{"client_id", apiID}},
		{"another redirect URI", "AADSTS50011", "", []string{"redirect_uri", "https://evil.example/"}},
		{"no response type", "AADSTS900144", "invalid_request", []string{"response_type", ""}},
		{"no such response type", "AADSTS70005", "unsupported_response_type", []string{"response_type", "x"}},
		{"implicit", "AADSTS700051", "unsupported_response_type", []string{"response_type", "id_token"}},
		{"no scope", "AADSTS900144", "invalid_request", []string{"scope", ""}},
		{"no such API", "AADSTS500011", "invalid_resource", []string{"scope", "api://x/read"}},
		{"no such scope", "AADSTS70011", "invalid_scope", []string{"scope", taskURI + "/none"}},
		{"no such scope of Graph", "AADSTS70011", "invalid_scope", []string{"scope", "tasks"}},
		{"two APIs", "AADSTS28000", "invalid_request", []string{"scope", readScope + " User.Read"}},
		{"nobody is signed in", "AADSTS50058", "login_required", []string{"prompt", "none"}},
		{"bad prompt", "AADSTS90023", "invalid_request", []string{"prompt", "x"}},
		{"no challenge", "AADSTS9002325", "invalid_request", []string{"client_id", tenant.SPA().ID, "redirect_uri", "http://localhost:3000/"}},
		{"bad method", "AADSTS501491", "invalid_request", []string{"code_challenge", strings.Repeat("a", 43), "code_challenge_method", "x"}},
	} {
		r := visit(t, browser(t, tenant.Transport()), ciamAuthorize, append([]string{"scope", wholeScope}, c.pairs...)...)
		if c.oauth == "" {
			equal(t, c.name+": status", r.status, 400)
			equal(t, c.name, strings.Contains(html.UnescapeString(r.body), c.code+": "), true)
			continue
		}
		values := landed(t, r)
		equal(t, c.name, values.Get("error"), c.oauth)
		equal(t, c.name+": code", strings.HasPrefix(values.Get("error_description"), c.code+": "), true)
		equal(t, c.name+": state", values.Get("state"), "s")
		equal(t, c.name+": error_uri", strings.HasPrefix(values.Get("error_uri"), "https://login.microsoftonline.com/error?code="), true)
		if strings.Contains(values.Get("error_description"), "%") {
			t.Errorf("%s: got %q", c.name, values.Get("error_description"))
		}
	}
	tenant.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, emulator.ErrCancelled })
	values := landed(t, visit(t, browser(t, tenant.Transport()), ciamAuthorize, "scope", wholeScope))
	equal(t, "cancelled", values.Get("error")+" "+values.Get("error_description")[:11], "access_denied AADSTS65004")
}

// TestPlatformConsent: an app gets nothing that it wasn't granted, and where an API
// asks for an assignment nobody without a role.
func TestPlatformConsent(t *testing.T) {
	entra := emulator.NewTenant(&emulator.Options{
		Kind: emulator.EntraID,
		Apps: []emulator.App{
			{Name: "api", URI: taskURI, Scopes: []string{"read", "write"}, Roles: []string{"admin"}, AssignmentRequired: true},
			{Name: "web", ID: webID, Secret: webSecret, RedirectURIs: []string{callback}, Granted: []string{taskURI + "/read"}},
		},
		Users: []emulator.User{{Name: "Ada"}, {Name: "Bob", Roles: []string{taskURI + "/admin"}}},
	})
	authorize := entraURL + "/oauth2/v2.0/authorize"
	asked := func(scope string) url.Values {
		return landed(t, visit(t, browser(t, entra.Transport()), authorize, "scope", taskURI+"/"+scope))
	}
	values := asked("write")
	equal(t, "no consent", values.Get("error")+" "+values.Get("error_description")[:11], "consent_required AADSTS65001")
	values = asked("read")
	equal(t, "not assigned", values.Get("error")+" "+values.Get("error_description")[:11], "access_denied AADSTS50105")
	bob := entra.Users()[1]
	entra.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{User: &bob}, nil })
	a, _ := granted(t, entra, redemption(asked("read").Get("code")))
	equal(t, "roles", claimsOf(t, a.AccessToken)["roles"].([]any)[0], any("admin"))
}

// TestPlatformRedeemRefuses: each code of the token service that a client may meet.
func TestPlatformRedeemRefuses(t *testing.T) {
	tenant, now := tickingOf(emulator.ExternalID)
	c := browser(t, tenant.Transport())
	challenge := []string{"scope", wholeScope, "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256"}
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	fresh := func() url.Values {
		return changed(redemption(codeFor(t, c, ciamAuthorize, challenge...)), "code_verifier", verifier)
	}
	used := fresh()
	a, _ := granted(t, tenant, used)
	old := fresh()
	now.now = now.now.Add(11 * time.Minute)
	spa := changed(fresh(), "client_id", tenant.SPA().ID, "client_secret", "")
	for _, row := range []struct {
		name, code string
		form       url.Values
		header     string
	}{
		{"used", "AADSTS54005", used, ""},
		{"old", "AADSTS70008", old, ""},
		{"unknown", "AADSTS70000", changed(fresh(), "code", "x"), ""},
		{"another redirect URI", "AADSTS500112", changed(fresh(), "redirect_uri", "https://app.contoso.example/callback"), ""},
		{"another verifier", "AADSTS501481", changed(fresh(), "code_verifier", strings.Repeat("a", 43)), ""},
		{"no verifier", "AADSTS50148", changed(fresh(), "code_verifier", ""), ""},
		{"an empty scope", "AADSTS28003", changed(fresh(), "scope", " "), ""},
		{"no code", "AADSTS900144", changed(fresh(), "code", ""), ""},
		{"another client", "AADSTS70000", spa, ""},
		{"from a page, for a web app", "AADSTS9002326", fresh(), "https://app.contoso.example"},
		{"another client's refresh token", "AADSTS70000", changed(refreshing(a.RefreshToken), "client_id", tenant.SPA().ID, "client_secret", ""), ""},
		{"no refresh token", "AADSTS900144", changed(refreshing(a.RefreshToken), "refresh_token", ""), ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ciamToken, strings.NewReader(row.form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if row.header != "" {
			req.Header.Set("Origin", row.header)
		}
		r := do(t, tenant.Client(), req)
		if got, _ := decode[map[string]any](t, r.body)["error_description"].(string); !strings.HasPrefix(got, row.code+": ") || strings.Contains(got, "%") {
			t.Errorf("%s: got %d %s, want %s", row.name, r.status, r.body, row.code)
		}
	}
	now.now = now.now.Add(91 * 24 * time.Hour)
	r := post(t, tenant.Client(), ciamToken, refreshing(a.RefreshToken))
	equal(t, "an old refresh token", strings.Contains(r.body, "AADSTS700082: "), true)
	a, _ = granted(t, tenant, fresh())
	tenant.Revoke("")
	equal(t, "a revoked one", strings.Contains(post(t, tenant.Client(), ciamToken, refreshing(a.RefreshToken)).body, "AADSTS50173: "), true)
}

// TestPlatformPublicClients: a native app is sent to any port of localhost, and a
// single-page app redeems from a page.
func TestPlatformPublicClients(t *testing.T) {
	tenant, _ := tickingOf(emulator.EntraID)
	authorize := entraURL + "/oauth2/v2.0/authorize"
	native := []string{"client_id", tenant.Native().ID, "scope", "openid " + readScope, "redirect_uri", "http://localhost:1234/callback"}
	code := codeFor(t, browser(t, tenant.Transport()), authorize, native...)
	sent := changed(redemption(code), "client_id", tenant.Native().ID, "client_secret", "", "redirect_uri", "http://localhost:1234/callback")
	a, _ := granted(t, tenant, sent)
	equal(t, "azpacr", claimsOf(t, a.AccessToken)["azpacr"], any("0"))
	equal(t, "another port of a web app", visit(t, browser(t, tenant.Transport()), authorize, "redirect_uri", "http://localhost:1234/callback").status, 400)
}

// TestPlatformState: what was granted outlives a restart.
func TestPlatformState(t *testing.T) {
	tenant, _ := tickingOf(emulator.ExternalID)
	a, _ := granted(t, tenant, redemption(codeFor(t, browser(t, tenant.Transport()), ciamAuthorize, "scope", wholeScope)))
	state, err := tenant.State()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := tickingOf(emulator.ExternalID)
	if err := again.Restore(state); err != nil {
		t.Fatal(err)
	}
	b, _ := granted(t, again, refreshing(a.RefreshToken))
	before, after := claimsOf(t, a.AccessToken), claimsOf(t, b.AccessToken)
	for _, c := range []map[string]any{before, after} {
		delete(c, "uti")
	}
	equal(t, "the same claims", maps.EqualFunc(before, after, func(a, b any) bool { return a == b }), true)
	equal(t, "the same key", slices.Equal(kids(t, tenant.Client(), tenant.JWKSURL("")), kids(t, again.Client(), again.JWKSURL(""))), true)
}
