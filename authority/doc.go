// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package authority says who may issue tokens: for Azure AD B2C a tenant together
// with one of its user flows or custom policies, and its successors beside it.
//
// Most programs call [B2C] and list the flows they trust:
//
//	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
//	trusted := tenant.Flows("B2C_1_susi", "B2C_1A_partner")
//
// An [Authority] knows its metadata URL, its endpoints and the two forms of
// issuer that Azure AD B2C can write for it. In B2C these differ: the issuer
// names the tenant by its GUID and, by default, does not name the flow, while
// the metadata URL needs the flow. One can't be computed from the other by
// the rule of OpenID Connect Discovery section 4, so both come from here.
//
// The products that B2C's customers move to have constructors of their own:
// [ExternalID], [Entra], [EntraMultiTenant] with a list of tenants, and
// [OpenIDProvider] for any other issuer, with the algorithms that it signs with. They
// have no flows, and their audiences are client ids alone.
//
// An API that is registered in several tenants has a client id in each: say
// which with [Tenant.WithAudiences].
//
// Everything in this package is a plain value. Nothing does I/O, nothing is
// mutable after construction, and everything may be used by any number of
// goroutines.
package authority
