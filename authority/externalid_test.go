// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func external(tb testing.TB) authority.Authority {
	tb.Helper()
	a, err := authority.ExternalID("contoso", guid)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// at is the authority at another host, which is known to be good.
func at(tb testing.TB, a authority.Authority, host string) authority.Authority {
	tb.Helper()
	moved, err := a.WithHost(host)
	if err != nil {
		tb.Fatalf("WithHost(%q): %v", host, err)
	}
	return moved
}

func TestExternalID(t *testing.T) {
	a, err := authority.ExternalID("Contoso", "ABCDEF01-1111-1111-1111-111111111111")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{a.String(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111"},
		{a.MetadataURL(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration"},
		{a.AuthorizationEndpoint(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/authorize"},
		{a.TokenEndpoint(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/token"},
		{a.EndSessionEndpoint(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/logout"},
		{a.DeviceAuthorizationEndpoint(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/devicecode"},
		{a.JWKSURI(), "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/discovery/v2.0/keys"},
		{a.Flow(), ""},
		{a.Kind().String(), "Entra External ID"},
		{authority.AzureADB2C.String(), "Azure AD B2C"},
		{contoso(t).Flow("B2C_1_susi").DeviceAuthorizationEndpoint(), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if got, want := a.KeyHosts(), []string{"contoso.ciamlogin.com", "abcdef01-1111-1111-1111-111111111111.ciamlogin.com"}; !slices.Equal(got, want) {
		t.Errorf("KeyHosts: got %q, want %q", got, want)
	}
	if got := contoso(t).Flow("B2C_1_susi").KeyHosts(); !slices.Equal(got, []string{"contoso.b2clogin.com"}) {
		t.Errorf("KeyHosts of a flow: got %q", got)
	}
	for _, issuer := range []string{
		"https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.ciamlogin.com/ABCDEF01-1111-1111-1111-111111111111/v2.0",
		"https://fabrikam.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/v2.0",
		"https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0/",
		"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0",
		"https://login.microsoftonline.com/{tenantid}/v2.0",
		"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/v2.0",
		"https://sts.windows.net/abcdef01-1111-1111-1111-111111111111/",
	} {
		if a.MatchIssuer(issuer) {
			t.Errorf("MatchIssuer(%q) is true", issuer)
		}
	}
}

// The host may be named by the GUID, and be a custom domain's or an emulator's: the
// forms of the issuer are those of the tenant, and of the host that is asked.
func TestExternalIDHosts(t *testing.T) {
	byGUID, err := authority.ExternalID(strings.ToUpper("abcdef01-1111-1111-1111-111111111111"), "ABCDEF01-1111-1111-1111-111111111111")
	if err != nil {
		t.Fatal(err)
	}
	const ofGUID = "https://abcdef01-1111-1111-1111-111111111111.ciamlogin.com/abcdef01-1111-1111-1111-111111111111/v2.0"
	const ofEntra = "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0"
	for _, tc := range []struct {
		a                       authority.Authority
		text                    string
		issuers, keyHosts, tids []string
	}{
		{
			byGUID, "https://abcdef01-1111-1111-1111-111111111111.ciamlogin.com/abcdef01-1111-1111-1111-111111111111",
			[]string{ofGUID, ofEntra},
			[]string{"abcdef01-1111-1111-1111-111111111111.ciamlogin.com"},
			[]string{"abcdef01-1111-1111-1111-111111111111"},
		},
		{
			at(t, byGUID, "login.contoso.com"), "https://login.contoso.com/abcdef01-1111-1111-1111-111111111111",
			[]string{ofGUID, ofEntra, "https://login.contoso.com/abcdef01-1111-1111-1111-111111111111/v2.0"},
			[]string{"login.contoso.com", "abcdef01-1111-1111-1111-111111111111.ciamlogin.com"},
			[]string{"abcdef01-1111-1111-1111-111111111111"},
		},
		{
			at(t, byGUID, "http://127.0.0.1:8080"), "http://127.0.0.1:8080/abcdef01-1111-1111-1111-111111111111",
			[]string{ofGUID, ofEntra, "http://127.0.0.1:8080/abcdef01-1111-1111-1111-111111111111/v2.0"},
			[]string{"127.0.0.1:8080", "abcdef01-1111-1111-1111-111111111111.ciamlogin.com"},
			[]string{"abcdef01-1111-1111-1111-111111111111"},
		},
	} {
		if tc.a.String() != tc.text || !slices.Equal(tc.a.Issuers(), tc.issuers) || !slices.Equal(tc.a.TokenIssuers(), tc.issuers) ||
			!slices.Equal(tc.a.KeyHosts(), tc.keyHosts) || !slices.Equal(tc.a.TenantIDs(), tc.tids) {
			t.Errorf("%s: got %v, issuers %q and %q, key hosts %q, tenants %q", tc.text, tc.a, tc.a.Issuers(), tc.a.TokenIssuers(), tc.a.KeyHosts(), tc.a.TenantIDs())
		}
		for _, issuer := range tc.issuers {
			if !tc.a.MatchIssuer(issuer) || tc.a.MatchIssuer(issuer+"/") {
				t.Errorf("%s: MatchIssuer of %q", tc.text, issuer)
			}
		}
	}
}

func TestExternalIDRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, id string
		want     []string
	}{
		{"", "", []string{"name: empty", "tenantID: empty"}},
		{"contoso.ciamlogin.com", guid, []string{`name: "contoso.ciamlogin.com" is not a bare name; want contoso`}},
		{"https://Contoso.ciamlogin.com/", guid, []string{"is not a bare name; want contoso"}},
		{"contoso.b2clogin.com", guid, []string{"name: \"contoso.b2clogin.com\" is at a host of Azure AD B2C; use B2C"}},
		{"login.contoso.com", guid, []string{"for a custom domain see Authority.WithHost"}},
		{"login.microsoftonline.com", guid, []string{"is at a host of Entra ID; use Entra"}},
		{"22222222-2222-2222-2222-222222222222", guid, []string{"contradicts tenantID"}},
		{"contoso", "contoso.onmicrosoft.com", []string{"tenantID: \"contoso.onmicrosoft.com\" is not a GUID but a domain"}},
		{"con toso", "x", []string{"name: ", "tenantID: "}},
	} {
		_, err := authority.ExternalID(tc.name, tc.id)
		checkErrors(t, tc.name, err, tc.want...)
	}
	for _, tc := range []struct{ name, want string }{
		{"contoso.ciamlogin.com", "is at a host of Entra External ID; use ExternalID"},
		{"https://contoso.ciamlogin.com/x", "is at a host of Entra External ID; use ExternalID"},
	} {
		_, err := authority.B2C(tc.name, guid)
		checkErrors(t, tc.name, err, tc.want)
		_, err = authority.NewTenant(guid, []string{"contoso.ciamlogin.com", "sts.windows.net"}, nil)
		checkErrors(t, "NewTenant", err, `host: "contoso.ciamlogin.com" is at a host of Entra External ID; use ExternalID`, `host: "sts.windows.net" is the issuer of Entra ID's tokens of version 1`)
	}
}

// What Parse reads at External ID's hosts, and what it says of everything else that
// has such a host.
func TestParseExternalID(t *testing.T) {
	for _, tc := range []struct{ url, text, tenantID, appID string }{
		{"https://contoso.ciamlogin.com", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com", "", ""},
		{"https://Contoso.CIAMlogin.com/", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com", "", ""},
		{"https://contoso.ciamlogin.com/v2.0/.well-known/openid-configuration", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com", "", ""},
		{"https://contoso.ciamlogin.com/contoso.onmicrosoft.com/", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com", "", ""},
		{"https://contoso.ciamlogin.com/contoso.com/v2.0", "https://contoso.ciamlogin.com/contoso.com", "", ""},
		{"https://contoso.ciamlogin.com/ABCDEF01-1111-1111-1111-111111111111", "https://contoso.ciamlogin.com/abcdef01-1111-1111-1111-111111111111", "abcdef01-1111-1111-1111-111111111111", ""},
		{"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/", "https://11111111-1111-1111-1111-111111111111.ciamlogin.com/11111111-1111-1111-1111-111111111111", guid, ""},
		{"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0", "https://11111111-1111-1111-1111-111111111111.ciamlogin.com/11111111-1111-1111-1111-111111111111", guid, ""},
		{"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/contoso.onmicrosoft.com", "https://11111111-1111-1111-1111-111111111111.ciamlogin.com/contoso.onmicrosoft.com", guid, ""},
		{"https://contoso.ciamlogin.com/v2.0/.well-known/openid-configuration?appid=90C0FE63-bcf2-44d5-8fb7-b8bbc0b29dc6", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com?appid=90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "", "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"},
	} {
		a := parsed(t, tc.url)
		if a.Kind() != authority.EntraExternalID || a.String() != tc.text || a.TenantID() != tc.tenantID || a.AppID() != tc.appID || a.Flow() != "" {
			t.Errorf("%s: got %s of %v, tenant %q, appid %q", tc.url, a, a.Kind(), a.TenantID(), a.AppID())
		}
		if again := parsed(t, a.String()); again != a {
			t.Errorf("%s: %s reads back as another authority", tc.url, a)
		}
		if tc.tenantID == "" && (a.Issuers() != nil || a.TenantIDs() != nil || a.AllowsTenant("") || len(a.KeyHosts()) != 1) {
			t.Errorf("%s: got issuers %q, tenants %q, key hosts %q without a GUID", tc.url, a.Issuers(), a.TenantIDs(), a.KeyHosts())
		}
		if whole, err := a.WithTenantID(guid); tc.tenantID == "" && (err != nil || len(whole.Issuers()) != 3) {
			t.Errorf("%s: with the GUID got %q, %v", tc.url, whole.Issuers(), err)
		}
	}
	const host = "https://contoso.ciamlogin.com"
	for _, tc := range []struct{ url, want string }{
		{host + "/contoso.onmicrosoft.com/B2C_1_susi", "names a flow; External ID has none in its URLs: write https://contoso.ciamlogin.com/contoso.onmicrosoft.com"},
		{host + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", "names a flow"},
		{host + "/contoso.onmicrosoft.com?p=B2C_1_susi", "names a flow"},
		{host + "/tfp/contoso.onmicrosoft.com/B2C_1_susi", "names no tenant: tfp lacks its domain"},
		{host + "/B2C_1_susi", "names no tenant"},
		{host + "/contoso.onmicrosoft.com/oauth2/v2.0/token", "is the tenant's token endpoint; write the authority, https://contoso.ciamlogin.com/contoso.onmicrosoft.com"},
		{host + "/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=x&login_hint=a@b.c", "is the tenant's authorize endpoint"},
		{host + "/" + guid + "/discovery/v2.0/keys", "is the tenant's key set"},
		{host + "/contoso.onmicrosoft.com/x/y", "has more path segments than the tenant"},
		{host + "//", "names no tenant"},
		{host + "/common/v2.0", "names no tenant"},
		{host + "/{tenantid}/v2.0", "names no tenant"},
		{host + "/contoso", "contoso lacks its domain; write contoso.onmicrosoft.com"},
		{"https://login.contoso.ciamlogin.com/contoso.onmicrosoft.com", "is at no host of External ID"},
		{"https://.ciamlogin.com/contoso.onmicrosoft.com", "malformed host"},
		{"https://ciamlogin.com/contoso.onmicrosoft.com", "names no user flow"},
		{"https://{tenantid}.ciamlogin.com/" + guid, "malformed host"},
		{"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/22222222-2222-2222-2222-222222222222", "names one tenant as the host and another in the path"},
		{"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/00000000-0000-0000-0000-000000000000", "names no tenant"},
		{host + "/contoso.onmicrosoft.com?appid=x", "needs an application (client) id, a GUID, in ?appid="},
		{host + "/contoso.onmicrosoft.com?appid=" + guid + "&appid=" + guid, "has a query parameter other than one appid"},
		{host + "/contoso.onmicrosoft.com?appid=" + guid + "&code=secret", "has a query parameter other than one appid"},
		{host + "/contoso.onmicrosoft.com?", "has a query parameter other than one appid"},
		{host + "/contoso.onmicrosoft.com?appid=1%31", "holds percent escapes"},
		{host + "/contoso.onmicrosoft.com?a;b", "has a malformed query"},
		{host + "/contoso%2eonmicrosoft.com", "holds percent escapes"},
		{"https://user@contoso.ciamlogin.com/", "holds an @"},
		{"http://contoso.ciamlogin.com/", "must be https"},
	} {
		_, err := authority.Parse(tc.url)
		checkError(t, tc.url, err, tc.want)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the query: %v", tc.url, err)
		}
	}
}
