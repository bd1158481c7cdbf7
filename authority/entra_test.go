// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// Other tenants than guid.
const (
	guidB    = "22222222-2222-2222-2222-222222222222"
	stranger = "99999999-9999-9999-9999-999999999999"
)

func entra(tb testing.TB) authority.Authority {
	tb.Helper()
	a, err := authority.Entra(guid)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func multi(tb testing.TB, ids ...string) authority.Authority {
	tb.Helper()
	a, err := authority.EntraMultiTenant(ids...)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestEntra(t *testing.T) {
	a, err := authority.Entra("ABCDEF01-1111-1111-1111-111111111111")
	if err != nil {
		t.Fatal(err)
	}
	sovereign := at(t, a, "login.microsoftonline.example")
	for _, c := range []struct{ got, want string }{
		{a.String(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111"},
		{a.MetadataURL(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration"},
		{a.ID(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration"},
		{a.AuthorizationEndpoint(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/authorize"},
		{a.TokenEndpoint(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/token"},
		{a.DeviceAuthorizationEndpoint(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/oauth2/v2.0/devicecode"},
		{a.JWKSURI(), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/discovery/v2.0/keys"},
		{a.Host(), "login.microsoftonline.com"},
		{a.Tenant(), "abcdef01-1111-1111-1111-111111111111"},
		{a.TenantID(), "abcdef01-1111-1111-1111-111111111111"},
		{a.Kind().String(), "Entra ID"},
		{strings.Join(a.Issuers(), " "), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0"},
		{strings.Join(a.TokenIssuers(), " "), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0"},
		{strings.Join(a.TenantIDs(), " "), "abcdef01-1111-1111-1111-111111111111"},
		{strings.Join(a.KeyHosts(), " "), "login.microsoftonline.com"},
		{strings.Join(sovereign.Issuers(), " "), "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0 https://login.microsoftonline.example/abcdef01-1111-1111-1111-111111111111/v2.0"},
		{sovereign.MetadataURL(), "https://login.microsoftonline.example/abcdef01-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration"},
		{strings.Join(sovereign.KeyHosts(), " "), "login.microsoftonline.example"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if !a.AllowsTenant("abcdef01-1111-1111-1111-111111111111") || a.AllowsTenant("ABCDEF01-1111-1111-1111-111111111111") || a.AllowsTenant("") || a.AllowsTenant(guid) {
		t.Error("AllowsTenant is not for the one tenant alone")
	}
}

func TestEntraMultiTenant(t *testing.T) {
	two := multi(t, guidB, strings.ToUpper("abcdef01-1111-1111-1111-111111111111"))
	withConsumers := multi(t, authority.ConsumerTenantID, guid)
	const template = "https://login.microsoftonline.com/{tenantid}/v2.0"
	for _, tc := range []struct {
		a                              authority.Authority
		metadata                       string
		issuers, tokenIssuers, tenants []string
	}{
		{
			two, "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
			[]string{template},
			[]string{"https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0", "https://login.microsoftonline.com/abcdef01-1111-1111-1111-111111111111/v2.0"},
			[]string{guidB, "abcdef01-1111-1111-1111-111111111111"},
		},
		{
			withConsumers, "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
			[]string{template},
			[]string{"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"},
			[]string{guid, "9188040d-6c67-4c5b-b112-36a304b66dad"},
		},
		{
			at(t, multi(t, guid), "http://localhost:99"), "http://localhost:99/organizations/v2.0/.well-known/openid-configuration",
			[]string{template, "http://localhost:99/{tenantid}/v2.0"},
			[]string{"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0", "http://localhost:99/11111111-1111-1111-1111-111111111111/v2.0"},
			[]string{guid},
		},
	} {
		if tc.a.MetadataURL() != tc.metadata || !slices.Equal(tc.a.Issuers(), tc.issuers) || !slices.Equal(tc.a.TokenIssuers(), tc.tokenIssuers) ||
			!slices.Equal(tc.a.TenantIDs(), tc.tenants) || tc.a.TenantID() != "" {
			t.Errorf("got %s, issuers %q and %q, tenants %q and %q; want %+v", tc.a.MetadataURL(), tc.a.Issuers(), tc.a.TokenIssuers(), tc.a.TenantIDs(), tc.a.TenantID(), tc)
		}
		for _, id := range tc.tenants {
			if !tc.a.AllowsTenant(id) {
				t.Errorf("%s: %s is not allowed", tc.metadata, id)
			}
		}
		// Neither a part of one, nor the list, nor two of them.
		for _, id := range []string{"", stranger, tc.tenants[0][1:], tc.tenants[0] + " ", strings.Join(tc.tenants, " ") + " ", "{tenantid}", "organizations"} {
			if tc.a.AllowsTenant(id) {
				t.Errorf("%s: %q is allowed", tc.metadata, id)
			}
		}
		// The template counts to the byte, and a filled one is none.
		for _, issuer := range append(tc.tokenIssuers, "https://login.microsoftonline.com/{TENANTID}/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0/",
			"https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", "https://login.microsoftonline.com/%7Btenantid%7D/v2.0", "https://login.microsoftonline.com/{tenantid}{tenantid}/v2.0") {
			if tc.a.MatchIssuer(issuer) {
				t.Errorf("%s: metadata may name %q", tc.metadata, issuer)
			}
		}
	}
	if two.AllowsTenant(authority.ConsumerTenantID) {
		t.Error("consumers come in unasked")
	}
	ids := two.TenantIDs()
	if ids[0] = stranger; two.AllowsTenant(stranger) {
		t.Error("a caller has widened the list")
	}
}

func TestEntraRefuses(t *testing.T) {
	for _, tc := range []struct{ id, want string }{
		{"", "tenantID: empty"},
		{"common", "tenantID: \"common\" stands for many; want the one tenant's GUID, or use EntraMultiTenant"},
		{"Organizations", "stands for many"},
		{"contoso.onmicrosoft.com", "is not a GUID but a domain"},
		{"https://login.microsoftonline.com/" + guid + "/v2.0", "the one in it is " + guid},
		{"{tenantid}", "is not a GUID"},
		{"00000000-0000-0000-0000-000000000000", "is the empty GUID"},
	} {
		_, err := authority.Entra(tc.id)
		checkErrors(t, tc.id, err, tc.want)
	}
	for _, tc := range []struct{ ids, want []string }{
		{nil, []string{"tenantIDs: empty; name the tenants whose users may come in"}},
		{[]string{""}, []string{"tenantIDs: empty"}},
		{[]string{"common", "consumers", guid}, []string{"\"common\" stands for many; name each", "\"consumers\" stands for many"}},
		{[]string{guid, "x", strings.ToUpper("abcdef01-1111-1111-1111-111111111111"), "abcdef01-1111-1111-1111-111111111111"}, []string{"\"x\" is not a GUID", "is named twice"}},
	} {
		a, err := authority.EntraMultiTenant(tc.ids...)
		checkErrors(t, strings.Join(tc.ids, " "), err, tc.want...)
		if a != (authority.Authority{}) {
			t.Errorf("%q: got %v beside an error", tc.ids, a)
		}
	}
	if _, err := multi(t, guid).WithTenantID(guid); err == nil || !strings.Contains(err.Error(), "names one tenant") {
		t.Errorf("got %v, want that a list has no one tenant", err)
	}
}

func TestParseTellsOfEntra(t *testing.T) {
	const host = "https://login.microsoftonline.com/"
	for _, tc := range []struct{ url, want string }{
		{host + guid, "is the tenant's Entra ID, which is not B2C: see Entra"},
		{host + guid + "/v2.0/.well-known/openid-configuration", "see Entra"},
		{host + "common/v2.0", "common stands for many; for tokens of several Entra ID tenants see EntraMultiTenant"},
		{host + "organizations/oauth2/v2.0/token", "organizations stands for many"},
		{host + "contoso.onmicrosoft.com/oauth2/token", "is an endpoint of Entra ID's version 1"},
		{host + guid + "/oauth2/authorize?client_id=secret", "is an endpoint of Entra ID's version 1"},
		{host + guid + "/discovery/keys", "is an endpoint of Entra ID's version 1"},
		{"https://sts.windows.net/" + guid + "/", "set requestedAccessTokenVersion to 2"},
	} {
		_, err := authority.Parse(tc.url)
		checkErrors(t, tc.url, err, tc.want)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the query: %v", tc.url, err)
		}
	}
}
