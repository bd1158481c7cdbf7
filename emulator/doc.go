// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package emulator is an Azure AD B2C tenant on loopback, or one of its successors,
// Entra External ID and Entra ID ([Options.Kind]), in the shape of
// net/http/httptest: for tests of services that accept B2C tokens, fetch them or
// sign users in, and for trying things out with no Azure at all.
//
// Most tests need three lines:
//
//	b2c := emulator.NewTenant(nil)
//	client := b2c.Client()                      // answers for https://contoso.b2clogin.com
//	token := b2c.MustMint(emulator.Spec{})      // a user's access token for the API
//
// A [Tenant] is an [http.Handler] with no goroutine, listener or clock of its
// own. Its [Tenant.Transport] calls the handler in process, so it also works
// inside a testing/synctest bubble, where a listener would hang. A [Server]
// adds a listener and a certificate on 127.0.0.1 for everything that needs
// real sockets: [NewServer] for https, [NewPlainServer] for http, [Start] for
// several tenants at once or an address of your choice. It speaks HTTP/2 and
// HTTP/1.1.
//
// Package emulatortest has helpers for tests, with a browser that signs in;
// package config reads tenants from a JSON file; package dashboard shows them and
// lets other programs drive them. The command b2ckit emulate puts these together,
// for clients in any language.
//
// The emulator keeps the quirks that generic JWT code trips over, of B2C first:
//
//   - The issuer is not the metadata URL. It holds the tenant's GUID and ends
//     in a slash, whatever form of URL was asked for; its host follows the
//     host of the request. [IssuerTFP] is the other pattern there is.
//   - Metadata comes in four forms (domain or GUID in the path, /tfp/ prefix,
//     ?p= query), and every document echoes the form it was asked for, with
//     the policy in lower case.
//   - Keys carry no "alg", and their kid is their RFC 7638 thumbprint.
//   - User flows sign with one key that all B2C tenants of the world share:
//     all tenants of one process start with the same one. A signature alone
//     proves nothing about the tenant. Custom policies have key containers of
//     their own, so a tenant has more than one key set.
//   - The flow stands in "tfp" in the portal's spelling, or in "acr" in lower
//     case, or nowhere. "emails" is an array in user flows, "email" a string
//     in custom policies. "ver" is "1.0".
//   - "aud" is the API's client id, never its App ID URI. An app's own token
//     carries its app roles in "scp" and says nothing about a flow.
//   - An unknown tenant or policy is a 404 with an HTML page. Errors of the
//     token endpoint are JSON with CR LF inside the description. Those of the
//     authorize endpoint come back with lower-case escapes (%3a) and + for a
//     space, and a custom policy's own begin with AAD_Custom_. A redirect URI that
//     isn't registered is such an error too, told at one that is.
//   - Without a scope of an API there is no access token, and no expires_in.
//     One access token is for one API; the client's own id asks for one for
//     itself, which has no "scp". At the token endpoint a scope can only narrow
//     what the authorize endpoint was asked for, without an error.
//   - Codes and refresh tokens are good at the endpoint of their flow alone.
//     Password grants have flows of their own. There is no on-behalf-of, no
//     device code and no client assertion.
//   - Access tokens carry the nonce of the sign-in. An account is one of a flow:
//     client_info names the user and the policy.
//   - Logout without an id_token_hint redirects to anywhere.
//
// And of External ID and Entra ID, whose tenants have no flows:
//
//   - External ID's issuer has the tenant's GUID as its host, whatever host was
//     asked, and no slash at the end. Entra ID's metadata at /common and
//     /organizations have "{tenantid}" in its place.
//   - Keys carry no "alg", but a certificate and for whom they are: at /common
//     there is one of personal accounts, with an issuer of its own.
//   - An app's own token has its roles in "roles", or none at all, and "sub" is
//     "oid". A user may have "roles" too. "sub" of a user is another one at each
//     client; "oid" and "tid" come with the scope profile alone.
//   - A token for an API that hasn't asked for version 2 has another issuer, and
//     one for Microsoft Graph nobody can verify ([GraphID]).
//   - Client credentials take /.default alone, but for what MSAL adds. Errors are
//     AADSTS codes in JSON; a redirect URI that isn't registered ends on a page.
//
// At the authorize endpoint users sign in at once, as [Tenant.OnSignIn] decides,
// or on pages if [Options.Pages] is set. [Tenant.SetFaults] and [Tenant.Advance]
// make the tenant misbehave and its clock move, and on a Server its connections
// stick; [Tenant.Requests] and
// [Tenant.Issued] tell what clients asked and got. [Tenant.State] keeps users,
// keys and refresh tokens for another process. Much of what B2C does at its limits
// is not documented; where the emulator had to choose, the comments say so, and
// docs/emulator.md lists it.
//
// It imports no other package of this module: it builds its URLs, issuers,
// keys and tokens itself, so that it can't share the bugs it is there to find.
// It signs with the standard library alone.
//
// The emulator is a test double. It hands a token to anyone who calls
// [Tenant.Mint] or opens the authorize endpoint, and its keys live as long as the
// process, or wherever [Tenant.State] is kept: never configure a service that
// holds real data to trust it.
package emulator
