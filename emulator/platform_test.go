// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/sha1" // "x5t" is SHA-1
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	taskURI     = "https://contoso.onmicrosoft.com/tasks"
	ciamURL     = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925"
	ciamIssuer  = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	entraURL    = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925"
	entraIssuer = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	wellKnown   = "/v2.0/.well-known/openid-configuration"
)

// fixedOf is a tenant of a kind whose tokens are the same on every run, but for what
// is random.
func fixedOf(kind emulator.TenantKind) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{
		Kind: kind,
		Apps: []emulator.App{
			{
				Name: "api", ID: apiID, URI: taskURI, Kind: emulator.NativeApp,
				Scopes: []string{"tasks.read", "tasks.write"}, Roles: []string{"jobs.run", "jobs.read", "admin"},
			},
			{
				Name: "web", ID: clientID, Secret: "s3cret", ExpiredSecrets: []string{"0ld"},
				RedirectURIs: []string{"https://app.example/callback"}, Granted: []string{taskURI + "/tasks.write", taskURI + "/tasks.read"},
			},
			{Name: "daemon", ID: daemonID, ObjectID: principalID, Secret: "s3cret", Granted: []string{taskURI + "/jobs.run", taskURI + "/jobs.read"}},
		},
		Users: []emulator.User{
			{Name: "Ada <Example>", ObjectID: userID, Emails: []string{"ada@example.org"}, IDP: "google.com"},
			{Name: "Bob", Username: "bob", Roles: []string{taskURI + "/admin"}, Claims: map[string]any{"extension_0a1b_oldId": "x"}},
		},
		Now: func() time.Time { return noon },
	})
}

// random is what differs from run to run, in documents and tokens.
var random = regexp.MustCompile(`"(uti|nonce|kid|x5t|n|x5c)":("[A-Za-z0-9_-]+"|\["[A-Za-z0-9+/=]+"\])`)

// settled has placeholders in place of what is random.
func settled(text string) string { return random.ReplaceAllString(text, `"$1":"…"`) }

func TestKindText(t *testing.T) {
	for kind, want := range map[emulator.TenantKind]string{emulator.B2C: "b2c", emulator.ExternalID: "external-id", emulator.EntraID: "entra-id", 7: "7"} {
		equal(t, "String", kind.String(), want)
		var read emulator.TenantKind
		err := read.UnmarshalText([]byte(want))
		equal(t, want+" is read", err == nil && read == kind, want != "7")
	}
	equal(t, "Kind", fixedOf(emulator.EntraID).Kind(), emulator.EntraID)
}

// TestPlatformURLs: no flow is in them, and the host by default follows from the
// kind.
func TestPlatformURLs(t *testing.T) {
	ciam, entra := fixedOf(emulator.ExternalID), fixedOf(emulator.EntraID)
	equalList(t, "hosts", ciam.Hosts(), []string{"contoso.ciamlogin.com", "775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com"})
	equalList(t, "hosts", entra.Hosts(), []string{"login.microsoftonline.com"})
	equal(t, "AuthorityURL", ciam.AuthorityURL(""), ciamURL)
	equal(t, "AuthorityURL", entra.AuthorityURL(""), entraURL)
	equal(t, "MetadataURL", ciam.MetadataURL(""), ciamURL+"/v2.0/.well-known/openid-configuration")
	equal(t, "JWKSURL", ciam.JWKSURL(""), ciamURL+"/discovery/v2.0/keys")
	equal(t, "TokenURL", entra.TokenURL(""), entraURL+"/oauth2/v2.0/token")
	equal(t, "AuthorizeURL", entra.AuthorizeURL(""), entraURL+"/oauth2/v2.0/authorize")
	equal(t, "LogoutURL", entra.LogoutURL(""), entraURL+"/oauth2/v2.0/logout")
	equal(t, "Issuer", ciam.Issuer(""), ciamIssuer)
	equal(t, "Issuer", entra.Issuer(""), entraIssuer)
	equal(t, "a flow that doesn't exist", entra.AuthorityURL("B2C_1_susi"), entraURL+"/B2C_1_susi")
	equal(t, "flows", len(ciam.Flows()) == 1 && ciam.Flows()[0].Name == "", true)
}

// document is Entra ID's, with what differs in it.
func platformDocument(base, issuer string) string {
	return `{"token_endpoint":"` + base + `/oauth2/v2.0/token",` +
		`"token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],` +
		`"jwks_uri":"` + base + `/discovery/v2.0/keys",` +
		`"response_modes_supported":["query","fragment","form_post"],"subject_types_supported":["pairwise"],` +
		`"id_token_signing_alg_values_supported":["RS256"],` +
		`"response_types_supported":["code","id_token","code id_token","id_token token"],` +
		`"scopes_supported":["openid","profile","email","offline_access"],` +
		`"issuer":"` + issuer + `",` +
		`"request_uri_parameter_supported":false,"userinfo_endpoint":"https://graph.microsoft.com/oidc/userinfo",` +
		`"authorization_endpoint":"` + base + `/oauth2/v2.0/authorize",` +
		`"device_authorization_endpoint":"` + base + `/oauth2/v2.0/devicecode",` +
		`"http_logout_supported":true,"frontchannel_logout_supported":true,` +
		`"end_session_endpoint":"` + base + `/oauth2/v2.0/logout",` +
		`"claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud","exp","iat",` +
		`"auth_time","acr","nonce","preferred_username","name","tid","ver","at_hash","c_hash","email"],` +
		`"kerberos_endpoint":"` + base + `/kerberos","tenant_region_scope":null,"cloud_instance_name":"microsoftonline.com",` +
		`"cloud_graph_host_name":"graph.windows.net","msgraph_host":"graph.microsoft.com","rbac_url":"https://pas.windows.net"}`
}

// TestPlatformMetadata: documents to the byte, at every form of authority.
func TestPlatformMetadata(t *testing.T) {
	const template = "https://login.microsoftonline.com/{tenantid}/v2.0"
	ciam, entra := fixedOf(emulator.ExternalID), fixedOf(emulator.EntraID)
	custom := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Hosts: []string{"login.contoso.example", "login.microsoftonline.com"}})
	for _, c := range []struct {
		tenant            *emulator.Tenant
		url, base, issuer string
	}{
		{ciam, ciamURL, ciamURL, ciamIssuer},
		{ciam, "https://contoso.ciamlogin.com/Contoso.onmicrosoft.com", ciamURL, ciamIssuer},
		{
			ciam, "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527FF-9a37-4307-8b3d-cc311f58d925",
			"https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925", ciamIssuer,
		},
		{custom, "https://login.contoso.example/contoso.onmicrosoft.com", "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925", ciamIssuer},
		{custom, entraURL, entraURL, entraIssuer},
		{entra, entraURL, entraURL, entraIssuer},
		{entra, "https://login.microsoftonline.com/contoso.onmicrosoft.com", entraURL, entraIssuer},
		{entra, "https://login.microsoftonline.com/common", "https://login.microsoftonline.com/common", template},
		{entra, "https://login.microsoftonline.com/Organizations", "https://login.microsoftonline.com/organizations", template},
	} {
		r := get(t, c.tenant.Client(), c.url+wellKnown)
		equal(t, c.url+" status", r.status, 200)
		equal(t, c.url, r.body, platformDocument(c.base, c.issuer))
	}
	equal(t, "?appid=", decode[document](t, get(t, ciam.Client(), ciamURL+wellKnown+"?appid=x").body).JWKS, ciamURL+"/discovery/v2.0/keys?appid=x")
}

func TestPlatformNotFound(t *testing.T) {
	ciam, entra := fixedOf(emulator.ExternalID), fixedOf(emulator.EntraID)
	for _, c := range []struct {
		of     *emulator.Tenant
		url    string
		tenant string // the unknown one that the answer names
	}{
		{ciam, ciamURL + "/B2C_1_susi" + wellKnown, ""},
		{ciam, "https://contoso.ciamlogin.com/common" + wellKnown, "common"},
		{ciam, "https://contoso.ciamlogin.com/fabrikam.onmicrosoft.com" + wellKnown, "fabrikam.onmicrosoft.com"},
		{ciam, ciamURL + wellKnown + "/", ""},
		{ciam, "https://contoso.ciamlogin.com/", ""},
		{entra, "https://login.microsoftonline.com/consumers" + wellKnown, "consumers"},
		{entra, "https://login.microsoftonline.com/fabrikam/oauth2/v2.0/token", "fabrikam"},
		{entra, entraURL + "/B2C_1_susi" + wellKnown, ""},
	} {
		of, r := c.of, get(t, c.of.Client(), c.url)
		if c.tenant == "" {
			equal(t, c.url, r.status, 404)
			equal(t, c.url, strings.Contains(r.body, "<h1>404 - Not Found</h1>"), true)
			continue
		}
		equal(t, c.url, r.status, 400)
		equal(t, c.url, strings.HasPrefix(r.body, `{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant '`+c.tenant+`' not found.`), true)
		equal(t, "NotFound", of.Counts().NotFound > 0, true)
	}
	equal(t, "?p= is nothing there", get(t, ciam.Client(), ciamURL+wellKnown+"?p=B2C_1_susi").status, 200)
}

// TestPlatformKeys: no alg, a certificate of the key itself, and for whom it is.
func TestPlatformKeys(t *testing.T) {
	ciam, entra := fixedOf(emulator.ExternalID), fixedOf(emulator.EntraID)
	const key = `{"kty":"RSA","use":"sig","kid":"…","x5t":"…","n":"…","e":"AQAB","x5c":"…","issuer":"`
	for _, c := range []struct {
		tenant *emulator.Tenant
		url    string
		want   string
	}{
		{ciam, ciamURL, key + ciamIssuer + `"}`},
		{entra, entraURL, key + entraIssuer + `"}`},
		{entra, "https://login.microsoftonline.com/organizations", key + `https://login.microsoftonline.com/{tenantid}/v2.0"}`},
		{
			entra, "https://login.microsoftonline.com/common", key + `https://login.microsoftonline.com/{tenantid}/v2.0"},` +
				key + `https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"}`,
		},
	} {
		r := get(t, c.tenant.Client(), c.url+"/discovery/v2.0/keys")
		equal(t, c.url, settled(r.body), `{"keys":[`+c.want+`]}`)
		for _, k := range decode[published](t, r.body).Keys {
			der, err := base64.StdEncoding.DecodeString(k["x5c"].([]any)[0].(string))
			if err != nil {
				t.Fatal(err)
			}
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "the certificate is the key's", publicKey(t, k).Equal(certificate.PublicKey), true)
			equal(t, "it has signed itself", certificate.CheckSignature(certificate.SignatureAlgorithm, certificate.RawTBSCertificate, certificate.Signature), nil)
			sum := sha1.Sum(der)
			equal(t, "x5t", k["x5t"], any(base64.RawURLEncoding.EncodeToString(sum[:])))
			equal(t, "kid", k["kid"], k["x5t"])
		}
	}
}

// TestWhoseKeys: tenants of Entra ID begin with one key, personal accounts have
// another, and each External ID tenant its own, which the host of Entra ID lacks.
func TestWhoseKeys(t *testing.T) {
	entra := func(name, id string) *emulator.Tenant {
		return emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: name, ID: id})
	}
	contoso, fabrikam, consumers := entra("contoso", ""), entra("fabrikam", ""), entra("consumers", emulator.ConsumerTenantID)
	ciam := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "ciam", Hosts: []string{"ciam.ciamlogin.com", "login.microsoftonline.com"}})
	other := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "other"})
	world, consumer, own := contoso.CurrentKey("").ID(), consumers.CurrentKey("").ID(), ciam.CurrentKey("").ID()
	equal(t, "contoso's is fabrikam's", world, fabrikam.CurrentKey("").ID())
	equal(t, "consumers have another", world != consumer, true)
	equal(t, "External ID's are its own", own != world && own != other.CurrentKey("").ID(), true)
	const common = "https://login.microsoftonline.com/common/discovery/v2.0/keys"
	for _, tenant := range []*emulator.Tenant{contoso, fabrikam, consumers} {
		equalList(t, tenant.Name()+" at common", kids(t, tenant.Client(), common), []string{world, consumer})
		equalList(t, tenant.Name(), kids(t, tenant.Client(), tenant.JWKSURL("")), []string{tenant.CurrentKey("").ID()})
	}
	equalList(t, "its own host", kids(t, ciam.Client(), ciam.JWKSURL("")), []string{own})
	equalList(t, "the host of Entra ID", kids(t, ciam.Client(), "https://login.microsoftonline.com/ciam.onmicrosoft.com/discovery/v2.0/keys"), []string{world})

	contoso.Rotate("", true)
	equal(t, "rotation", len(contoso.Keys(emulator.TenantKeys)), 2)
	equal(t, "a token is of the new key", verifiedBy(t, contoso.Client(), contoso.JWKSURL(""), mint(t, contoso, emulator.Spec{})), contoso.CurrentKey("").ID())
	equal(t, "fabrikam's is its own", fabrikam.CurrentKey("").ID(), world)
	shared := emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: "shared", SharedKeysWith: contoso})
	equal(t, "a shared one", shared.CurrentKey("").ID(), contoso.CurrentKey("").ID())

	again := entra("contoso", "")
	state, err := contoso.State()
	if err == nil {
		err = again.Restore(state)
	}
	equal(t, "Restore", err, nil)
	equalList(t, "restored keys", kids(t, again.Client(), common), kids(t, contoso.Client(), common))
}

// TestPlatformTokens: every byte but what is random.
func TestPlatformTokens(t *testing.T) {
	ciam, entra := fixedOf(emulator.ExternalID), fixedOf(emulator.EntraID)
	bob := ciam.Users()[1]
	const times = `"iat":1750000000,"nbf":1750000000,"exp":1750003600,`
	for _, c := range []struct {
		name   string
		tenant *emulator.Tenant
		spec   emulator.Spec
		want   string
	}{
		{
			"user", ciam,
			emulator.Spec{},
			`{"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","iss":"` + ciamIssuer + `",` + times +
				`"azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","azpacr":"1","name":"Ada <Example>","oid":"cccccccc-cccc-cccc-cccc-cccccccccccc",` +
				`"preferred_username":"ada@example.org","scp":"tasks.read tasks.write","sub":"zdzC5P0BtI7ClJoT5ilNyjhUWvjIU4W1ZV4E4v8HYOw",` +
				`"tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0"}`,
		},
		{
			"user with a role, of a public client", entra,
			emulator.Spec{User: &bob, ClientID: apiID, Scopes: []string{"tasks.read"}},
			`{"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","iss":"` + entraIssuer + `",` + times +
				`"azp":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","azpacr":"0","name":"Bob","oid":"` + bob.ObjectID + `",` +
				`"preferred_username":"bob","roles":["admin"],"scp":"tasks.read","sub":"N0kvK4vd83_ZaqIP54tKgfL3rZz4QxdRXYuxBltnxJg",` +
				`"tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0","extension_0a1b_oldId":"x"}`,
		},
		{
			"app", ciam,
			emulator.Spec{Kind: emulator.AppToken},
			`{"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","iss":"` + ciamIssuer + `",` + times +
				`"azp":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee","azpacr":"1","oid":"dddddddd-dddd-dddd-dddd-dddddddddddd",` +
				`"roles":["jobs.run","jobs.read"],"sub":"dddddddd-dddd-dddd-dddd-dddddddddddd",` +
				`"tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0"}`,
		},
		{
			"app without roles, by a certificate", entra,
			emulator.Spec{Kind: emulator.AppToken, Scopes: []string{}, ClientAuth: "2"},
			`{"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","iss":"` + entraIssuer + `",` + times +
				`"azp":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee","azpacr":"2","oid":"dddddddd-dddd-dddd-dddd-dddddddddddd",` +
				`"sub":"dddddddd-dddd-dddd-dddd-dddddddddddd","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0"}`,
		},
		{
			"ID token", ciam,
			emulator.Spec{Kind: emulator.IDToken},
			`{"aud":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","iss":"` + ciamIssuer + `",` + times +
				`"name":"Ada <Example>","nonce":"…","oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","preferred_username":"ada@example.org",` +
				`"sub":"zdzC5P0BtI7ClJoT5ilNyjhUWvjIU4W1ZV4E4v8HYOw","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","uti":"…","ver":"2.0"}`,
		},
	} {
		k := parse(t, mint(t, c.tenant, c.spec))
		equal(t, c.name+" header", settled(k.header), `{"typ":"JWT","alg":"RS256","kid":"…"}`)
		equal(t, c.name, settled(k.payload), c.want)
		equal(t, c.name+" signature", k.signedBy(c.tenant.CurrentKey("").Public()), true)
	}
}

// TestPlatformOtherTokens: those of version 1 and of Microsoft Graph.
func TestPlatformOtherTokens(t *testing.T) {
	ciam := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Apps: []emulator.App{
		{Name: "api", ID: apiID, URI: taskURI, Scopes: []string{"tasks.read"}, AccessTokenVersion: 1},
		{Name: "web", ID: clientID, Secret: "s3cret", Granted: []string{taskURI + "/tasks.read"}},
	}})
	v1 := parse(t, mint(t, ciam, emulator.Spec{}))
	equal(t, "header", settled(v1.header), `{"typ":"JWT","alg":"RS256","x5t":"…","kid":"…"}`)
	c := decode[map[string]any](t, v1.payload)
	for name, want := range map[string]any{
		"iss": "https://sts.windows.net/775527ff-9a37-4307-8b3d-cc311f58d925/", "aud": taskURI, "appid": clientID, "appidacr": "1", "ver": "1.0", "azp": nil, "azpacr": nil,
	} {
		equal(t, name, c[name], want)
	}
	equal(t, "its signature is good", v1.signedBy(ciam.CurrentKey("").Public()), true)

	of := parse(t, mint(t, ciam, emulator.Spec{Audience: emulator.GraphID, Scopes: []string{"User.Read"}}))
	equal(t, "header", settled(of.header), `{"typ":"JWT","nonce":"…","alg":"RS256","x5t":"…","kid":"…"}`)
	equal(t, "Graph's signature is good", of.signedBy(ciam.CurrentKey("").Public()), false)
	equal(t, "scp", claimsOf(t, mint(t, ciam, emulator.Spec{Audience: emulator.GraphID, Scopes: []string{"User.Read"}}))["scp"], any("User.Read"))
}
