// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "time"

// Options describes a tenant. The zero value and nil both mean the default
// tenant, contoso. [NewTenant] copies what it needs: a change made later has
// no effect.
type Options struct {
	// Name is the tenant's short name, the first label of its hosts. If empty,
	// "contoso".
	Name string

	// ID is the tenant's GUID, folded to lower case. If empty, the tenant
	// contoso has 775527ff-9a37-4307-8b3d-cc311f58d925 and any other name a
	// GUID of its own, the same on every run.
	ID string

	// Hosts are the host names the tenant answers for, without scheme or port.
	// The first is the primary one; a second one is a custom domain (or a
	// legacy host), and makes the tenant issue with two issuers, as B2C does.
	// Loopback hosts are always answered and can't be listed. If empty,
	// Name + ".b2clogin.com".
	Hosts []string

	// Domain is the tenant's domain in URL paths. If empty,
	// Name + ".onmicrosoft.com".
	Domain string

	// Flows are the tenant's user flows and custom policies. If empty: the user
	// flows B2C_1_susi, B2C_1_edit and B2C_1_reset, and the custom policy
	// B2C_1A_partner.
	Flows []Flow

	// Apps are the tenant's app registrations. If empty: an API with the App ID
	// URI "https://{Domain}/tasks", the scopes tasks.read and tasks.write and
	// the app role jobs.run; a web app granted both scopes; and a daemon
	// granted the role. In the tenant 775527ff-… the API's client id is
	// 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6; elsewhere, as every tenant has its
	// own apps, it differs.
	Apps []App

	// Users are the tenant's people. If empty, one: Ada Example,
	// ada@example.org.
	Users []User

	// SharedKeysWith makes the user flows of both tenants sign with one key
	// container, also after [Tenant.Rotate] on either. Without it, a tenant
	// starts with the same user-flow key as every other (that key is one for
	// all of B2C) but a rotation is its own. If nil, nothing is shared beyond
	// the first key.
	SharedKeysWith *Tenant

	// KeysWithoutActivation leaves "nbf" out of the JWKS entries of custom
	// policies' first keys, as B2C does for a key made in the portal with no
	// activation date. If false, every key has one.
	KeysWithoutActivation bool

	// Now is the tenant's clock. If nil, [time.Now], which inside a
	// testing/synctest bubble is the bubble's.
	Now func() time.Time
}

// Flow is a user flow or a custom policy. B2C treats each as an authority of
// its own: own metadata, own endpoints, possibly own keys and issuer.
type Flow struct {
	// Name is B2C_1_… for a user flow and B2C_1A_… for a custom policy. Requests
	// may spell it in any case; it is required.
	Name string

	// KeyContainer names the container whose key signs the flow's tokens. Flows
	// with the same container share its keys. If empty, [UserFlowKeys] for a
	// user flow, and a container named like the policy for a custom policy.
	KeyContainer string

	// Issuer is the shape of the "iss" claim. If zero, [IssuerGUID].
	Issuer IssuerPattern

	// FlowClaim is the claim of user and ID tokens that names the flow. If
	// zero, [ClaimTFP] for a user flow and [ClaimACR] for a custom policy.
	FlowClaim FlowClaim

	// Lifetime is that of the flow's tokens. If zero, one hour.
	Lifetime time.Duration

	// StringNumbers makes the numbers of the token endpoint's answers JSON
	// strings ("expires_in":"3600"), which B2C does for custom policies that
	// don't ask for numbers. If false, they are numbers.
	StringNumbers bool
}

// IssuerPattern is the shape of the issuer, a setting of each flow in B2C.
type IssuerPattern int

const (
	// IssuerGUID is https://{host}/{tenant GUID}/v2.0/ and the default: all
	// flows of a tenant share it.
	IssuerGUID IssuerPattern = iota
	// IssuerTFP is https://{host}/tfp/{tenant GUID}/{policy in lower case}/v2.0/.
	IssuerTFP
)

// FlowClaim says which claim of a token names the flow it was issued by.
type FlowClaim int

const (
	// ClaimDefault is the default of the place it stands in.
	ClaimDefault FlowClaim = iota
	// ClaimTFP is "tfp" with the flow's name as configured.
	ClaimTFP
	// ClaimACR is "acr" with the flow's name in lower case.
	ClaimACR
	// ClaimNone is no claim at all.
	ClaimNone
)

// App is an app registration: an API, a client of one, or both.
type App struct {
	// Name is the display name. It is required, and unique in the tenant.
	Name string

	// ID is the app's client id, a GUID: the audience of tokens for an API. If
	// empty, a GUID that depends on the tenant and Name alone.
	ID string

	// ObjectID is the GUID of the app's service principal, the subject of its
	// app-only tokens. If empty, a GUID that depends on the tenant and Name
	// alone.
	ObjectID string

	// URI is the App ID URI of an API, without a trailing slash. If empty, the
	// app is no API.
	URI string

	// Scopes are the delegated scopes an API publishes, by their short names.
	Scopes []string

	// Roles are the application roles an API publishes, by their values.
	Roles []string

	// Secret is the client secret. If empty, the app is a public client.
	Secret string

	// Granted lists what the app may ask of APIs, each an API's URI, a slash and
	// the name of one of its scopes or roles. All of it has admin consent:
	// B2C knows no other.
	Granted []string
}

// User is a person who signs in.
type User struct {
	// ObjectID is the user's GUID: "oid" and "sub". If empty, a GUID that
	// depends on the tenant and Name alone.
	ObjectID string

	// Name, GivenName and FamilyName become the claims name, given_name and
	// family_name. Name is required; an empty one of the others is left out.
	Name, GivenName, FamilyName string

	// Emails are the user's addresses: all in "emails" from a user flow, the
	// first in "email" from a custom policy. If empty, there is no such claim.
	Emails []string

	// IDP is the federated identity provider, such as "google.com". If empty,
	// the account is a local one, whose tokens have no "idp".
	IDP string
}
