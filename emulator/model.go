// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// model is what a tenant is by its options, with every default filled in: flows,
// apps and addresses. It is never written once the tenant is in use.
type model struct {
	names
	addresses addresses
	telling   telling

	hosts      []string
	flows      []Flow
	apps       []App
	pages      bool   // people sign in on pages
	emailScope bool   // the scope email is one
	devices    bool   // devices may begin a sign-in
	sites      []site // where it is reached; the first is the primary one
}

// app returns the app with a client id, or nil.
func (m *model) app(clientID string) *App {
	for i := range m.apps {
		if strings.EqualFold(m.apps[i].ID, clientID) {
			return &m.apps[i]
		}
	}
	return nil
}

// flow returns the flow of that name in any case, or nil.
func (m *model) flow(name string) *Flow {
	for i := range m.flows {
		if strings.EqualFold(m.flows[i].Name, name) {
			return &m.flows[i]
		}
	}
	return nil
}

// mustFlow is flow for callers with no error to return; "" is the first flow.
func (m *model) mustFlow(name string) *Flow {
	if name == "" {
		return &m.flows[0]
	}
	if f := m.flow(name); f != nil {
		return f
	}
	panic(fmt.Sprintf("emulator: tenant %s has no flow %q", m.name, name))
}

// flowNames are those of all flows that have one.
func (m *model) flowNames() []string {
	var names []string
	for _, f := range m.flows {
		if f.Name != "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// apiAt returns the API with an App ID URI, or nil.
func (m *model) apiAt(uri string) *App {
	for i := range m.apps {
		if a := &m.apps[i]; uri != "" && strings.EqualFold(a.URI, uri) {
			return a
		}
	}
	return nil
}

// firstApp returns the first app that matches, or the zero App.
func (m *model) firstApp(match func(*App) bool) App {
	for i := range m.apps {
		if match(&m.apps[i]) {
			return m.apps[i].clone()
		}
	}
	return App{}
}

// api is what tokens are for by default: the first app that has an App ID URI.
func (m *model) api() App { return m.firstApp(func(a *App) bool { return a.URI != "" }) }

// web is the client of user tokens by default.
func (m *model) web() App {
	return m.firstApp(func(a *App) bool { return a.URI == "" && m.mayAsk(a, scopes) })
}

// daemon is the client of app-only tokens by default.
func (m *model) daemon() App {
	return m.firstApp(func(a *App) bool { return a.Secret != "" && m.mayAsk(a, roles) })
}

// mayAsk reports whether an app was granted anything.
func (m *model) mayAsk(a *App, kind permission) bool { return len(m.granted(a, nil, kind)) > 0 }

// permission tells the two kinds of names an API publishes apart.
type permission bool

const (
	scopes permission = false
	roles  permission = true
)

// granted returns the short names of what client was granted of api (nil for
// any API), in the order the API publishes them.
func (m *model) granted(client, api *App, kind permission) []string {
	var names []string
	for i := range m.apps {
		a := &m.apps[i]
		if api != nil && api.ID != a.ID {
			continue
		}
		offered := a.Scopes
		if kind == roles {
			offered = a.Roles
		}
		for _, name := range offered {
			for _, g := range client.Granted {
				if strings.EqualFold(g, a.URI+"/"+name) {
					names = append(names, name)
					break
				}
			}
		}
	}
	return names
}

// url returns the URL of a flow's endpoint on the primary host. "" is the first
// flow, and any other name is used as given.
func (m *model) url(flow, path string) string {
	if flow == "" {
		flow = m.flows[0].Name
	}
	base := m.sites[0].String() + m.addresses.path(m.names, flow)
	if path == "" {
		return base
	}
	return base + "/" + path
}

// hostsReached are the hosts of all sites.
func (m *model) hostsReached() []string {
	hosts := make([]string, len(m.sites))
	for i, s := range m.sites {
		hosts[i] = s.host
	}
	return hosts
}

// issuer is the "iss" of a flow at a site.
func (m *model) issuer(at site, f *Flow) string { return m.addresses.issuer(at, m.names, f) }

// issuers returns every issuer the tenant has, here and on its own hosts.
func (m *model) issuers(here site) []string {
	var all []string
	for _, s := range append([]site{here}, m.sites...) {
		for i := range m.flows {
			all = append(all, m.issuer(s, &m.flows[i]))
		}
	}
	return all
}

// siteOf returns the site that Spec.Host names: "" for the primary one, a
// host of the tenant, or a loopback address, which may have http:// or https://
// in front; https is assumed unless a Server said otherwise.
func (m *model) siteOf(name string) (site, bool) {
	if name == "" {
		return m.sites[0], true
	}
	s := site{scheme: "https", host: strings.ToLower(name)}
	for _, known := range m.sites {
		if s.host == known.host {
			return known, true
		}
	}
	if u, err := url.Parse(s.host); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(u.Path, "/") == "" {
		s = site{u.Scheme, u.Host}
	}
	return s, host.Loopback(host.Name(s.host)) || s.scheme == "https" && m.answersFor(host.Name(s.host))
}

// answersFor reports whether name is one of the tenant's own host names.
func (m *model) answersFor(name string) bool {
	return slices.Contains(m.hosts, name)
}

// addSite makes a server's address one of the tenant's. Over http nothing but
// loopback is served, so there it is the primary one.
func (m *model) addSite(own site) {
	name := host.Name(own.host)
	switch {
	case host.Loopback(name) && own.scheme == "http":
		m.sites = append([]site{own}, m.sites...)
	case host.Loopback(name), own.scheme == "https" && m.answersFor(name):
		m.sites = append(m.sites, own)
	}
}
