// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
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
	stockURI = "https://contoso.onmicrosoft.com/stock"
	stockID  = "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348"
)

// chain is a tenant whose API calls another one, for the users who call it.
func chain(change func(*emulator.Options)) *emulator.Tenant {
	o := &emulator.Options{
		Kind: emulator.ExternalID,
		Apps: []emulator.App{
			{Name: "tasks", ID: apiID, URI: taskURI, Scopes: []string{"tasks.read"}, Roles: []string{"jobs.run"}, Secret: "s3cret", Granted: []string{stockURI + "/stock.read"}},
			{Name: "stock", ID: stockID, URI: stockURI, Scopes: []string{"stock.read", "stock.write"}},
			{Name: "web", ID: webID, Secret: webSecret, RedirectURIs: []string{callback}, Granted: []string{taskURI + "/tasks.read"}},
		},
	}
	if change != nil {
		change(o)
	}
	return emulator.NewTenant(o)
}

// failure is an error of the token endpoint.
type failure struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Codes       []int  `json:"error_codes"`
	SubError    string `json:"suberror"`
	Claims      string `json:"claims"`
}

// wantFailure checks an error by its number, and OAuth's.
func wantFailure(t *testing.T, what string, r reply, status int, oauth string, code int) failure {
	t.Helper()
	got := decode[failure](t, r.body)
	if r.status != status || got.Error != oauth || !slices.Equal(got.Codes, []int{code}) {
		t.Errorf("%s: got %d %s, want %d %s AADSTS%d", what, r.status, r.body, status, oauth, code)
	}
	return got
}

func onBehalfOf(assertion string) url.Values {
	return form("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "requested_token_use", "on_behalf_of",
		"client_id", apiID, "client_secret", "s3cret", "assertion", assertion, "scope", stockURI+"/stock.read profile")
}

func TestOnBehalfOf(t *testing.T) {
	for _, kind := range []emulator.TenantKind{emulator.ExternalID, emulator.EntraID} {
		tenant := chain(func(o *emulator.Options) { o.Kind = kind })
		lin := tenant.Users()[1]
		in := mint(t, tenant, emulator.Spec{User: &lin})
		got := redeem(t, tenant.Client(), tenant.TokenURL(""), onBehalfOf(in))
		claims := claimsOf(t, got.AccessToken)
		for name, want := range map[string]any{"aud": stockID, "azp": apiID, "azpacr": "1", "oid": lin.ObjectID, "scp": "stock.read", "name": lin.Name} {
			equal(t, name, claims[name], want)
		}
		if claims["sub"] == claimsOf(t, in)["sub"] {
			t.Error("sub is that of another client")
		}
		equal(t, "refresh token", got.RefreshToken, "")
		equal(t, "ID token", got.IDToken, "")

		got = redeem(t, tenant.Client(), tenant.TokenURL(""), changed(onBehalfOf(in), "scope", stockURI+"/.default openid offline_access profile"))
		equal(t, "scp of .default", claimsOf(t, got.AccessToken)["scp"], any("stock.read"))
		equal(t, "audience of the ID token", claimsOf(t, got.IDToken)["aud"], any(apiID))
		refreshed := redeem(t, tenant.Client(), tenant.TokenURL(""),
			form("grant_type", "refresh_token", "client_id", apiID, "client_secret", "s3cret", "refresh_token", got.RefreshToken))
		equal(t, "oid once refreshed", claimsOf(t, refreshed.AccessToken)["oid"], any(lin.ObjectID))

		// Without the scope profile a token names its user for one client alone.
		plain := mint(t, tenant, emulator.Spec{User: &lin, Claims: map[string]any{"oid": emulator.Absent, "name": emulator.Absent}})
		got = redeem(t, tenant.Client(), tenant.TokenURL(""), changed(onBehalfOf(plain), "scope", stockURI+"/stock.read profile"))
		equal(t, "oid of a token without", claimsOf(t, got.AccessToken)["oid"], any(lin.ObjectID))
	}
}

func TestOnBehalfOfRefused(t *testing.T) {
	now := time.Unix(1750000000, 0)
	tenant := chain(func(o *emulator.Options) { o.Now = func() time.Time { return now } })
	other := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "fabrikam"})
	good := mint(t, tenant, emulator.Spec{})
	gone, err := tenant.AddUser(emulator.User{Name: "Gone"})
	if err != nil {
		t.Fatal(err)
	}
	ofGone := mint(t, tenant, emulator.Spec{User: &gone})
	if err := tenant.RemoveUser(gone.ObjectID); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		form   url.Values
		status int
		oauth  string
		code   int
	}{
		{"no token", onBehalfOf("secret"), 400, "invalid_grant", 50013},
		{"another key", onBehalfOf(mint(t, tenant, emulator.Spec{Key: emulator.NewKey()})), 400, "invalid_grant", 50013},
		{"another tenant", onBehalfOf(mint(t, other, emulator.Spec{Audience: apiID})), 400, "invalid_grant", 50013},
		{"our issuer, another tenant's key", onBehalfOf(mint(t, other, emulator.Spec{Audience: apiID, Claims: map[string]any{"iss": ciamIssuer}})), 400, "invalid_grant", 50013},
		{"expired", onBehalfOf(mint(t, tenant, emulator.Spec{Lifetime: -time.Second})), 400, "invalid_grant", 500133},
		{"for another API", onBehalfOf(mint(t, tenant, emulator.Spec{Audience: stockID})), 400, "invalid_grant", 500131},
		{"an app's own", onBehalfOf(mint(t, tenant, emulator.Spec{Kind: emulator.AppToken, ClientID: webID})), 400, "invalid_grant", 7000114},
		{"an ID token", onBehalfOf(mint(t, tenant, emulator.Spec{Kind: emulator.IDToken, ClientID: apiID})), 400, "invalid_grant", 7000114},
		{"of somebody gone", onBehalfOf(ofGone), 400, "invalid_grant", 50034},
		{"wrong secret", changed(onBehalfOf(good), "client_secret", "x"), 401, "invalid_client", 7000215},
		{"no secret", changed(onBehalfOf(good), "client_secret", ""), 401, "invalid_client", 7000218},
		{"a public client", changed(onBehalfOf(good), "client_id", stockID, "client_secret", ""), 401, "invalid_client", 7000218},
		{"another client", changed(onBehalfOf(good), "client_id", webID, "client_secret", webSecret), 400, "invalid_grant", 500131},
		{"no consent", changed(onBehalfOf(good), "scope", stockURI+"/stock.write"), 400, "invalid_grant", 65001},
		{"no scope", changed(onBehalfOf(good), "scope", ""), 400, "invalid_request", 900144},
		{"no assertion", changed(onBehalfOf(good), "assertion", ""), 400, "invalid_request", 900144},
		{"no use", changed(onBehalfOf(good), "requested_token_use", ""), 400, "invalid_request", 900144},
		{"another use", changed(onBehalfOf(good), "requested_token_use", "x"), 400, "invalid_request", 90023},
		{"claims that are none", changed(onBehalfOf(good), "claims", "{"), 400, "invalid_request", 90023},
	} {
		r := post(t, tenant.Client(), tenant.TokenURL(""), c.form)
		wantFailure(t, c.name, r, c.status, c.oauth, c.code)
		if strings.Contains(r.body, good) {
			t.Errorf("%s: the token is in the answer", c.name)
		}
	}
}

// TestB2COnBehalfOf: B2C has none of it.
func TestB2COnBehalfOf(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	web := b2c.Web()
	for _, grant := range []string{"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:device_code"} {
		r := post(t, b2c.Client(), tokenURL, changed(onBehalfOf(mint(t, b2c, emulator.Spec{})), "grant_type", grant, "client_id", web.ID, "client_secret", web.Secret))
		equal(t, grant, decode[failure](t, r.body).Error, "unsupported_grant_type")
	}
	for _, path := range []string{"oauth2/v2.0/devicecode", "oauth2/deviceauth"} {
		equal(t, path, get(t, b2c.Client(), b2c.AuthorityURL("")+"/"+path).status, http.StatusNotFound)
	}
	r := post(t, b2c.Client(), tokenURL, form("grant_type", "client_credentials", "client_id", web.ID, "scope", defaultScope,
		"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", "a.b.c"))
	equal(t, "client assertion", strings.Contains(r.body, "AADB2C99027"), true)
}

// TestConditionalAccess: a challenge is met by who signs in with it, and by who signs
// in for the API itself.
func TestConditionalAccess(t *testing.T) {
	fresh := func() *emulator.Tenant {
		return chain(func(o *emulator.Options) {
			o.Apps[1].ConditionalAccess = emulator.RequireMFA
			o.Apps[2].Granted = append(o.Apps[2].Granted, stockURI+"/stock.read")
		})
	}
	tenant := fresh()
	ada, lin := tenant.Users()[0], tenant.Users()[1]
	ask := func(u emulator.User) reply {
		t.Helper()
		return post(t, tenant.Client(), tenant.TokenURL(""), onBehalfOf(mint(t, tenant, emulator.Spec{User: &u})))
	}
	got := wantFailure(t, "at first", ask(ada), 400, "interaction_required", 50076)
	equal(t, "suberror", got.SubError, "basic_action")
	equal(t, "shape of claims", strings.HasPrefix(got.Claims, `{"access_token":{"polids":{"essential":true,"values":["`), true)
	signIn := func(pairs ...string) url.Values {
		t.Helper()
		return landed(t, visit(t, browser(t, tenant.Transport()), tenant.AuthorizeURL(""), append([]string{"scope", taskURI + "/tasks.read"}, pairs...)...))
	}
	signIn()
	signIn("claims", `{"access_token":{"polids":{"essential":true,"values":["another"]}}}`)
	wantFailure(t, "without the challenge", ask(ada), 400, "interaction_required", 50076)
	signIn("claims", got.Claims)
	equal(t, "with it", ask(ada).status, http.StatusOK)
	wantFailure(t, "another user", ask(lin), 400, "interaction_required", 50076)
	tenant.Revoke(ada.ObjectID)
	wantFailure(t, "once revoked", ask(ada), 400, "interaction_required", 50076)
	signIn("scope", stockURI+"/stock.read profile")
	equal(t, "for the API itself", ask(ada).status, http.StatusOK)
	equal(t, "claims that are none", signIn("claims", "{").Get("error"), "invalid_request")

	tenant = chain(func(o *emulator.Options) { o.Apps[1].ConditionalAccess = emulator.BlockAccess })
	got = wantFailure(t, "blocked", ask(ada), 400, "invalid_grant", 53003)
	equal(t, "suberror", got.SubError, "message_only")
}

// TestClientCertificate: an app with a certificate gets tokens, at every form of
// the endpoint's URL, and they say so.
func TestClientCertificate(t *testing.T) {
	key := emulator.NewKey()
	cluster := emulator.FederatedCredential{Issuer: "https://oidc.example/", Subject: "system:serviceaccount:a:b"}
	cluster.Keys = append(cluster.Keys, key.Public())
	tenant := chain(func(o *emulator.Options) {
		o.Apps[2] = emulator.App{Name: "daemon", ID: daemonID, Federated: []emulator.FederatedCredential{cluster}, Granted: []string{taskURI + "/jobs.run"}}
	})
	assertion := func(claims map[string]any) string {
		c := map[string]any{"iss": cluster.Issuer, "sub": cluster.Subject, "aud": emulator.AzureADTokenExchange}
		maps.Copy(c, claims)
		return mint(t, tenant, emulator.Spec{Key: key, Claims: c})
	}
	request := form("grant_type", "client_credentials", "client_id", daemonID, "scope", taskURI+"/.default",
		"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", assertion(nil))
	claims := claimsOf(t, redeem(t, tenant.Client(), tenant.TokenURL(""), request).AccessToken)
	equal(t, "azpacr", claims["azpacr"], any("2"))
	equal(t, "azp", claims["azp"], any(daemonID))

	for _, c := range []struct {
		name   string
		form   url.Values
		status int
		oauth  string
		code   int
	}{
		{"another type", changed(request, "client_assertion_type", "urn:x"), 401, "invalid_client", 7000218},
		{"no type", changed(request, "client_assertion_type", ""), 401, "invalid_client", 7000218},
		{"no assertion", changed(request, "client_assertion", ""), 401, "invalid_client", 7000218},
		{"malformed", changed(request, "client_assertion", "x"), 400, "invalid_request", 50027},
		{"another issuer", changed(request, "client_assertion", assertion(map[string]any{"iss": "https://oidc.example"})), 401, "invalid_client", 700211},
		{"another audience", changed(request, "client_assertion", assertion(map[string]any{"aud": "x"})), 401, "invalid_client", 700212},
		{"another subject", changed(request, "client_assertion", assertion(map[string]any{"sub": "x"})), 401, "invalid_client", 700213},
		{"a public client", changed(request, "client_id", stockID), 401, "invalid_client", 700025},
	} {
		wantFailure(t, c.name, post(t, tenant.Client(), tenant.TokenURL(""), c.form), c.status, c.oauth, c.code)
	}
	for _, r := range tenant.Requests() {
		if got := r.Parameters.Get("client_assertion"); got != "…" && got != "" {
			t.Errorf("a request is recorded with %q", got)
		}
	}
}

// TestOptionalClaims: tokens have what the app they are for asks for.
func TestOptionalClaims(t *testing.T) {
	many := make([]string, 201)
	for i := range many {
		many[i] = "00000000-0000-4000-8000-000000000000"
	}
	few := []string{"2b1d4f6e-0a53-4c87-9e21-7d8c5b3a1f09"}
	tenant := func(asked ...emulator.OptionalClaim) *emulator.Tenant {
		return chain(func(o *emulator.Options) {
			o.Apps[0].OptionalClaims = asked
			o.Users = []emulator.User{{Name: "Few", Groups: few}, {Name: "Many", Groups: many}, {Name: "None"}}
		})
	}
	none := claimsOf(t, mint(t, tenant(), emulator.Spec{Capabilities: []string{"cp1"}}))
	for _, name := range []string{"idtyp", "groups", "_claim_names", "xms_cc", "hasgroups"} {
		equal(t, "not asked for: "+name, none[name], nil)
	}
	all := tenant(emulator.IDTypOfUsers, emulator.Groups, emulator.Capabilities)
	users := all.Users()
	user := claimsOf(t, mint(t, all, emulator.Spec{Capabilities: []string{"cp1"}}))
	equal(t, "idtyp", user["idtyp"], any("user"))
	equal(t, "groups", user["groups"].([]any)[0], any(few[0]))
	equal(t, "xms_cc", user["xms_cc"].([]any)[0], any("cp1"))
	overage := claimsOf(t, mint(t, all, emulator.Spec{User: &users[1]}))
	equal(t, "groups of too many", overage["groups"], nil)
	equal(t, "_claim_names", overage["_claim_names"].(map[string]any)["groups"], any("src1"))
	equal(t, "_claim_sources", overage["_claim_sources"].(map[string]any)["src1"].(map[string]any)["endpoint"],
		any("https://graph.microsoft.com/v1.0/users/"+users[1].ObjectID+"/getMemberObjects"))
	equal(t, "xms_cc of others", overage["xms_cc"], nil)
	nobody := claimsOf(t, mint(t, all, emulator.Spec{User: &users[2]}))
	equal(t, "groups of none", nobody["groups"], nil)
	equal(t, "_claim_names of none", nobody["_claim_names"], nil)
	equal(t, "idtyp of an app", claimsOf(t, mint(t, all, emulator.Spec{Kind: emulator.AppToken}))["idtyp"], any("app"))
	equal(t, "idtyp of users", claimsOf(t, mint(t, tenant(emulator.IDTyp), emulator.Spec{}))["idtyp"], nil)
	equal(t, "idtyp for another app", claimsOf(t, mint(t, all, emulator.Spec{Audience: stockID}))["idtyp"], nil)
	equal(t, "idtyp of an ID token", claimsOf(t, mint(t, all, emulator.Spec{Kind: emulator.IDToken, ClientID: apiID}))["idtyp"], nil)
}

// TestCapabilities: what the client says at sign-in stands in its tokens, after a
// refresh too, and so does what a daemon says.
func TestCapabilities(t *testing.T) {
	const cp1 = `{"access_token":{"xms_cc":{"values":["cp1"]}}}`
	tenant := chain(func(o *emulator.Options) {
		o.Apps[0].OptionalClaims = []emulator.OptionalClaim{emulator.Capabilities}
		o.Apps[2].Granted = append(o.Apps[2].Granted, taskURI+"/jobs.run")
	})
	signIn := func(pairs ...string) tokens {
		t.Helper()
		code := codeFor(t, browser(t, tenant.Transport()), tenant.AuthorizeURL(""), append([]string{"scope", "openid offline_access " + taskURI + "/tasks.read"}, pairs...)...)
		return redeem(t, tenant.Client(), tenant.TokenURL(""), redemption(code))
	}
	equal(t, "not said", claimsOf(t, signIn().AccessToken)["xms_cc"], nil)
	got := signIn("claims", cp1)
	equal(t, "said", len(claimsOf(t, got.AccessToken)["xms_cc"].([]any)), 1)
	equal(t, "in the ID token", claimsOf(t, got.IDToken)["xms_cc"], nil)
	state, err := tenant.State()
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Restore(state); err != nil {
		t.Fatal(err)
	}
	got = redeem(t, tenant.Client(), tenant.TokenURL(""), refreshing(got.RefreshToken))
	equal(t, "once refreshed", len(claimsOf(t, got.AccessToken)["xms_cc"].([]any)), 1)
	daemon := form("grant_type", "client_credentials", "client_id", webID, "client_secret", webSecret, "scope", taskURI+"/.default")
	equal(t, "daemon", claimsOf(t, redeem(t, tenant.Client(), tenant.TokenURL(""), daemon).AccessToken)["xms_cc"], nil)
	said := claimsOf(t, redeem(t, tenant.Client(), tenant.TokenURL(""), changed(daemon, "claims", cp1)).AccessToken)
	equal(t, "daemon that says", len(said["xms_cc"].([]any)), 1)
	wantFailure(t, "no JSON", post(t, tenant.Client(), tenant.TokenURL(""), changed(daemon, "claims", "[")), 400, "invalid_request", 90023)
}
