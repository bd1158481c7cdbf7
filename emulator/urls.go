// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// Paths of the endpoints, below tenant and policy.
const (
	metadataPath  = "v2.0/.well-known/openid-configuration"
	keysPath      = "discovery/v2.0/keys"
	tokenPath     = "oauth2/v2.0/token"
	authorizePath = "oauth2/v2.0/authorize"
	logoutPath    = "oauth2/v2.0/logout"

	selfAssertedPath = "SelfAsserted" // as B2C's, where its pages send their forms
)

// site is one address of a tenant: a scheme and a host, with a port if it isn't
// the scheme's own.
type site struct{ scheme, host string }

func (s site) String() string { return s.scheme + "://" + s.host }

// issuer builds the "iss" of a flow at a site. B2C: it always holds the GUID
// and always ends in a slash, unlike Entra ID's.
func (t *Tenant) issuer(s site, f *Flow) string {
	if f.Issuer == IssuerTFP {
		return s.String() + "/tfp/" + t.opts.ID + "/" + strings.ToLower(f.Name) + "/v2.0/"
	}
	return s.String() + "/" + t.opts.ID + "/v2.0/"
}

// AuthorityURL returns https://{primary host}/{domain}/{flow}. "" is the first
// flow; any other name is used as given, so that a test can ask for one that
// doesn't exist.
func (t *Tenant) AuthorityURL(flow string) string {
	if flow == "" {
		flow = t.opts.Flows[0].Name
	}
	return t.sites[0].String() + "/" + t.opts.Domain + "/" + flow
}

// MetadataURL returns the URL of a flow's OpenID Connect metadata on the
// primary host; see [Tenant.AuthorityURL] for the flow.
func (t *Tenant) MetadataURL(flow string) string { return t.AuthorityURL(flow) + "/" + metadataPath }

// JWKSURL returns the URL of a flow's key set on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) JWKSURL(flow string) string { return t.AuthorityURL(flow) + "/" + keysPath }

// TokenURL returns the URL of a flow's token endpoint on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) TokenURL(flow string) string { return t.AuthorityURL(flow) + "/" + tokenPath }

// AuthorizeURL returns the URL of a flow's authorize endpoint on the primary
// host; see [Tenant.AuthorityURL] for the flow.
func (t *Tenant) AuthorizeURL(flow string) string { return t.AuthorityURL(flow) + "/" + authorizePath }

// LogoutURL returns the URL of a flow's logout endpoint on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) LogoutURL(flow string) string { return t.AuthorityURL(flow) + "/" + logoutPath }

// Issuer returns the "iss" of the tokens that a flow issues on the primary
// host. "" is the first flow. Issuer panics if there is no such flow.
func (t *Tenant) Issuer(flow string) string { return t.issuer(t.sites[0], t.mustFlow(flow)) }

// siteOf returns the site that [Spec.Host] names: "" for the primary one, a
// host of the tenant, or a loopback address, which may have http:// or https://
// in front; https is assumed unless a Server said otherwise.
func (t *Tenant) siteOf(host string) (site, bool) {
	if host == "" {
		return t.sites[0], true
	}
	s := site{scheme: "https", host: strings.ToLower(host)}
	for _, known := range t.sites {
		if s.host == known.host {
			return known, true
		}
	}
	if u, err := url.Parse(s.host); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(u.Path, "/") == "" {
		s = site{u.Scheme, u.Host}
	}
	return s, loopback(hostname(s.host)) || s.scheme == "https" && t.answersFor(hostname(s.host))
}

// answersFor reports whether name is one of the tenant's own host names.
func (t *Tenant) answersFor(name string) bool {
	return slices.Contains(t.opts.Hosts, name)
}

// hostname drops the port of a host.
func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}
