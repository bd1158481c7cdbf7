// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// Paths of the endpoints, below tenant and policy.
const (
	metadataPath  = "v2.0/.well-known/openid-configuration"
	keysPath      = "discovery/v2.0/keys"
	tokenPath     = "oauth2/v2.0/token"
	authorizePath = "oauth2/v2.0/authorize"
	logoutPath    = "oauth2/v2.0/logout"
	userInfoPath  = "openid/v2.0/userinfo"

	deviceCodePath = "oauth2/v2.0/devicecode"
	devicePagePath = "oauth2/deviceauth" // where Microsoft's own page for codes is

	selfAssertedPath = "SelfAsserted" // as B2C's, where its pages send their forms
)

// site is one address of a tenant: a scheme and a host, with a port if it isn't
// the scheme's own.
type site struct{ scheme, host string }

func (s site) String() string { return s.scheme + "://" + s.host }
