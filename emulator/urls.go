// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "strings"

// Paths of the endpoints, below tenant and policy.
const (
	metadataPath  = "v2.0/.well-known/openid-configuration"
	keysPath      = "discovery/v2.0/keys"
	tokenPath     = "oauth2/v2.0/token"
	authorizePath = "oauth2/v2.0/authorize"
	logoutPath    = "oauth2/v2.0/logout"
	userInfoPath  = "openid/v2.0/userinfo"

	selfAssertedPath = "SelfAsserted" // as B2C's, where its pages send their forms
)

// site is one address of a tenant: a scheme and a host, with a port if it isn't
// the scheme's own.
type site struct{ scheme, host string }

func (s site) String() string { return s.scheme + "://" + s.host }

// issuer builds the "iss" of a tenant's flow at a site. B2C: it always holds the
// GUID and always ends in a slash, unlike Entra ID's.
func (s site) issuer(tenantID string, f *Flow) string {
	if f.Issuer == IssuerTFP {
		return s.String() + "/tfp/" + tenantID + "/" + strings.ToLower(f.Name) + "/v2.0/"
	}
	return s.String() + "/" + tenantID + "/v2.0/"
}
