// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

const otherID = "11111111-1111-1111-1111-111111111111"

// Metadata that is JSON but not this tenant's, or leads elsewhere.
var foreign = []struct{ name, metadata, want string }{
	{"other tenant", metadataOf(origin+"/"+otherID+"/v2.0/", keysURL), "issuer"},
	{"no trailing slash", metadataOf(strings.TrimSuffix(issuer, "/"), keysURL), "issuer"},
	{"two slashes", metadataOf(issuer+"/", keysURL), "issuer"},
	{"other host", metadataOf("https://fabrikam.b2clogin.com/"+tenantID+"/v2.0/", keysURL), "issuer"},
	{"host in upper case", metadataOf("https://CONTOSO.b2clogin.com/"+tenantID+"/v2.0/", keysURL), "issuer"},
	{"GUID in upper case", metadataOf(origin+"/"+strings.ToUpper(tenantID)+"/v2.0/", keysURL), "issuer"},
	{"port", metadataOf(origin+":443/"+tenantID+"/v2.0/", keysURL), "issuer"},
	{"http issuer", metadataOf("http://contoso.b2clogin.com/"+tenantID+"/v2.0/", keysURL), "issuer"},
	{"other flow", metadataOf(origin+"/tfp/"+tenantID+"/b2c_1_other/v2.0/", keysURL), "issuer"},
	{"Entra ID", metadataOf("https://login.microsoftonline.com/"+tenantID+"/v2.0", keysURL), "issuer"},
	{"anything", metadataOf("https://evil.example/", keysURL), "issuer"},
	{"long issuer", metadataOf(strings.Repeat("x", 100_000), keysURL), "issuer"},
	{"issuer with line breaks", `{"issuer":"a\r\nb\u001b","jwks_uri":"` + keysURL + `"}`, "issuer"},
	{"no issuer", `{"jwks_uri":"` + keysURL + `"}`, "has no issuer"},
	{"Issuer", `{"Issuer":"` + issuer + `","jwks_uri":"` + keysURL + `"}`, "has no issuer"},
	{"number as issuer", `{"issuer":1,"jwks_uri":"` + keysURL + `"}`, "has a issuer that is not a string"},
	{"list of issuers", `{"issuer":["` + issuer + `"],"jwks_uri":"` + keysURL + `"}`, "has a issuer that is not a string"},
	{"no jwks_uri", `{"issuer":"` + issuer + `"}`, "has no jwks_uri"},
	{"null as jwks_uri", `{"issuer":"` + issuer + `","jwks_uri":null}`, "has a jwks_uri that is not a string"},
	{"keys on another host", metadataOf(issuer, "https://evil.example/keys"), `on host "evil.example"`},
	{"keys on a longer host", metadataOf(issuer, "https://contoso.b2clogin.com.evil.example/keys"), "on host"},
	{"keys on a host with a dot", metadataOf(issuer, "https://contoso.b2clogin.com./keys"), "on host"},
	{"keys on another port", metadataOf(issuer, "https://contoso.b2clogin.com:8443/keys"), "on host"},
	{"keys on an empty port", metadataOf(issuer, "https://contoso.b2clogin.com:/keys"), "on host"},
	{"keys on loopback", metadataOf(issuer, "https://127.0.0.1/keys"), "on host"},
	{"keys on a long host", metadataOf(issuer, "https://"+strings.Repeat("x", 1900)+"/keys"), "on host"},
	{"keys over http", metadataOf(issuer, "http://contoso.b2clogin.com/keys"), "not https"},
	{"keys over http, loopback", metadataOf(issuer, "http://127.0.0.1/keys"), "not https"},
	{"keys over ftp", metadataOf(issuer, "ftp://contoso.b2clogin.com/keys"), "not https"},
	{"keys from a file", metadataOf(issuer, "file:///etc/passwd"), "malformed jwks_uri"},
	{"keys from a file with host", metadataOf(issuer, "file://contoso.b2clogin.com/etc/passwd"), "not https"},
	{"keys in a data URL", metadataOf(issuer, "data:application/json,{}"), "malformed jwks_uri"},
	{"credentials", metadataOf(issuer, "https://user:SECRET@contoso.b2clogin.com/keys"), "credentials or a fragment"},
	{"host as user", metadataOf(issuer, "https://contoso.b2clogin.com@evil.example/keys"), "credentials or a fragment"},
	{"fragment", metadataOf(issuer, keysURL+"#keys"), "credentials or a fragment"},
	{"relative", metadataOf(issuer, "/keys"), "malformed jwks_uri"},
	{"without scheme", metadataOf(issuer, "//contoso.b2clogin.com/keys"), "not https"},
	{"opaque", metadataOf(issuer, "https:contoso.b2clogin.com/keys"), "malformed jwks_uri"},
	{"control character", `{"issuer":"` + issuer + `","jwks_uri":"` + keysURL + `\u0000"}`, "malformed jwks_uri"},
	{"backslash", `{"issuer":"` + issuer + `","jwks_uri":"https:\\\\contoso.b2clogin.com\\keys"}`, "malformed jwks_uri"},
	{"long path", metadataOf(issuer, keysURL+"/"+strings.Repeat("x", 100_000)), "more than 2048 bytes"},
}

func TestForeignMetadata(t *testing.T) {
	for _, tt := range foreign {
		t.Run(tt.name, func(t *testing.T) {
			faulty(t, false, body(tt.metadata), tt.want)
			synctest.Test(t, func(t *testing.T) {
				c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					if got := r.URL.String(); got != metadataURL {
						t.Errorf("asked %q", got)
					}
					return reply(r, tt.metadata), nil
				}), nil)
				err := ready(t.Context(), c)
				if text := err.Error(); strings.Contains(text, "SECRET") || strings.ContainsAny(text, "\r\n\x1b") || len(text) > 2000 {
					t.Errorf("got error %.2000q", text)
				}
			})
		})
	}
}

func TestAcceptedMetadata(t *testing.T) {
	tenant := contoso(t)
	externalID, err := authority.ExternalID("contoso", otherID)
	if err != nil {
		t.Fatal(err)
	}
	custom, err := tenant.WithHosts("login.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	const mixed = origin + "/tfp/" + tenantID + "/B2C_1_SuSi/v2.0/"
	const guidHost = "https://" + otherID + ".ciamlogin.com/" + otherID
	for _, tt := range []struct {
		name            string
		a               authority.Authority
		opts            jwks.Options
		asked           string
		issuer, jwksURI string
	}{
		{"default", susi(t), jwks.Options{}, metadataURL, issuer, keysURL},
		{"tfp", susi(t), jwks.Options{}, metadataURL, tfpIssuer, keysURL},
		{"tfp in mixed case", susi(t), jwks.Options{}, metadataURL, mixed, keysURL},
		{"default port, upper case", susi(t), jwks.Options{}, metadataURL, issuer, "https://CONTOSO.b2clogin.com:443/keys"},
		{"query", susi(t), jwks.Options{}, metadataURL, issuer, origin + "/contoso.onmicrosoft.com/discovery/v2.0/keys?p=b2c_1_susi"},
		{
			"allowed host", susi(t),
			jwks.Options{KeyHosts: []string{"Keys.Example.com"}},
			metadataURL, issuer, "https://keys.example.com/keys",
		},
		{
			"allowed host with its default port", susi(t),
			jwks.Options{KeyHosts: []string{"keys.example.com:443"}},
			metadataURL, issuer, "https://keys.example.com/keys",
		},
		{
			"allowed host and port", susi(t),
			jwks.Options{KeyHosts: []string{"a.example", "keys.example.com:8443"}},
			metadataURL, issuer, "https://keys.example.com:8443/keys",
		},
		{
			"custom domain", custom.Flow("B2C_1A_partner"),
			jwks.Options{},
			"https://login.contoso.com/contoso.onmicrosoft.com/B2C_1A_partner/v2.0/.well-known/openid-configuration",
			"https://login.contoso.com/" + tenantID + "/v2.0/",
			"https://login.contoso.com/contoso.onmicrosoft.com/b2c_1a_partner/discovery/v2.0/keys",
		},
		{
			"External ID", externalID,
			jwks.Options{},
			"https://contoso.ciamlogin.com/" + otherID + "/v2.0/.well-known/openid-configuration",
			guidHost + "/v2.0", guidHost + "/discovery/v2.0/keys",
		},
		{
			"External ID, keys on the named host", externalID,
			jwks.Options{},
			"https://contoso.ciamlogin.com/" + otherID + "/v2.0/.well-known/openid-configuration",
			guidHost + "/v2.0", "https://contoso.ciamlogin.com/" + otherID + "/discovery/v2.0/keys",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var asked []string
				c := openAt(t, tt.a, roundTripper(func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					defer mu.Unlock()
					if asked = append(asked, r.URL.String()); len(asked) == 1 {
						return reply(r, metadataOf(tt.issuer, tt.jwksURI)), nil
					}
					return reply(r, keySet(jwk("kid", 2048))), nil
				}), &tt.opts)
				set, err := c.Find(t.Context(), jwks.Query{KeyID: "kid"})
				if err != nil {
					t.Fatal(err)
				}
				if set.Issuer() != tt.issuer || c.State().Issuer != tt.issuer {
					t.Errorf("got issuer %q, want %q byte for byte", set.Issuer(), tt.issuer)
				}
				if got := strings.Join(asked, " "); got != tt.asked+" "+tt.jwksURI {
					t.Errorf("asked %q, want %q and %q", got, tt.asked, tt.jwksURI)
				}
			})
		})
	}
}

// Algorithms in the metadata never widen what is allowed.
func TestMetadataWidensNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const metadata = `{"id_token_signing_alg_values_supported":["none","HS256","RS512"],"issuer":"` + issuer + `","jwks_uri":"` + keysURL + `"}`
		odd := strings.Replace(jwk("odd", 2048), `"use"`, `"alg":"RS512","use"`, 1)
		c := open(t, documents(metadata, keySet(odd, jwk("good", 2048))), nil)
		if finds(t, c, "odd") || !finds(t, c, "good") {
			t.Errorf("got keys %q", c.State().KeyIDs)
		}
	})
}

// Every form in which an authority can be written gets its own keys.
func TestEveryFormOfURL(t *testing.T) {
	for _, raw := range []string{
		origin + "/contoso.onmicrosoft.com/B2C_1_susi",
		origin + "/" + tenantID + "/b2c_1_SUSI",
		origin + "/tfp/contoso.onmicrosoft.com/B2C_1_susi",
		origin + "/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=B2C_1_susi",
	} {
		synctest.Test(t, func(t *testing.T) {
			a, err := authority.Parse(raw)
			if err == nil {
				a, err = a.WithTenantID(tenantID)
			}
			if err != nil {
				t.Fatal(err)
			}
			b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", Issuer: emulator.IssuerTFP}}})
			c := openAt(t, a, b2c.Transport(), nil)
			if !finds(t, c, b2c.CurrentKey("").ID()) || c.Current().Issuer() != tfpIssuer {
				t.Errorf("%s: got %+v", raw, c.State())
			}
			time.Sleep(time.Second)
		})
	}
}
