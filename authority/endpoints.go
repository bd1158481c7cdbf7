// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import "strings"

// ID returns a text that identifies the authority: its metadata URL with the
// flow's name in lower case. It is meant for map keys, logs and metrics. Two
// allow-lists of Entra ID tenants have the same one.
func (a Authority) ID() string {
	a.flow = a.FlowKey()
	return a.MetadataURL()
}

// String returns the authority's URL, for example
// https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi. For a provider
// of OpenID Connect it is the issuer.
func (a Authority) String() string {
	if a.kind == OpenIDConnect {
		return a.own().issuer
	}
	return a.build("") + a.appQuery()
}

// MetadataURL returns the address of the OpenID Provider metadata.
func (a Authority) MetadataURL() string {
	if a.kind == OpenIDConnect {
		return strings.TrimSuffix(a.own().issuer, "/") + metadataSuffix
	}
	return a.build("/v2.0"+metadataSuffix) + a.appQuery()
}

// appQuery is what the URLs end in that tell which application's keys are meant.
func (a Authority) appQuery() string {
	if a.kind == AzureADB2C || a.own().appID == "" {
		return ""
	}
	return "?appid=" + a.own().appID
}

// The endpoints below are those of Microsoft's products, which have them at fixed
// places. They are empty for other providers of OpenID Connect, whose metadata
// alone tells them.

// AuthorizationEndpoint returns the address users are sent to for signing in.
func (a Authority) AuthorizationEndpoint() string { return a.build("/oauth2/v2.0/authorize") }

// TokenEndpoint returns the address tokens are requested from.
func (a Authority) TokenEndpoint() string { return a.build("/oauth2/v2.0/token") }

// EndSessionEndpoint returns the address users are sent to for signing out.
func (a Authority) EndSessionEndpoint() string { return a.build("/oauth2/v2.0/logout") }

// DeviceAuthorizationEndpoint returns the address at which a device without a
// browser asks for a code (RFC 8628). It is empty for B2C, which has none.
func (a Authority) DeviceAuthorizationEndpoint() string {
	if a.kind == AzureADB2C {
		return ""
	}
	return a.build("/oauth2/v2.0/devicecode")
}

// JWKSURI returns the address of the key set. Prefer the jwks_uri of the
// metadata where there is a choice.
func (a Authority) JWKSURI() string { return a.build("/discovery/v2.0/keys") }

// build returns the authority's URL with the suffix.
func (a Authority) build(suffix string) string {
	switch base := a.origin.String(); {
	case base == "" || a.kind == OpenIDConnect:
		return ""
	case a.kind == AzureADB2C:
		return a.form.url(base, a.tenant, a.flow, suffix)
	default:
		return base + "/" + a.tenant + suffix
	}
}
