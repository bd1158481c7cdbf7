// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// WithHost returns the same External ID or Entra ID tenant at another host: its
// custom domain, a host of a sovereign cloud, or an emulator's origin such as
// http://127.0.0.1:8080; plain http is for loopback alone. B2C tenants have
// [Tenant.WithHosts], since there each host is an issuer of its own.
func (a Authority) WithHost(host string) (Authority, error) {
	if err := a.Err(); err != nil {
		return a, err
	}
	switch a.kind {
	case AzureADB2C:
		return a, errors.New("authority: host: a B2C authority has its tenant's; use Tenant.WithHosts")
	case OpenIDConnect:
		return a, errors.New("authority: host: an OpenID Connect provider has its issuer's; name that to OpenIDProvider")
	case EntraExternalID, EntraID:
	}
	o, err := parseHost(host)
	if err != nil {
		return a, err
	}
	if problem := a.kind.wrongHost(o.Hostname(), a.tenantID); problem != "" {
		return a, fieldError("host", host, problem)
	}
	a.origin = o
	return a, nil
}

// WithAppID returns the authority whose metadata URL names an application,
// ?appid={clientID}: External ID and Entra ID sign the tokens of an API with
// claims mapping with keys of its own, which only that metadata leads to. An error
// is kept in the authority and returned by the first constructor that takes it.
func (a Authority) WithAppID(clientID string) Authority {
	var err error
	switch {
	case a.kind != EntraExternalID && a.kind != EntraID:
		err = fmt.Errorf("authority: appid: %s has no such parameter", a.kind)
	case clientID == "":
		err = errors.New("authority: appid: empty; want the API's application (client) id")
	case !guid.Is(clientID):
		err = fieldError("appid", clientID, "is not an application (client) id, which is a GUID")
	}
	if err != nil {
		a.err = errors.Join(a.Err(), err)
		return a
	}
	return a.with(func(p *particulars) { p.appID = guid.Fold(clientID) })
}

// WithUserIDClaim returns the authority whose tokens tell in the claim called
// name who the user was in the tenant that they have moved from: the old object
// id, as teams keep it in a directory extension (extension_{appid}_{name}) in a
// standard migration from B2C. The user's id is then that claim, if it is a GUID.
//
// Whoever can write that claim can be anyone: it must be one that neither users
// nor sign-up forms can edit. So it is for one tenant, since the administrators of
// each write its claims. A list of tenants, and names of claims that never hold an
// object id, are an error, which is kept in the authority and returned by the first
// constructor that takes it.
func (a Authority) WithUserIDClaim(name string) Authority {
	var err error
	switch {
	case a.kind == AzureADB2C:
		err = errors.New("authority: userIDClaim: B2C is where users move from, and their id there is oid")
	case a.isMultiTenant():
		err = errors.New("authority: userIDClaim: it is for one tenant: with a list, who administers one of them could name the users of another")
	case name == "":
		err = errors.New("authority: userIDClaim: empty; want the claim that holds the old object id, such as extension_{appid}_{name}")
	case len(name) > 256 || !isVisible(name):
		err = fieldError("userIDClaim", name, "is no claim's name: at most 256 printable ASCII characters without space")
	case name == "oid" && a.kind != OpenIDConnect:
		err = errors.New("authority: userIDClaim: oid is the user's id anyway; name the claim that holds the old one, or none")
	case slices.Contains(noUserID, name):
		err = fieldError("userIDClaim", name, "never holds an object id, or users can choose it; want a claim that only your migration writes")
	}
	if err != nil {
		a.err = errors.Join(a.Err(), err)
		return a
	}
	return a.with(func(p *particulars) { p.userIDClaim = name })
}

// noUserID are claims that protocols own and those that users edit, or of which
// one may be several people's.
var noUserID = []string{
	"iss", "aud", "sub", "exp", "nbf", "iat", "jti", "tid", "azp", "appid", "azpacr", "nonce", "scp", "roles", "groups", "ver", "uti",
	"idtyp", "sid", "aio", "acr", "amr", "auth_time", "name", "given_name", "family_name", "nickname",
	"email", "emails", "preferred_username", "upn", "unique_name", "verified_primary_email", "verified_secondary_email", "phone_number",
}

// UserIDClaim returns the claim named to [Authority.WithUserIDClaim], or "".
func (a Authority) UserIDClaim() string { return a.own().userIDClaim }

// AppID returns the application named to [Authority.WithAppID], or "".
func (a Authority) AppID() string { return a.own().appID }

func isVisible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
