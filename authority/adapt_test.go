// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func TestWithHostRefuses(t *testing.T) {
	for _, tc := range []struct {
		name string
		a    authority.Authority
		host string
		want string
	}{
		{"B2C", contoso(t).Flow("B2C_1_susi"), "login.contoso.com", "use Tenant.WithHosts"},
		{"other provider", provider(t, "https://a.example", authority.RS256), "b.example", "name that to OpenIDProvider"},
		{"External ID at B2C", external(t), "contoso.b2clogin.com", "is at a host of Azure AD B2C; use B2C"},
		{"External ID at Entra ID", external(t), "login.microsoftonline.com", "is at a host of Entra ID; use Entra"},
		{"External ID at another tenant's host", external(t), "22222222-2222-2222-2222-222222222222.ciamlogin.com", "is the host of another tenant than " + guid},
		{"Entra ID at External ID", entra(t), "contoso.ciamlogin.com", "is at a host of Entra External ID; use ExternalID"},
		{"several tenants at External ID", multi(t, guid), "contoso.ciamlogin.com", "use ExternalID"},
		{"Entra ID, version 1", entra(t), "sts.windows.net", "requestedAccessTokenVersion"},
		{"plain http", entra(t), "http://login.contoso.com", "must be https"},
		{"with a path", external(t), "https://login.contoso.com/x", "has a path"},
		{"placeholder", external(t), "{tenantid}.ciamlogin.com", "malformed host"},
		{"empty", external(t), "", "is empty"},
		{"of no authority", authority.Authority{}, "login.contoso.com", "empty Authority"},
	} {
		a, err := tc.a.WithHost(tc.host)
		checkErrors(t, tc.name, err, tc.want)
		if a != tc.a {
			t.Errorf("%s: the authority has moved to %v", tc.name, a)
		}
	}
	if a := at(t, external(t), "11111111-1111-1111-1111-111111111111.ciamlogin.com"); a.Host() != "11111111-1111-1111-1111-111111111111.ciamlogin.com" {
		t.Errorf("the tenant's GUID host: got %s", a.Host())
	}
}

func TestWithAppID(t *testing.T) {
	const query = "?appid=90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	for _, tc := range []struct {
		a    authority.Authority
		want string
	}{
		{external(t), "https://contoso.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration" + query},
		{entra(t), "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration" + query},
		{multi(t, guid), "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration" + query},
	} {
		a := tc.a.WithAppID(strings.ToUpper(apiA))
		if a.Err() != nil || a.MetadataURL() != tc.want || a.ID() != tc.want || a.AppID() != apiA || a.TokenEndpoint() != tc.a.TokenEndpoint() || tc.a.AppID() != "" {
			t.Errorf("got %s, %q, token endpoint %s, %v", a.MetadataURL(), a.AppID(), a.TokenEndpoint(), a.Err())
		}
	}
	for _, tc := range []struct {
		a        authority.Authority
		id, want string
	}{
		{contoso(t).Flow("B2C_1_susi"), apiA, "appid: Azure AD B2C has no such parameter"},
		{provider(t, "https://a.example", authority.RS256), apiA, "appid: OpenID Connect has no such parameter"},
		{external(t), "", "appid: empty"},
		{external(t), "api://tasks", "appid: \"api://tasks\" is not an application (client) id"},
		{entra(t), apiA + "&x", "is not an application (client) id"},
	} {
		checkErrors(t, tc.id, tc.a.WithAppID(tc.id).Err(), tc.want)
	}
}

func TestWithUserIDClaim(t *testing.T) {
	const name = "extension_90c0fe63bcf244d58fb7b8bbc0b29dc6_b2cObjectId"
	for _, a := range []authority.Authority{external(t), entra(t), provider(t, "https://a.example", authority.RS256)} {
		if got := a.WithUserIDClaim(name); got.UserIDClaim() != name || got.Err() != nil || a.UserIDClaim() != "" {
			t.Errorf("%v: got %q, %v", a, got.UserIDClaim(), got.Err())
		}
	}
	if got := provider(t, "https://a.example", authority.RS256).WithUserIDClaim("oid"); got.Err() != nil {
		t.Errorf("another provider's oid: %v", got.Err())
	}
	for _, tc := range []struct {
		a          authority.Authority
		name, want string
	}{
		{contoso(t).Flow("B2C_1_susi"), name, "userIDClaim: B2C is where users move from"},
		{multi(t, guid), name, "userIDClaim: it is for one tenant"},
		{external(t), "", "userIDClaim: empty"},
		{external(t), "oid", "userIDClaim: oid is the user's id anyway"},
		{external(t), "email", "never holds an object id, or users can choose it"},
		{entra(t), "preferred_username", "never holds an object id"},
		{entra(t), "sub", "never holds an object id"},
		{external(t), "a b", "is no claim's name"},
		{external(t), strings.Repeat("a", 257), "is no claim's name"},
		{external(t), "\x00", "is no claim's name"},
	} {
		checkErrors(t, tc.name, tc.a.WithUserIDClaim(tc.name).Err(), tc.want)
	}
}

// All mistakes of one authority are kept, and none is mended by what comes later.
func TestMistakesAreKept(t *testing.T) {
	a := external(t).WithAudiences("api://tasks", "tasks", apiA).WithAppID("x").WithUserIDClaim("email").WithAudiences(apiA)
	checkErrors(t, "all at once", a.Err(), `audiences: "api://tasks" looks like an App ID URI; tokens of version 2 name the API's application (client) id`,
		`audiences: "tasks" is not an application (client) id`, `appid: "x"`, `userIDClaim: "email"`)
	if a.Issuers() != nil || a.TokenIssuers() != nil {
		t.Error("an authority with mistakes has issuers")
	}
	if _, err := a.WithHost("login.contoso.com"); err == nil {
		t.Error("WithHost forgets the mistakes")
	}
	checkErrors(t, "Entra ID", entra(t).WithAudiences("https://contoso.onmicrosoft.com/api").Err(), "looks like an App ID URI")
	if err := provider(t, "https://a.example", authority.RS256).WithAudiences("api://tasks").Err(); err != nil {
		t.Errorf("another provider's audience: %v", err)
	}
}

// Authorities that are the same compare equal, whatever the order in which they
// came about.
func TestSuccessorsCompare(t *testing.T) {
	a := external(t).WithAppID(apiA).WithAudiences(apiA).WithUserIDClaim("x")
	b := external(t).WithUserIDClaim("x").WithAudiences(strings.ToUpper(apiA)).WithAppID(strings.ToUpper(apiA))
	if a != b || a == b.WithAppID(apiB) || a == b.WithUserIDClaim("y") || a == b.WithAudiences(apiB) || a == external(t) {
		t.Error("== does not tell authorities apart")
	}
	if multi(t, guid, guidB) != multi(t, guidB, guid) || multi(t, guid) == multi(t, guidB) || multi(t, guid) == entra(t) {
		t.Error("== does not tell lists of tenants apart")
	}
	const issuer = "https://a.example"
	if provider(t, issuer, authority.RS256, authority.ES256) != provider(t, issuer, authority.ES256, authority.RS256) ||
		provider(t, issuer, authority.RS256) == provider(t, issuer, authority.ES256) || provider(t, issuer, authority.RS256) == provider(t, issuer+"/", authority.RS256) {
		t.Error("== does not tell providers apart")
	}
}
