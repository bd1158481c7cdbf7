// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// forms are the forms of https://learn.microsoft.com/azure/active-directory-b2c/b2clogin, each with every URL that
// belongs to it, as literals.
var forms = []struct {
	name, url                        string
	host, tenant, tenantID, flow     string
	metadata, authorize, token       string
	logout, keys, userinfo           string
	alsoReadFrom, alsoReadFromSecond string
}{
	{
		name: "A: path, domain",
		url:  "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
		host: "contoso.b2clogin.com", tenant: "contoso.onmicrosoft.com", flow: "B2C_1_susi",
		metadata:           "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize:          "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize",
		token:              "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token",
		logout:             "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout",
		keys:               "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys",
		userinfo:           "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/openid/v2.0/userinfo",
		alsoReadFrom:       "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/",
		alsoReadFromSecond: "HTTPS://CONTOSO.b2clogin.com:443/contoso.onmicrosoft.com/B2C_1_susi/",
	},
	{
		name: "B: path, GUID",
		url:  "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi",
		host: "contoso.b2clogin.com", tenant: guid, tenantID: guid, flow: "B2C_1_susi",
		metadata:     "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize:    "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/oauth2/v2.0/authorize",
		token:        "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/oauth2/v2.0/token",
		logout:       "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/oauth2/v2.0/logout",
		keys:         "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/discovery/v2.0/keys",
		userinfo:     "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/openid/v2.0/userinfo",
		alsoReadFrom: "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi/v2.0",
	},
	{
		name: "C: tfp prefix",
		url:  "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi",
		host: "contoso.b2clogin.com", tenant: "contoso.onmicrosoft.com", flow: "B2C_1_susi",
		metadata:     "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize:    "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize",
		token:        "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token",
		logout:       "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout",
		keys:         "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys",
		userinfo:     "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/openid/v2.0/userinfo",
		alsoReadFrom: "https://contoso.b2clogin.com/TFP/contoso.onmicrosoft.com/B2C_1_susi",
	},
	{
		name: "D: query",
		url:  "https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi",
		host: "contoso.b2clogin.com", tenant: "contoso.onmicrosoft.com", flow: "B2C_1_susi",
		metadata:           "https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=B2C_1_susi",
		authorize:          "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi",
		token:              "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_susi",
		logout:             "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/logout?p=B2C_1_susi",
		keys:               "https://contoso.b2clogin.com/contoso.onmicrosoft.com/discovery/v2.0/keys?p=B2C_1_susi",
		userinfo:           "https://contoso.b2clogin.com/contoso.onmicrosoft.com/openid/v2.0/userinfo?p=B2C_1_susi",
		alsoReadFrom:       "https://contoso.b2clogin.com/contoso.onmicrosoft.com/?p=B2C_1_susi",
		alsoReadFromSecond: "https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0?p=B2C_1_susi",
	},
	{
		name: "E: custom domain",
		url:  "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x",
		host: "login.contoso.com", tenant: guid, tenantID: guid, flow: "B2C_1A_partner.v2-x",
		metadata:  "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/v2.0/.well-known/openid-configuration",
		authorize: "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/oauth2/v2.0/authorize",
		token:     "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/oauth2/v2.0/token",
		logout:    "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/oauth2/v2.0/logout",
		keys:      "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/discovery/v2.0/keys",
		userinfo:  "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner.v2-x/openid/v2.0/userinfo",
	},
	{
		name: "F: legacy host, te prefix",
		url:  "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi",
		host: "login.microsoftonline.com", tenant: "contoso.onmicrosoft.com", flow: "B2C_1_susi",
		metadata:  "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize: "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize",
		token:     "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token",
		logout:    "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout",
		keys:      "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys",
		userinfo:  "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi/openid/v2.0/userinfo",
	},
	{
		name: "G: China",
		url:  "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi",
		host: "contoso.b2clogin.cn", tenant: "contoso.partner.onmschina.cn", flow: "B2C_1_susi",
		metadata:  "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize: "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/oauth2/v2.0/authorize",
		token:     "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/oauth2/v2.0/token",
		logout:    "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/oauth2/v2.0/logout",
		keys:      "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/discovery/v2.0/keys",
		userinfo:  "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi/openid/v2.0/userinfo",
	},
	{
		name: "emulator on loopback",
		url:  "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi",
		host: "127.0.0.1:8080", tenant: "contoso.onmicrosoft.com", flow: "B2C_1_susi",
		metadata:  "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
		authorize: "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize",
		token:     "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token",
		logout:    "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/logout",
		keys:      "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys",
		userinfo:  "http://127.0.0.1:8080/contoso.onmicrosoft.com/B2C_1_susi/openid/v2.0/userinfo",
	},
}

func TestForms(t *testing.T) {
	for _, tc := range forms {
		t.Run(strings.Fields(tc.name)[0], func(t *testing.T) {
			// The authority, its metadata URL and any mix of case in scheme and
			// host are the same authority.
			for _, url := range []string{tc.url, tc.metadata, tc.alsoReadFrom, tc.alsoReadFromSecond} {
				if url == "" {
					continue
				}
				a := parsed(t, url)
				for _, c := range []struct{ what, got, want string }{
					{"String", a.String(), tc.url},
					{"Host", a.Host(), tc.host},
					{"Tenant", a.Tenant(), tc.tenant},
					{"TenantID", a.TenantID(), tc.tenantID},
					{"Flow", a.Flow(), tc.flow},
					{"FlowKey", a.FlowKey(), strings.ToLower(tc.flow)},
					{"MetadataURL", a.MetadataURL(), tc.metadata},
					{"AuthorizationEndpoint", a.AuthorizationEndpoint(), tc.authorize},
					{"TokenEndpoint", a.TokenEndpoint(), tc.token},
					{"EndSessionEndpoint", a.EndSessionEndpoint(), tc.logout},
					{"JWKSURI", a.JWKSURI(), tc.keys},
				} {
					if c.got != c.want {
						t.Errorf("%s of %s: got %q, want %q", c.what, url, c.got, c.want)
					}
				}
				if a.Kind() != authority.AzureADB2C || a.Err() != nil {
					t.Errorf("%s: got kind %v, error %v", url, a.Kind(), a.Err())
				}
				if again := parsed(t, a.String()); again != a {
					t.Errorf("%s: parsed again it is %v", url, again)
				}
			}
		})
	}
}

func TestFormsAreDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, tc := range forms {
		id := parsed(t, tc.url).ID()
		if other := seen[id]; other != "" {
			t.Errorf("%s and %s have one ID %s", tc.name, other, id)
		}
		seen[id] = tc.name
	}
}
