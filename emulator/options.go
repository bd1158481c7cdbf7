// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "time"

// Options describes a tenant. The zero value and nil both mean the default
// tenant, contoso, which [DefaultOptions] writes out. [NewTenant] copies what it
// needs: a change made later has no effect. The tags of its fields are their names
// in a configuration file.
type Options struct {
	// Kind is the product that the tenant is one of. If zero, [B2C].
	Kind TenantKind `json:"kind"`

	// Name is the tenant's short name, the first label of its hosts. If empty,
	// "contoso".
	Name string `json:"name"`

	// ID is the tenant's GUID, folded to lower case. If empty, the tenant
	// contoso has 775527ff-9a37-4307-8b3d-cc311f58d925 and any other name a
	// GUID of its own, the same on every run.
	ID string `json:"id"`

	// Domain is the tenant's domain in URL paths. If empty,
	// Name + ".onmicrosoft.com".
	Domain string `json:"domain"`

	// Hosts are the host names the tenant answers for, without scheme or port.
	// The first is the primary one; a second one is a custom domain (or a
	// legacy host), and makes the tenant issue with two issuers, as B2C does.
	// Loopback hosts are always answered and can't be listed. A name without a
	// dot, as containers have, and an IPv4 address will do. If empty,
	// Name + ".b2clogin.com", or Name and ID + ".ciamlogin.com", or
	// login.microsoftonline.com, by the tenant's kind.
	Hosts []string `json:"hosts"`

	// KeysWithoutActivation leaves "nbf" out of the JWKS entries of custom
	// policies' first keys, as B2C does for a key made in the portal with no
	// activation date. If false, every key has one.
	KeysWithoutActivation bool `json:"keysWithoutActivation"`

	// EmailScope accepts the scope "email" at the authorize and token endpoints,
	// beside openid and profile; it adds no claim. If false, it is refused as
	// AADB2C90117. Which of the two B2C does is not documented, and reports
	// disagree.
	EmailScope bool `json:"emailScope"`

	// Flows are the tenant's user flows and custom policies. External ID and Entra ID
	// have none: there one without a name says by its Lifetime, RefreshLifetime,
	// RefreshWindow and RefreshOnce how long tokens live, and by its Issuer what an
	// External ID tenant is called at a custom domain. If empty: the user
	// flows B2C_1_susi, B2C_1_edit, B2C_1_reset and B2C_1_ropc, each of the kind
	// its name says, and the custom policy B2C_1A_partner.
	Flows []Flow `json:"flows"`

	// Apps are the tenant's app registrations; an empty list that isn't nil is
	// none. If nil: an API with the App ID
	// URI "https://{Domain}/tasks", the scopes tasks.read and tasks.write and
	// the app role jobs.run; a web app, a native app and a single-page app, each
	// granted both scopes; and a daemon granted the role. The web app has the
	// redirect URIs http://localhost:8400/callback and
	// https://app.contoso.example/callback, the native app the first of them,
	// and the single-page app http://localhost:3000/. In the tenant 775527ff-…
	// the API's client id is 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6; elsewhere, as
	// every tenant has its own apps, it differs.
	Apps []App `json:"apps"`

	// Users are the people a tenant begins with; an empty list that isn't nil is
	// nobody. If nil, two: Ada Example, ada@example.org, who signs in with
	// Google; and Lin Example, lin@example.org, who has a local account with the
	// password [DefaultPassword].
	Users []User `json:"users"`

	// HighScaleOf makes an External ID tenant the other side of a B2C tenant, as
	// B2C's High Scale Compatibility mode does: it has the same GUID, domain and
	// users (one directory, whoever changes it, with the same object ids and
	// passwords), but hosts, issuer, keys and app registrations of its own, and
	// each user another "sub". ID and Domain are then that tenant's if they are
	// empty, Name is its name and "-external", Hosts are named after it, and Users
	// must be nil. If nil, the tenant has users of its own.
	HighScaleOf *Tenant `json:"-"`

	// Attributes are custom attributes of users in an External ID or Entra ID
	// tenant. B2C has none here: there a flow's claims name them.
	Attributes []Attribute `json:"attributes,omitempty"`

	// OnPasswordSubmit is asked about a password that people with
	// [User.ToBeMigrated] type on the pages, if it isn't the one that the tenant
	// knows, as External ID's custom extension of that name is: so passwords come
	// over from the system they were in, one by one. It runs during the request,
	// also concurrently, and may wait. [PasswordsOf] asks another tenant. If nil,
	// nobody is asked.
	OnPasswordSubmit func(PasswordSubmit) PasswordAnswer `json:"-"`

	// Pages has people sign in, sign up, edit their profile and reset their
	// password on pages. No mail is sent: the page that asks for a code shows it.
	// A function given to [Tenant.OnSignIn] decides in place of the pages. If
	// false, everyone signs in at once.
	Pages bool `json:"-"`

	// SharedKeysWith makes the user flows of both tenants sign with one key
	// container, also after [Tenant.Rotate] on either. Without it, a tenant
	// starts with the same user-flow key as every other (that key is one for
	// all of B2C) but a rotation is its own, also among the tenants of one
	// [Server]. If nil, nothing is shared beyond the first key.
	SharedKeysWith *Tenant `json:"-"`

	// Now is the tenant's clock. If nil, [time.Now], which inside a
	// testing/synctest bubble is the bubble's.
	Now func() time.Time `json:"-"`
}
