// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func provider(tb testing.TB, issuer string, algs ...authority.Algorithm) authority.Authority {
	tb.Helper()
	a, err := authority.OpenIDProvider(issuer, algs...)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestOpenIDProvider(t *testing.T) {
	for _, tc := range []struct{ issuer, metadata, host string }{
		{"https://accounts.example.com", "https://accounts.example.com/.well-known/openid-configuration", "accounts.example.com"},
		{"https://contoso.auth.example.com/", "https://contoso.auth.example.com/.well-known/openid-configuration", "contoso.auth.example.com"},
		{"https://id.example.com:8443/realms/Contoso", "https://id.example.com:8443/realms/Contoso/.well-known/openid-configuration", "id.example.com:8443"},
		{"https://ID.example.com/~x/a_b-c.d/", "https://ID.example.com/~x/a_b-c.d/.well-known/openid-configuration", "id.example.com"},
		{"http://127.0.0.1:9000/default", "http://127.0.0.1:9000/default/.well-known/openid-configuration", "127.0.0.1:9000"},
	} {
		a := provider(t, tc.issuer, authority.ES256)
		if a.String() != tc.issuer || a.MetadataURL() != tc.metadata || a.ID() != tc.metadata || a.Host() != tc.host || a.Err() != nil ||
			a.Kind() != authority.OpenIDConnect || a.Kind().String() != "OpenID Connect" {
			t.Errorf("%s: got %v, metadata %s, host %s, %v, %v", tc.issuer, a, a.MetadataURL(), a.Host(), a.Kind(), a.Err())
		}
		if !slices.Equal(a.Issuers(), []string{tc.issuer}) || !slices.Equal(a.TokenIssuers(), []string{tc.issuer}) || !a.MatchIssuer(tc.issuer) || !slices.Equal(a.KeyHosts(), []string{tc.host}) {
			t.Errorf("%s: got issuers %q and %q, key hosts %q", tc.issuer, a.Issuers(), a.TokenIssuers(), a.KeyHosts())
		}
		for _, issuer := range []string{tc.issuer + "/", strings.TrimSuffix(tc.issuer, "/") + "//", strings.ToUpper(tc.issuer), "", strings.Replace(tc.issuer, "://", "://x", 1)} {
			if a.MatchIssuer(issuer) {
				t.Errorf("%s: metadata may name %q", tc.issuer, issuer)
			}
		}
		// It has no tenant, and its endpoints are for its metadata to say.
		if a.Tenant()+a.TenantID()+a.Flow()+a.TokenEndpoint()+a.AuthorizationEndpoint()+a.JWKSURI()+a.EndSessionEndpoint()+a.DeviceAuthorizationEndpoint() != "" || a.TenantIDs() != nil || a.AllowsTenant("") {
			t.Errorf("%s: got %+v", tc.issuer, a)
		}
	}
}

func TestAlgorithms(t *testing.T) {
	all := []authority.Algorithm{authority.RS256, authority.PS256, authority.ES256}
	const issuer = "https://accounts.example.com"
	for _, tc := range []struct {
		name string
		a    authority.Authority
		want []authority.Algorithm
	}{
		{"B2C", contoso(t).Flow("B2C_1_susi"), all[:1]},
		{"External ID", external(t), all[:1]},
		{"Entra ID", entra(t), all[:1]},
		{"several tenants of Entra ID", multi(t, guid), all[:1]},
		{"zero", authority.Authority{}, all[:1]},
		{"ES256", provider(t, issuer, authority.ES256), all[2:]},
		{"PS256 and ES256, in another order", provider(t, issuer, authority.ES256, authority.PS256), all[1:]},
		{"all", provider(t, issuer, all...), all},
	} {
		if got := tc.a.Algorithms(); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
		for _, alg := range append(slices.Clone(all), "", "none", "HS256", "rs256", "RS384", "ES256K", "EdDSA") {
			if got, want := tc.a.Allows(alg), slices.Contains(tc.want, alg); got != want {
				t.Errorf("%s: Allows(%q) is %v", tc.name, alg, got)
			}
		}
	}
}

func TestOpenIDProviderRefuses(t *testing.T) {
	es := []authority.Algorithm{authority.ES256}
	for _, tc := range []struct {
		issuer string
		algs   []authority.Algorithm
		want   []string
	}{
		{"", nil, []string{"issuer: empty", "algs: empty; name those that the provider signs with: RS256, PS256, ES256"}},
		{"https://a.example", []authority.Algorithm{"none", "HS256", "es256", authority.ES256, authority.ES256}, []string{`algs: "none" is not one of`, `"HS256"`, `"es256"`, `"ES256" is named twice`}},
		{"a.example", es, []string{"is not an absolute URL; it starts with https://"}},
		{"HTTPS://a.example", es, []string{"it starts with https://"}},
		{"http://a.example", es, []string{"must be https"}},
		{"https://a.example?x=secret", es, []string{"has a query or fragment"}},
		{"https://a.example/#x", es, []string{"has a query or fragment"}},
		{"https://a.example/.well-known/openid-configuration", es, []string{"is the address of the metadata"}},
		{"https://user:secret@a.example", es, []string{"holds an @"}},
		{"https://a.example/{tenantid}", es, []string{"a placeholder"}},
		{"https://a.example/%2e", es, []string{"holds an escape"}},
		{"https://a.example/a/../b", es, []string{"dot segment"}},
		{"https://a.example/.", es, []string{"dot segment"}},
		{"https://a.example/a b", es, []string{"does not belong in a URL"}},
		{"https://a.example/ä", es, []string{"does not belong in a URL"}},
		{"https://", es, []string{"is empty"}},
		{"https://a", es, []string{"is not a host name"}},
		{"https://a.example:0", es, []string{"port"}},
		{"https://" + strings.Repeat("a", 2048), es, []string{"longer than 2048 bytes"}},
		// Those whose kinds know more of them.
		{"https://contoso.b2clogin.com/" + guid + "/v2.0/", es, []string{"is at a host of Azure AD B2C; use B2C"}},
		{"https://contoso.ciamlogin.com/" + guid + "/v2.0", es, []string{"is at a host of Entra External ID; use ExternalID"}},
		{"https://login.microsoftonline.com/" + guid + "/v2.0", es, []string{"is at a host of Entra ID; use Entra"}},
		{"https://LOGIN.microsoftonline.com/" + guid + "/v2.0", es, []string{"is at a host of Entra ID; use Entra"}},
		{"https://sts.windows.net/" + guid + "/", es, []string{"is the issuer of Entra ID's tokens of version 1; set requestedAccessTokenVersion to 2"}},
	} {
		a, err := authority.OpenIDProvider(tc.issuer, tc.algs...)
		checkErrors(t, tc.issuer, err, tc.want...)
		if a != (authority.Authority{}) || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, %v", tc.issuer, a, err)
		}
	}
}
