// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// Each endpoint in a flow's metadata, in each form, with and without what a
// browser's address bar adds to it.
func TestParseTellsEndpoints(t *testing.T) {
	for _, tc := range forms {
		for what, url := range map[string]string{
			"authorize endpoint": tc.authorize,
			"token endpoint":     tc.token,
			"logout endpoint":    tc.logout,
			"key set":            tc.keys,
			"UserInfo endpoint":  tc.userinfo,
		} {
			joined := url + "?"
			if strings.Contains(url, "?") {
				joined = url + "&"
			}
			for _, url := range []string{url, joined + "client_id=x&redirect_uri=https%3A%2F%2Fjwt.ms&login_hint=ada@example.org"} {
				_, err := authority.Parse(url)
				checkError(t, url, err, "is the flow's "+what, "; write the authority, "+tc.url)
				if !strings.HasSuffix(err.Error(), ", "+tc.url) {
					t.Errorf("%s: got %v, want %s at its end", url, err, tc.url)
				}
			}
		}
	}
}

func TestParseTellsWhatWasPasted(t *testing.T) {
	const host = "https://contoso.b2clogin.com"
	for _, tc := range []struct{ name, url, want string }{
		{"issuer", host + "/11111111-1111-1111-1111-111111111111/v2.0/", "is an issuer, which names no user flow or custom policy; write https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi, with your flow's name"},
		{"issuer, no slash", host + "/11111111-1111-1111-1111-111111111111/v2.0", "is an issuer"},
		{"issuer of a custom domain", "https://login.contoso.com/11111111-1111-1111-1111-111111111111/v2.0/", "is an issuer"},
		{"issuer of Entra ID", "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0", "names no user flow or custom policy; without one this is the tenant's Entra ID"},
		{"issuer of Entra ID, version 1", "https://sts.windows.net/11111111-1111-1111-1111-111111111111/", "the issuer of Entra ID's tokens of version 1; set requestedAccessTokenVersion to 2 in the API's registration, and use Entra"},
		{"flow at External ID", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/B2C_1_susi", "names a flow; External ID has none in its URLs: write https://contoso.ciamlogin.com/contoso.onmicrosoft.com"},
		{"domain with v2.0", host + "/contoso.onmicrosoft.com/v2.0", "names no user flow or custom policy; write https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi, with"},
		{"endpoint without flow", host + "/contoso.onmicrosoft.com/oauth2/v2.0/token", "is a tenant's token endpoint and names no user flow"},
		{"endpoint of Entra ID", "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=x", "is a tenant's authorize endpoint and names no user flow or custom policy; without one this is the tenant's Entra ID"},
		{"endpoint in capitals", host + "/contoso.onmicrosoft.com/B2C_1_susi/OAuth2/V2.0/Authorize", "authorize endpoint"},
		{"a page of the flow", host + "/contoso.onmicrosoft.com/B2C_1_susi/api/CombinedSigninAndSignup/unified?x=1", "more path segments than tenant and flow; write https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
		{"no domain", host + "/contoso/B2C_1_susi", "no tenant: contoso lacks its domain; write contoso.onmicrosoft.com"},
		{"no domain, China", "https://contoso.b2clogin.cn/contoso/B2C_1_susi", "write contoso.partner.onmschina.cn"},
		{"no domain, authorize endpoint", host + "/contoso/B2C_1_susi/oauth2/v2.0/authorize", "contoso lacks its domain"},
		{"no tenant", host + "/B2C_1_susi", "no tenant: the flow B2C_1_susi stands in its place; write the tenant's domain or GUID before it"},
		{"GUID alone", "775527FF-9a37-4307-8b3d-cc311f58d925", "is a GUID alone; want an absolute URL such as"},
		{"name alone", "contoso", "is a tenant's name alone; write https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi, an"},
		{"domain alone", "contoso.onmicrosoft.com", "is a tenant's name alone; write https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi, an"},
		{"flow alone", "B2C_1_susi", "is a flow's name alone"},
		{"scheme lost", "contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit/", "it lacks https://; write https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit"},
		{"empty", "", "is empty"},
	} {
		_, err := authority.Parse(tc.url)
		checkError(t, tc.name, err, tc.want)
	}
}

// What stands behind the path is in no text, whatever it ends in.
func TestParseShowsNoQuery(t *testing.T) {
	for _, url := range []string{
		"?code=hush.onmicrosoft.com",
		"contoso?code=hush.onmicrosoft.com",
		"contoso#id_token=hush",
		"contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi?code=hush",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?state=hush",
		"https://contoso.b2clogin.com/contoso/B2C_1_susi?code=hush",
	} {
		if _, err := authority.Parse(url); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

// Nor is it in the texts of the other constructors.
func TestConstructorsShowNoQuery(t *testing.T) {
	const url = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?code=hush&p=hush#hush"
	tenant, err := authority.B2C("contoso", guid)
	if err != nil {
		t.Fatal(err)
	}
	_, name := authority.B2C(url, guid)
	_, id := authority.B2C("contoso", url)
	_, host := tenant.WithHosts(url)
	for what, err := range map[string]error{"name": name, "id": id, "flow": tenant.Flow(url).Err(), "host": host} {
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// The other constructors take names and ids, and say which one is inside of
// what was pasted.
func TestConstructorsTellWhatWasPasted(t *testing.T) {
	name := func(s string) error {
		_, err := authority.B2C(s, guid)
		return err
	}
	tenantID := func(s string) error {
		_, err := authority.B2C("contoso", s)
		return err
	}
	withTenantID := func(s string) error {
		_, err := parsed(t, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi").WithTenantID(s)
		return err
	}
	domain := func(s string) error {
		_, err := authority.NewTenant(guid, []string{"contoso.b2clogin.com"}, &authority.Options{Domain: s})
		return err
	}
	flow := func(s string) error { return contoso(t).Flow(s).Err() }
	for _, tc := range []struct {
		field    string
		of       func(string) error
		in, want string
	}{
		{"name", name, "Fabrikam.onmicrosoft.com", "is not a bare name; want fabrikam"},
		{"name", name, "fabrikam.b2clogin.com", "want fabrikam"},
		{"name", name, "fabrikam.partner.onmschina.cn", "want fabrikam"},
		{"name", name, "https://fabrikam.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_susi", "want fabrikam"},
		{"name", name, "login.fabrikam.com", "for a custom domain see NewTenant"},
		{"tenantID", tenantID, "contoso.onmicrosoft.com", `is not a GUID but a domain; the portal shows the GUID as "Tenant ID"`},
		{"tenantID", tenantID, "https://contoso.b2clogin.com/ABCDEF01-1111-1111-1111-111111111111/v2.0/", "is not a GUID; the one in it is abcdef01-1111-1111-1111-111111111111"},
		{"tenantID", tenantID, "{" + guid + "}", "the one in it is " + guid},
		{"tenantID", tenantID, "contoso", "is not a GUID such as"},
		{"tenantID", withTenantID, "contoso.onmicrosoft.com", "is not a GUID but a domain"},
		{"tenantID", withTenantID, "https://contoso.b2clogin.com/" + guid + "/v2.0/", "the one in it is " + guid},
		{"Options.Domain", domain, "contoso", "is no tenant: it lacks its domain, as in contoso.onmicrosoft.com"},
		{"flow", flow, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "alone; want B2C_1_susi"},
		{"flow", flow, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi&x=1", "alone; want B2C_1_susi"},
		{"flow", flow, "contoso.onmicrosoft.com/B2C_1A_partner", "alone; want B2C_1A_partner"},
		{"flow", flow, "B2C_1_susi\n", "alone; want B2C_1_susi"},
		{"flow", flow, "B2C_1_susi,B2C_1_edit", "holds several"},
		{"flow", flow, "B2C_1_susi B2C_1_edit", "holds several"},
	} {
		checkError(t, tc.in, tc.of(tc.in), tc.field+": ", tc.want)
	}
}
