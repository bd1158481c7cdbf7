// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
)

func ExampleB2C() {
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range tenant.Flows("B2C_1_susi", "B2C_1A_partner") {
		fmt.Println(a, a.IsCustomPolicy())
	}
	// The GUID is required: it alone tells this tenant's tokens from others'.
	_, err = authority.B2C("contoso", "")
	fmt.Println(err)
	// Output:
	// https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi false
	// https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner true
	// authority: tenantID: empty; want the tenant's GUID, shown in the portal as "Tenant ID"
}

func ExampleParse() {
	a, err := authority.Parse("https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=B2C_1_susi")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a)
	fmt.Println(a.JWKSURI())
	// A URL with the tenant's domain does not tell its GUID.
	a, err = a.WithTenantID("775527ff-9a37-4307-8b3d-cc311f58d925")
	fmt.Println(a.Issuers()[0], err)
	// Output:
	// https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi
	// https://contoso.b2clogin.com/contoso.onmicrosoft.com/discovery/v2.0/keys?p=B2C_1_susi
	// https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/ <nil>
}

func ExampleAuthority_MatchIssuer() {
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	a := tenant.Flow("B2C_1_susi")
	fmt.Println(a.MatchIssuer("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"))
	fmt.Println(a.MatchIssuer("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0")) // the slash belongs to it
	fmt.Println(a.MatchIssuer("https://contoso.b2clogin.com/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa/v2.0/"))
	// Output:
	// true
	// false
	// false
}

// During a move to a custom domain, both hosts issue tokens, each with its
// own issuer.
func ExampleTenant_WithHosts() {
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	tenant, err = tenant.WithHosts("login.contoso.com", "contoso.b2clogin.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range tenant.Flows("B2C_1_susi") {
		fmt.Println(a.Issuers()[0])
	}
	// Output:
	// https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/
	// https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/
}

// An API that is registered in two tenants has a client id in each, and is to
// be called with the one of the token's tenant only.
func ExampleTenant_WithAudiences() {
	europe, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	america, err := authority.B2C("fabrikam", "99999999-9999-4999-8999-999999999999")
	if err != nil {
		fmt.Println(err)
		return
	}
	trusted := append(
		europe.WithAudiences("90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6").Flows("B2C_1_susi"),
		america.WithAudiences("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").Flows("B2C_1_susi")...)
	for _, a := range trusted {
		fmt.Println(a.Host(), a.Audiences())
	}
	// A bad id is kept, like a bad flow name, for the first constructor.
	fmt.Println(europe.WithAudiences("").Flow("B2C_1_susi").Err())
	// Output:
	// contoso.b2clogin.com [90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6]
	// fabrikam.b2clogin.com [aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa]
	// authority: audiences: one is empty; want an application (client) id
}

func ExampleExternalID() {
	a, err := authority.ExternalID("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.MetadataURL())
	fmt.Println(a.Issuers()[0]) // whatever host is asked
	// At a custom domain metadata may name another one, which is the same tenant's.
	a, err = a.WithHost("login.contoso.com")
	fmt.Println(a, len(a.Issuers()), err)
	// Output:
	// https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/.well-known/openid-configuration
	// https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0
	// https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925 3 <nil>
}

func ExampleEntra() {
	a, err := authority.Entra("775527ff-9a37-4307-8b3d-cc311f58d925")
	fmt.Println(a.Issuers(), a.Algorithms(), err)
	// Audiences are client ids, as tokens of version 2 name them.
	fmt.Println(a.WithAudiences("api://tasks").Err())
	// Output:
	// [https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0] [RS256] <nil>
	// authority: audiences: "api://tasks" looks like an App ID URI; tokens of version 2 name the API's application (client) id
}

// The keys of this authority sign for every tenant of the world. The list says for
// which they count.
func ExampleEntraMultiTenant() {
	a, err := authority.EntraMultiTenant("775527ff-9a37-4307-8b3d-cc311f58d925", authority.ConsumerTenantID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.MetadataURL())
	fmt.Println(a.Issuers())
	fmt.Println(a.AllowsTenant("99999999-9999-4999-8999-999999999999"))
	_, err = authority.EntraMultiTenant()
	fmt.Println(err)
	// Output:
	// https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration
	// [https://login.microsoftonline.com/{tenantid}/v2.0]
	// false
	// authority: tenantIDs: empty; name the tenants whose users may come in: without a list any tenant of the world could
}

func ExampleOpenIDProvider() {
	a, err := authority.OpenIDProvider("https://id.example.com/realms/tasks", authority.ES256)
	fmt.Println(a.MetadataURL(), a.Algorithms(), err)
	// There is no default of what a provider may sign with.
	_, err = authority.OpenIDProvider("https://id.example.com/realms/tasks")
	fmt.Println(err)
	// Output:
	// https://id.example.com/realms/tasks/.well-known/openid-configuration [ES256] <nil>
	// authority: algs: empty; name those that the provider signs with: RS256, PS256, ES256
}
