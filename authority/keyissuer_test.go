// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

const (
	entraIssuer    = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0"
	entraTemplate  = "https://login.microsoftonline.com/{tenantid}/v2.0"
	entraB         = "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0"
	entraStranger  = "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999/v2.0"
	entraConsumers = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"
	externalIssuer = "https://11111111-1111-1111-1111-111111111111.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0"
)

// Which keys may sign for which issuers, by what the key itself says.
func TestKeyIssuerFits(t *testing.T) {
	custom := at(t, external(t), "login.contoso.com")
	two := multi(t, guid, guidB)
	consumers := multi(t, guid, authority.ConsumerTenantID)
	acme := provider(t, "https://a.example", authority.ES256)
	for _, tc := range []struct {
		name                   string
		a                      authority.Authority
		keyIssuer, tokenIssuer string
		want                   bool
	}{
		{"B2C, none", contoso(t).Flow("B2C_1_susi"), "", "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/", true},
		{"B2C, one", contoso(t).Flow("B2C_1_susi"), "x", "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/", false},

		{"External ID, none", external(t), "", externalIssuer, true},
		{"External ID, the same", external(t), externalIssuer, externalIssuer, true},
		{"External ID, Entra ID's form", external(t), entraIssuer, externalIssuer, true},
		{"External ID, Entra ID's template", external(t), entraTemplate, externalIssuer, true},
		{"External ID, its own host's form", external(t), "https://contoso.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0", externalIssuer, true},
		{"External ID, custom domain's form", custom, "https://login.contoso.com/11111111-1111-1111-1111-111111111111/v2.0", externalIssuer, true},
		{"External ID, custom domain's template", custom, "https://login.contoso.com/{tenantid}/v2.0", externalIssuer, true},
		{"External ID, a custom domain that is not its own", external(t), "https://login.contoso.com/11111111-1111-1111-1111-111111111111/v2.0", externalIssuer, false},
		{"External ID, another tenant's key", external(t), "https://22222222-2222-2222-2222-222222222222.ciamlogin.com/22222222-2222-2222-2222-222222222222/v2.0", externalIssuer, false},
		{"External ID, another tenant's key, Entra ID's form", external(t), entraB, externalIssuer, false},
		{"External ID, two tenants in one", external(t), "https://22222222-2222-2222-2222-222222222222.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0", externalIssuer, false},
		{"External ID, another name's host", external(t), "https://fabrikam.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0", externalIssuer, false},
		{"External ID, placeholder in the host", external(t), "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", externalIssuer, false},
		{"External ID, consumers' key", external(t), entraConsumers, externalIssuer, false},
		{"External ID, token of another tenant", external(t), "", entraB, false},
		{"External ID, key and token of another tenant", external(t), entraB, entraB, false},
		{"External ID, a slash more", external(t), externalIssuer + "/", externalIssuer, false},

		{"Entra ID, none", entra(t), "", entraIssuer, true},
		{"Entra ID, the same", entra(t), entraIssuer, entraIssuer, true},
		{"Entra ID, template", entra(t), entraTemplate, entraIssuer, true},
		{"Entra ID, External ID's form", entra(t), externalIssuer, entraIssuer, false},
		{"Entra ID, consumers' key", entra(t), entraConsumers, entraIssuer, false},
		{"Entra ID, version 1", entra(t), "https://sts.windows.net/11111111-1111-1111-1111-111111111111/", entraIssuer, false},
		{"Entra ID, template in capitals", entra(t), "https://login.microsoftonline.com/{TENANTID}/v2.0", entraIssuer, false},
		{"Entra ID, template escaped", entra(t), "https://login.microsoftonline.com/%7Btenantid%7D/v2.0", entraIssuer, false},
		{"Entra ID, template in the host", entra(t), "https://{tenantid}/{tenantid}/v2.0", entraIssuer, false},
		{"Entra ID, template twice", entra(t), "https://login.microsoftonline.com/{tenantid}/{tenantid}/v2.0", entraIssuer, false},
		{"Entra ID, GUID in capitals", entra(t), strings.ToUpper(entraIssuer), entraIssuer, false},
		{"Entra ID, token with the template", entra(t), entraTemplate, entraTemplate, false},
		{"Entra ID, no issuer at all", entra(t), "", "", false},
		{"Entra ID, another host", entra(t), "https://login.microsoftonline.com.evil.example/{tenantid}/v2.0", entraIssuer, false},
		{"Entra ID, user before the host", entra(t), "https://login.microsoftonline.com@evil.example/{tenantid}/v2.0", entraIssuer, false},

		{"several, template", two, entraTemplate, entraIssuer, true},
		{"several, template, the other", two, entraTemplate, entraB, true},
		{"several, the tenant's own key", two, entraB, entraB, true},
		{"several, none", two, "", entraB, false},
		{"several, one's key for the other", two, entraB, entraIssuer, false},
		{"several, stranger", two, entraTemplate, entraStranger, false},
		{"several, stranger's own key", two, entraStranger, entraStranger, false},
		{"several, consumers' key", two, entraConsumers, entraIssuer, false},
		{"several, consumers, not allowed", two, entraConsumers, entraConsumers, false},
		{"several, consumers, allowed", consumers, entraConsumers, entraConsumers, true},
		{"several, consumers' key for an organisation", consumers, entraConsumers, entraIssuer, false},
		{"several, organisation's key for consumers", consumers, entraIssuer, entraConsumers, false},
		{"several, token with the template", two, entraTemplate, entraTemplate, false},

		{"another provider, none", acme, "", "https://a.example", true},
		{"another provider, the same", acme, "https://a.example", "https://a.example", true},
		{"another provider, another", acme, "https://a.example/", "https://a.example", false},
		{"another provider, another token", acme, "", "https://b.example", false},
	} {
		if got := tc.a.KeyIssuerFits(tc.keyIssuer, tc.tokenIssuer); got != tc.want {
			t.Errorf("%s: a key of %q for a token of %q: got %v", tc.name, tc.keyIssuer, tc.tokenIssuer, got)
		}
	}
}

// What a token's usual issuer costs with each request.
func TestKeyIssuerAllocates(t *testing.T) {
	a, two := external(t), multi(t, guid, guidB)
	if n := testing.AllocsPerRun(100, func() {
		if !a.KeyIssuerFits(externalIssuer, externalIssuer) || !two.KeyIssuerFits(entraTemplate, entraB) || !two.AllowsTenant(guidB) {
			t.Error("a key that fits does not")
		}
	}); n != 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

// FuzzKeyIssuer: a key signs for no other tenant than its own, whatever texts stand
// in it and in the token.
func FuzzKeyIssuer(f *testing.F) {
	for _, s := range []string{
		"", entraIssuer, entraTemplate, entraB, entraStranger, entraConsumers, externalIssuer, "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0",
		"https://login.microsoftonline.com/{TENANTID}/v2.0", "https://login.microsoftonline.com//v2.0", "/{tenantid}/v2.0", "/v2.0", "https://contoso.ciamlogin.com/{tenantid}/v2.0",
		"https://login.microsoftonline.com/%7Btenantid%7D/v2.0", "https://login.contoso.com/11111111-1111-1111-1111-111111111111/v2.0", "https://\x00/{tenantid}/v2.0",
	} {
		f.Add(s, entraIssuer)
		f.Add(s, s)
		f.Add(entraTemplate, s)
	}
	one, several := []string{guid}, []string{guid, guidB}
	authorities := []struct {
		a       authority.Authority
		tenants []string
	}{
		{external(f), one},
		{at(f, external(f), "login.contoso.com"), one},
		{entra(f), one},
		{multi(f, several...), several},
		{at(f, multi(f, several...), "https://[::1]:8443"), several},
	}
	f.Fuzz(func(t *testing.T, keyIssuer, tokenIssuer string) {
		if len(keyIssuer) > 1<<10 || len(tokenIssuer) > 1<<10 {
			return
		}
		for _, tc := range authorities {
			if !tc.a.KeyIssuerFits(keyIssuer, tokenIssuer) {
				continue
			}
			if !slices.Contains(tc.a.TokenIssuers(), tokenIssuer) {
				t.Fatalf("%v: a token of %q is signed for", tc.a, tokenIssuer)
			}
			tenant := ""
			for _, id := range tc.tenants {
				if strings.HasSuffix(tokenIssuer, "/"+id+"/v2.0") {
					tenant = id
				}
			}
			// Spelt out: the same tenant's GUID, or the placeholder, in one of two places.
			filled := strings.Replace(keyIssuer, "/{tenantid}/", "/"+tenant+"/", 1)
			if keyIssuer == "" && len(tc.tenants) == 1 {
				continue
			}
			if tenant == "" || !slices.Contains(tc.a.TokenIssuers(), filled) || !strings.HasSuffix(filled, "/"+tenant+"/v2.0") {
				t.Fatalf("%v: a key of %q signs for %q", tc.a, keyIssuer, tokenIssuer)
			}
		}
	})
}

// FuzzOpenIDProvider: what is accepted is an issuer that names its own metadata and
// nothing else.
func FuzzOpenIDProvider(f *testing.F) {
	for _, s := range []string{
		"https://a.example", "https://a.example/", "https://a.example/x/", "http://localhost:1/x", "https://a.example//", "https://a.example/.well-known", "https://[::1]/x",
		"https://a.example@b.example", "https://a.example\\@b.example", "https://a.example/%2f", "https://a.example/{tenantid}", "https://a.example:443", "https://login.microsoftonline.com/x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, issuer string) {
		if len(issuer) > 1<<12 {
			return
		}
		a, err := authority.OpenIDProvider(issuer, authority.ES256)
		if err != nil {
			checkPrintable(t, issuer, err.Error())
			return
		}
		for _, text := range []string{issuer, a.MetadataURL()} {
			u, err := url.Parse(text)
			if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.EscapedPath() != u.Path || u.String() != text || u.Scheme != "https" && !loopback(strings.ToLower(u.Hostname())) {
				t.Fatalf("%q: %q, for net/url %+v, %v", issuer, text, u, err)
			}
			for _, microsoft := range []string{"login.microsoftonline.com", "sts.windows.net"} {
				if strings.EqualFold(u.Hostname(), microsoft) {
					t.Fatalf("%q is accepted", issuer)
				}
			}
		}
		if !slices.Equal(a.Issuers(), []string{issuer}) || !strings.HasSuffix(a.MetadataURL(), "/.well-known/openid-configuration") || !strings.HasPrefix(a.MetadataURL(), strings.TrimSuffix(issuer, "/")) {
			t.Fatalf("%q: %q at %q", issuer, a.Issuers(), a.MetadataURL())
		}
	})
}
