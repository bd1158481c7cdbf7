// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// methodsOf returns the methods an endpoint of this tenant knows.
func (m *model) methodsOf(to Endpoint) []string {
	if to == AuthorizeEndpoint && m.pages {
		return methods[PagesEndpoint]
	}
	return methods[to]
}

// route is where a request goes: to which endpoint of which flow, at which site
// and in which of the product's URL forms. Journeys remember it, so its texts are
// no parts of the URL, which may be long.
type route struct {
	endpoint Endpoint
	site     site
	address
	flow *Flow
}

// url builds the URL of an endpoint in the form the request had. B2C: documents
// echo the form they were asked for, with the policy in lower case.
func (to route) url(path string) string {
	policy := strings.ToLower(to.flow.Name)
	base := to.site.String() + to.prefix + "/" + to.tenant + "/"
	switch {
	case to.query:
		return base + path + "?p=" + policy
	case policy == "":
		return base + path
	}
	return base + policy + "/" + path
}

// home is the route at the tenant's own authority, where that in the URL is one of
// many tenants.
func (to route) home(tenantID string) route {
	if to.ofMany() {
		to.tenant = tenantID
	}
	return to
}

// route returns the route of a request; that to NoEndpoint means that B2C would
// answer with its HTML page.
func (m *model) route(r *http.Request) route {
	at, ok := m.siteFor(r)
	if !ok {
		return route{}
	}
	for _, suffix := range suffixes {
		if rest, found := strings.CutSuffix(r.URL.Path, "/"+suffix.path); found {
			to, ok := m.flowRoute(at, rest, r.URL.Query()["p"])
			if !ok || suffix.to == PagesEndpoint && !m.pages || suffix.to == UserInfoEndpoint && len(to.flow.UserInfo) == 0 ||
				(suffix.to == DeviceCodeEndpoint || suffix.to == DevicePageEndpoint) && !m.devices {
				return route{}
			}
			to.endpoint = suffix.to
			return to
		}
	}
	return route{}
}

// siteFor returns the site a request came in on. B2C: the issuer follows the
// host of the request. Only a request that reached a loopback address over
// plain http is http; anything else without TLS is taken to come from something
// that ended TLS in front.
func (m *model) siteFor(r *http.Request) (site, bool) {
	s := site{scheme: "https", host: strings.Clone(strings.ToLower(r.Host))}
	if name := host.Name(s.host); host.Loopback(name) {
		if r.TLS == nil {
			s.scheme = "http"
		}
	} else if !m.answersFor(name) {
		return site{}, false
	}
	s.host = strings.TrimSuffix(s.host, map[string]string{"https": ":443", "http": ":80"}[s.scheme])
	return s, true
}

// flowRoute reads what stands in front of the endpoint's path.
func (m *model) flowRoute(at site, path string, query []string) (route, bool) {
	path, ok := strings.CutPrefix(path, "/")
	if !ok {
		return route{}, false
	}
	to, flow, ok := m.addresses.read(at, m.names, path, query)
	if !ok {
		return route{}, false
	}
	f := m.flow(flow)
	return route{site: at, address: to, flow: f}, f != nil
}

// inPath reports whether a path is one of the tenant's.
func (m *model) inPath(path string) bool { return m.addresses.owns(m.names, path) }
