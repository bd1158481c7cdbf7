// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

// ID returns a text that identifies the authority: its metadata URL with the
// flow's name in lower case. It is meant for map keys, logs and metrics.
func (a Authority) ID() string {
	a.flow = a.FlowKey()
	return a.MetadataURL()
}

// String returns the authority's URL, for example
// https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi.
func (a Authority) String() string { return a.build("") }

// MetadataURL returns the address of the OpenID Provider metadata.
func (a Authority) MetadataURL() string { return a.build("/v2.0/.well-known/openid-configuration") }

// AuthorizationEndpoint returns the address users are sent to for signing in.
func (a Authority) AuthorizationEndpoint() string { return a.build("/oauth2/v2.0/authorize") }

// TokenEndpoint returns the address tokens are requested from.
func (a Authority) TokenEndpoint() string { return a.build("/oauth2/v2.0/token") }

// EndSessionEndpoint returns the address users are sent to for signing out.
func (a Authority) EndSessionEndpoint() string { return a.build("/oauth2/v2.0/logout") }

// JWKSURI returns the address of the key set. Prefer the jwks_uri of the
// metadata where there is a choice.
func (a Authority) JWKSURI() string { return a.build("/discovery/v2.0/keys") }

// build returns the authority's URL with the suffix.
func (a Authority) build(suffix string) string {
	switch base := a.origin.String(); {
	case base == "":
		return ""
	case a.kind == EntraExternalID:
		return base + "/" + a.tenant + suffix
	default:
		return a.form.url(base, a.tenant, a.flow, suffix)
	}
}
