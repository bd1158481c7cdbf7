// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"net/url"
	"strings"
)

// Kind is the product behind an authority; it decides which rules tokens
// follow.
type Kind uint8

const (
	// AzureADB2C is a user flow or custom policy of an Azure AD B2C tenant.
	AzureADB2C Kind = iota
	// EntraExternalID is an external tenant of Microsoft Entra External ID
	// (ciamlogin.com), which has no flows in its URLs.
	EntraExternalID
)

// String returns the product's name.
func (k Kind) String() string {
	if k == EntraExternalID {
		return "Entra External ID"
	}
	return "Azure AD B2C"
}

// Form is the way an authority is written as a URL. B2C serves all of them
// and echoes the form in the endpoints of its metadata.
type Form uint8

const (
	// PathForm is https://{host}/{tenant}/{flow}, B2C's usual form.
	PathForm Form = iota
	// TFPForm is https://{host}/tfp/{tenant}/{flow}, which MSAL Java and
	// MSAL.NET need to recognise B2C behind a custom domain.
	TFPForm
	// TEForm is https://{host}/te/{tenant}/{flow}, seen on the legacy host
	// login.microsoftonline.com.
	TEForm
	// QueryForm is https://{host}/{tenant}?p={flow}.
	QueryForm
)

// Authority is one trusted issuer: for B2C, one user flow or custom policy of
// one tenant, reached at one host, with the audiences that its tokens may name.
//
// The zero Authority is invalid. An Authority made from an invalid flow name
// or audience keeps the error, see [Authority.Err]; the constructors that take
// authorities return it.
type Authority struct {
	kind      Kind
	form      Form
	scheme    string // "https", or "http" on loopback
	host      string // lower case, with the port unless it is the default
	tenant    string // domain or GUID as it stands in URLs
	tenantID  string // GUID in lower case, "" if not known
	flow      string // as configured
	audiences string // joined, "" if not named
	err       error
}

// Err returns why the authority can't be used, nil if it can.
func (a Authority) Err() error {
	if a.err == nil && a.host == "" {
		return errors.New("authority: empty Authority; make one with Tenant.Flow or Parse")
	}
	return a.err
}

// Kind returns the product behind the authority.
func (a Authority) Kind() Kind { return a.kind }

// Form returns the form in which URLs are built.
func (a Authority) Form() Form { return a.form }

// Host returns the host name in lower case, with its port unless that is the
// default of the scheme.
func (a Authority) Host() string { return a.host }

// Tenant returns the tenant as it stands in URLs: a domain such as
// contoso.onmicrosoft.com, or the GUID.
func (a Authority) Tenant() string { return a.tenant }

// TenantID returns the tenant's GUID in lower case, or "" if neither the URL
// nor [Authority.WithTenantID] gave one.
func (a Authority) TenantID() string { return a.tenantID }

// Flow returns the name of the user flow or custom policy as configured. It
// is empty for External ID.
func (a Authority) Flow() string { return a.flow }

// FlowKey returns the flow's name for comparison: B2C treats names without
// regard to case and is not consistent about the case it answers in.
func (a Authority) FlowKey() string { return FoldFlow(a.flow) }

// IsCustomPolicy tells whether the flow is a custom policy (B2C_1A_…) rather
// than a user flow. Custom policies sign with keys of their own.
func (a Authority) IsCustomPolicy() bool {
	return strings.HasPrefix(a.FlowKey(), "b2c_1a_")
}

// WithTenantID returns the authority with the tenant's GUID, which Parse
// can't know when the URL names the tenant by its domain.
func (a Authority) WithTenantID(id string) (Authority, error) {
	if err := a.Err(); err != nil {
		return a, err
	}
	id, err := parseGUID("tenantID", id)
	if err != nil {
		return a, err
	}
	if a.tenantID != "" && a.tenantID != id {
		return a, fieldError("tenantID", id, "contradicts the tenant "+a.tenantID+" in the URL")
	}
	a.tenantID = id
	return a, nil
}

// Equal tells whether a and b are the same authority in the same form,
// whatever the case of the flow's name, and whatever audiences they name.
func (a Authority) Equal(b Authority) bool {
	return a.kind == b.kind && a.tenantID == b.tenantID && a.ID() == b.ID()
}

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

// UserinfoEndpoint returns the address of the UserInfo endpoint. B2C serves
// it only for custom policies that define one.
func (a Authority) UserinfoEndpoint() string { return a.build("/openid/v2.0/userinfo") }

// build returns the authority's URL with suffix behind the policy (or, in
// the query form and for External ID, behind the tenant). All parts have
// been checked to need no escaping.
func (a Authority) build(suffix string) string {
	if a.host == "" {
		return ""
	}
	base := a.scheme + "://" + a.host
	switch {
	case a.kind == EntraExternalID:
		return base + "/" + a.tenant + suffix
	case a.form == QueryForm:
		return base + "/" + a.tenant + suffix + "?p=" + url.QueryEscape(a.flow)
	case a.form == TFPForm:
		base += "/tfp"
	case a.form == TEForm:
		base += "/te"
	}
	return base + "/" + a.tenant + "/" + a.flow + suffix
}
