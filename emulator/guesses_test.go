// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// What B2C does is not documented, or a choice of the tenant's owner: each has a
// setting, and without it the tenant is as ever.

func TestEmailScope(t *testing.T) {
	scope := "openid profile email " + readScope
	b2c := emulator.NewTenant(&emulator.Options{EmailScope: true})
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "scope", scope)
	got := redeem(t, b2c.Client(), tokenURL, redemption(code))
	equal(t, "scope", got.Scope, readScope+" openid profile email")
	equal(t, "scp", claimsOf(t, got.AccessToken)["scp"], any("tasks.read"))
	if email, ok := claimsOf(t, got.IDToken)["email"]; ok {
		t.Errorf("got a claim email: %v", email)
	}
	r := visit(t, browser(t, b2c.Transport()), authorizeURL, "scope", "openid e-mail")
	equal(t, "error of another scope", landed(t, r).Get("error"), "invalid_request")
}

// TestAnyLocalhostPort: a native app may be sent to any port of http://localhost, if
// all else is as registered.
func TestAnyLocalhostPort(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{{
		Name: "app", ID: clientID, Kind: emulator.NativeApp, AnyLocalhostPort: true,
		RedirectURIs: []string{"http://localhost", "http://localhost:1/callback?a=b", "http://127.0.0.1:8400/callback", "https://localhost:2/"},
	}}})
	for uri, want := range map[string]bool{
		"http://localhost":                   true,
		"http://localhost:51234":             true,
		"http://localhost:51234/":            false,
		"http://localhost:51234/callback":    false,
		"http://localhost:9/callback?a=b":    true,
		"http://localhost/callback?a=b":      true,
		"http://localhost:9/callback?a=c":    false,
		"http://localhost:9x/callback?a=b":   false,
		"http://localhost:@evil.example":     false,
		"http://localhost.evil.example":      false,
		"http://localhost:9@evil.example":    false,
		"http://localhost:9#x":               false,
		"http://LOCALHOST:9":                 false,
		"http://127.0.0.1:8401/callback":     false,
		"http://127.0.0.1:8400/callback":     true,
		"https://localhost:3/":               false,
		"http://[::1]:9":                     false,
		"http://user@localhost:9":            false,
		"http://localhost:9/../callback?a=b": false,
	} {
		r := visit(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", uri, "scope", "openid")
		at := r.header.Get("Location")
		separator := "?"
		if strings.Contains(uri, "?") {
			separator = "&"
		}
		if got := strings.HasPrefix(at, uri+separator+"code="); got != want {
			t.Errorf("%s: got %q", uri, at)
		}
		if !want && !strings.HasPrefix(at, "http://localhost?error=redirect_uri_mismatch&") {
			t.Errorf("%s: got %q, want an error at the first one", uri, at)
		}
	}
	mustPanic(t, "AnyLocalhostPort is set, but only a native app may have it", func() {
		emulator.NewTenant(&emulator.Options{Apps: []emulator.App{{Name: "web", Secret: "s", AnyLocalhostPort: true}}})
	})
}

// TestAnyLocalhostPortRedeems: the code is redeemed with the URI that the user was
// sent to, and with no other.
func TestAnyLocalhostPortRedeems(t *testing.T) {
	const sent = "http://localhost:51234"
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{{
		Name: "app", ID: clientID, Kind: emulator.NativeApp, AnyLocalhostPort: true, RedirectURIs: []string{"http://localhost"},
	}}})
	for uri, want := range map[string]int{sent: 200, "http://localhost": 400, "http://localhost:51235": 400} {
		code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "client_id", clientID, "redirect_uri", sent, "scope", "openid")
		r := post(t, b2c.Client(), tokenURL, form("grant_type", "authorization_code", "client_id", clientID, "code", code, "redirect_uri", uri))
		equal(t, uri, r.status, want)
	}
}

func TestLowerTFP(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: "B2C_1_SignIn", LowerTFP: true}, {Name: "B2C_1_Other"}, {Name: "B2C_1A_Partner", LowerTFP: true},
	}})
	for flow, want := range map[string]string{"B2C_1_SignIn": "b2c_1_signin", "B2C_1_Other": "B2C_1_Other"} {
		for _, kind := range []emulator.Kind{emulator.UserToken, emulator.IDToken} {
			equal(t, flow, claimsOf(t, mint(t, b2c, emulator.Spec{Flow: flow, Kind: kind}))["tfp"], any(want))
		}
	}
	equal(t, "acr", claimsOf(t, mint(t, b2c, emulator.Spec{Flow: "B2C_1A_Partner"}))["acr"], any("b2c_1a_partner"))
}

func TestNoSubject(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_old", NoSubject: true}, {Name: "B2C_1_new"}}})
	for _, kind := range []emulator.Kind{emulator.UserToken, emulator.IDToken} {
		claims := claimsOf(t, mint(t, b2c, emulator.Spec{Flow: "B2C_1_old", Kind: kind}))
		equal(t, "sub", claims["sub"], any("Not supported currently. Use oid claim."))
		equal(t, "oid", claims["oid"], any(b2c.User().ObjectID))
		equal(t, "sub of another flow", claimsOf(t, mint(t, b2c, emulator.Spec{Flow: "B2C_1_new", Kind: kind}))["sub"], any(b2c.User().ObjectID))
	}
	app := claimsOf(t, mint(t, b2c, emulator.Spec{Flow: "B2C_1_old", Kind: emulator.AppToken}))
	equal(t, "sub of an app", app["sub"], any(b2c.Daemon().ObjectID))
}

// TestClaimsOfAFlow: tokens and metadata have the flow's application claims, and
// those that every token has.
func TestClaimsOfAFlow(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{
			{Name: "B2C_1_few", Claims: []string{"oid", "extension_Plan", "name", "city"}},
			{Name: "B2C_1A_few", Claims: []string{"email", "sub"}},
			{Name: "B2C_1_all"},
		},
		Users: []emulator.User{{Name: "Kim", GivenName: "K", Emails: []string{"kim@example.org"}, Claims: map[string]any{
			"extension_Plan": "gold", "extension_Other": 1, "aud": "odd",
		}}},
	})
	for flow, want := range map[string]struct{ token, supported string }{
		"B2C_1_few": {
			"ver iss sub aud azp scp iat nbf exp auth_time nonce oid name tfp extension_Plan",
			"oid extension_Plan name city tfp iss iat exp aud acr nonce auth_time",
		},
		"B2C_1A_few": {
			"ver iss sub aud azp scp acr iat nbf exp auth_time nonce email",
			"email sub iss iat exp aud acr nonce auth_time",
		},
		"B2C_1_all": {
			"ver iss sub aud azp scp iat nbf exp auth_time nonce oid name given_name emails tfp extension_Other extension_Plan",
			"oid sub newUser name emails idp tfp iss iat exp aud acr nonce auth_time",
		},
	} {
		token := mint(t, b2c, emulator.Spec{Flow: flow})
		equalList(t, flow, names(t, parse(t, token).payload), strings.Fields(want.token))
		equal(t, flow+": what says nothing of a person", claimsOf(t, token)["aud"], any("odd"))
		equalList(t, flow+": metadata", decode[document](t, get(t, b2c.Client(), b2c.MetadataURL(flow)).body).Claims, strings.Fields(want.supported))
	}
	for _, c := range []struct {
		claims []string
		want   string
	}{
		{[]string{"name", ""}, "Options.Flows[0].Claims[1] is empty"},
		{[]string{"tfp"}, `Options.Flows[0].Claims[0] "tfp" is no claim of a person`},
		{[]string{"name", "name"}, `Options.Flows[0].Claims[1] "name" is there twice`},
	} {
		mustPanic(t, c.want, func() {
			emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", Claims: c.claims}}})
		})
	}
	flows := b2c.Flows()
	flows[0].Claims[0] = "changed"
	equal(t, "a copy", b2c.Flows()[0].Claims[0], "oid")
}

const userInfoURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1a_partner/openid/v2.0/userinfo"

// withUserInfo is a tenant whose custom policy has a UserInfo endpoint.
func withUserInfo(claims ...string) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{{Name: "B2C_1A_partner", UserInfo: claims}, {Name: "B2C_1A_other"}, {Name: "B2C_1_susi"}},
		Users: []emulator.User{{
			Name: "Kim Example", GivenName: "Kim", FamilyName: "Example", Emails: []string{"kim@example.org", "k@example.org"}, IDP: "google.com",
			Claims: map[string]any{"extension_Plan": "gold", "city": "Berlin"},
		}, {Name: "Nobody"}},
	})
}

// askUserInfo asks the UserInfo endpoint.
func askUserInfo(t *testing.T, b2c *emulator.Tenant, authorization string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, userInfoURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", authorization)
	return do(t, b2c.Client(), req)
}

// TestUserInfo: the policy's claims by their names, those that the user has.
func TestUserInfo(t *testing.T) {
	b2c := withUserInfo("objectId", "givenName", "surname", "displayName", "signInNames.emailAddress", "sub", "name", "email", "idp", "tenantId", "city", "phone")
	equal(t, "metadata", decode[map[string]any](t, get(t, b2c.Client(), b2c.MetadataURL("B2C_1A_partner")).body)["userinfo_endpoint"], any(userInfoURL))
	kim, nobody := b2c.Users()[0], b2c.Users()[1]
	for _, kind := range []emulator.Kind{emulator.UserToken, emulator.IDToken} {
		r := askUserInfo(t, b2c, "Bearer "+mint(t, b2c, emulator.Spec{Kind: kind}))
		equal(t, "status", r.status, 200)
		equal(t, "type", r.header.Get("Content-Type"), "application/json; charset=utf-8")
		equal(t, "body", r.body, `{"objectId":"`+kim.ObjectID+`","givenName":"Kim","surname":"Example","displayName":"Kim Example","signInNames.emailAddress":"kim@example.org",`+
			`"sub":"`+kim.ObjectID+`","name":"Kim Example","email":"kim@example.org","idp":"google.com","tenantId":"`+tenantID+`","city":"Berlin"}`)
	}
	r := askUserInfo(t, b2c, "bearer "+mint(t, b2c, emulator.Spec{User: &nobody}))
	equal(t, "body", r.body, `{"objectId":"`+nobody.ObjectID+`","displayName":"Nobody","sub":"`+nobody.ObjectID+`","name":"Nobody","tenantId":"`+tenantID+`"}`)
	equal(t, "counts", b2c.Counts(), emulator.Counts{Metadata: 1, UserInfo: 3})

	kim.Name = "Kim E."
	if err := b2c.SetUser(kim); err != nil {
		t.Fatal(err)
	}
	if r := askUserInfo(t, b2c, "Bearer "+mint(t, b2c, emulator.Spec{})); !strings.Contains(r.body, `"displayName":"Kim E."`) {
		t.Errorf("got %s, want the name of now", r.body)
	}
}

func TestUserInfoRefuses(t *testing.T) {
	b2c := withUserInfo("sub")
	good := mint(t, b2c, emulator.Spec{})
	kim := b2c.User()
	for what, authorization := range map[string]string{
		"nothing":            "",
		"no token":           "Bearer",
		"another scheme":     "Basic " + good,
		"no JWT":             "Bearer x.y",
		"a cut signature":    "Bearer " + good[:len(good)-8],
		"another's payload":  "Bearer " + strings.Split(good, ".")[0] + "." + strings.Split(mint(t, b2c, emulator.Spec{Lifetime: 2 * time.Hour}), ".")[1] + "." + strings.Split(good, ".")[2],
		"another flow's":     "Bearer " + mint(t, b2c, emulator.Spec{Flow: "B2C_1A_other"}),
		"a user flow's":      "Bearer " + mint(t, b2c, emulator.Spec{Flow: "B2C_1_susi"}),
		"an expired one":     "Bearer " + mint(t, b2c, emulator.Spec{Lifetime: -time.Second}),
		"another issuer":     "Bearer " + mint(t, b2c, emulator.Spec{Claims: map[string]any{"iss": "https://contoso.b2clogin.com/x/v2.0/"}}),
		"an app's own":       "Bearer " + mint(t, b2c, emulator.Spec{Kind: emulator.AppToken}),
		"one of another key": "Bearer " + mint(t, b2c, emulator.Spec{Key: emulator.NewKey()}),
	} {
		r := askUserInfo(t, b2c, authorization)
		if r.status != 401 || r.body != "" || r.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
			t.Errorf("%s: got %d, %q, %q", what, r.status, r.body, r.header.Get("WWW-Authenticate"))
		}
	}
	if err := b2c.RemoveUser(kim.ObjectID); err != nil {
		t.Fatal(err)
	}
	equal(t, "someone who is gone", askUserInfo(t, b2c, "Bearer "+good).status, 401)
}

// TestNoUserInfo: where a flow has none, its address is B2C's 404, and user flows
// can't have one.
func TestNoUserInfo(t *testing.T) {
	b2c := withUserInfo("sub")
	for _, flow := range []string{"b2c_1a_other", "b2c_1_susi"} {
		equal(t, flow, get(t, b2c.Client(), strings.Replace(userInfoURL, "b2c_1a_partner", flow, 1)).status, 404)
		if doc := get(t, b2c.Client(), b2c.MetadataURL(flow)).body; strings.Contains(doc, "userinfo") {
			t.Errorf("%s: got %s", flow, doc)
		}
	}
	for _, c := range []struct {
		flow emulator.Flow
		want string
	}{
		{emulator.Flow{Name: "B2C_1_a", UserInfo: []string{"sub"}}, "Options.Flows[0].UserInfo is set, but only a custom policy may have a UserInfo endpoint"},
		{emulator.Flow{Name: "B2C_1A_a", UserInfo: []string{"sub", ""}}, "Options.Flows[0].UserInfo has an empty one"},
		{emulator.Flow{Name: "B2C_1A_a", UserInfo: []string{"sub"}, NoSubject: true}, "Options.Flows[0].UserInfo is set, but so is NoSubject"},
	} {
		mustPanic(t, c.want, func() { emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{c.flow}}) })
	}
}
