// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// Kind returns the product that the tenant is one of.
func (t *Tenant) Kind() TenantKind { return t.kind }

// Name returns the tenant's short name, such as "contoso".
func (t *Tenant) Name() string { return t.model.name }

// ID returns the tenant's GUID, in lower case.
func (t *Tenant) ID() string { return t.model.id }

// Domain returns the tenant's domain, such as "contoso.onmicrosoft.com".
func (t *Tenant) Domain() string { return t.model.domain }

// Hosts returns the hosts the tenant is reached on, the primary one first. A
// tenant of a [Server] has the server's address, with its port, among them:
// last after [NewServer], first after [NewPlainServer].
func (t *Tenant) Hosts() []string { return t.model.hostsReached() }

// Flows returns the flows, with every default filled in.
func (t *Tenant) Flows() []Flow {
	flows := make([]Flow, len(t.model.flows))
	for i, f := range t.model.flows {
		flows[i] = f.clone()
	}
	return flows
}

// Apps returns the app registrations, with every default filled in.
func (t *Tenant) Apps() []App {
	apps := make([]App, len(t.model.apps))
	for i, a := range t.model.apps {
		apps[i] = a.clone()
	}
	return apps
}

// API returns the first app that has an App ID URI, the one tokens are for by
// default. Without any it returns the zero App.
func (t *Tenant) API() App { return t.model.api() }

// Web returns the first app that was granted a scope and is no API itself, the
// client of user tokens by default. Without any it returns the zero App.
func (t *Tenant) Web() App { return t.model.web() }

// Native returns the first native app that was granted a scope and is no API
// itself: a public client. Without any it returns the zero App.
func (t *Tenant) Native() App {
	return t.model.firstApp(func(a *App) bool { return a.Kind == NativeApp && a.URI == "" && t.model.mayAsk(a, scopes) })
}

// SPA returns the first single-page app that was granted a scope. Without any
// it returns the zero App.
func (t *Tenant) SPA() App {
	return t.model.firstApp(func(a *App) bool { return a.Kind == SPA && t.model.mayAsk(a, scopes) })
}

// Daemon returns the first app with a secret that was granted an app role, the
// client of app-only tokens by default. Without any it returns the zero App.
func (t *Tenant) Daemon() App { return t.model.daemon() }

// AuthorityURL returns https://{primary host}/{domain}/{flow}. "" is the first
// flow; any other name is used as given, so that a test can ask for one that
// doesn't exist.
func (t *Tenant) AuthorityURL(flow string) string { return t.model.url(flow, "") }

// MetadataURL returns the URL of a flow's OpenID Connect metadata on the
// primary host; see [Tenant.AuthorityURL] for the flow.
func (t *Tenant) MetadataURL(flow string) string { return t.model.url(flow, metadataPath) }

// JWKSURL returns the URL of a flow's key set on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) JWKSURL(flow string) string { return t.model.url(flow, keysPath) }

// TokenURL returns the URL of a flow's token endpoint on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) TokenURL(flow string) string { return t.model.url(flow, tokenPath) }

// AuthorizeURL returns the URL of a flow's authorize endpoint on the primary
// host; see [Tenant.AuthorityURL] for the flow.
func (t *Tenant) AuthorizeURL(flow string) string { return t.model.url(flow, authorizePath) }

// LogoutURL returns the URL of a flow's logout endpoint on the primary host; see
// [Tenant.AuthorityURL] for the flow.
func (t *Tenant) LogoutURL(flow string) string { return t.model.url(flow, logoutPath) }

// Issuer returns the "iss" of the tokens that a flow issues on the primary
// host. "" is the first flow. Issuer panics if there is no such flow.
func (t *Tenant) Issuer(flow string) string {
	return t.model.issuer(t.model.sites[0], t.model.mustFlow(flow))
}
