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
// and in which of B2C's URL forms. Journeys remember it, so its texts are no parts
// of the URL, which may be long.
type route struct {
	endpoint Endpoint
	site     site
	prefix   string // "", "/tfp" or "/te"
	tenant   string // domain or GUID, as spelled in the request
	query    bool   // ?p={policy} form
	flow     *Flow
}

// url builds the URL of an endpoint in the form the request had. B2C: documents
// echo the form they were asked for, with the policy in lower case.
func (to route) url(path string) string {
	policy := strings.ToLower(to.flow.Name)
	base := to.site.String() + to.prefix + "/" + to.tenant + "/"
	if to.query {
		return base + path + "?p=" + policy
	}
	return base + policy + "/" + path
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
			if !ok || suffix.to == PagesEndpoint && !m.pages || suffix.to == UserInfoEndpoint && len(to.flow.UserInfo) == 0 {
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

// flowRoute reads what stands in front of the endpoint's path: /{tenant}/{policy},
// /tfp/{tenant}/{policy}, or /{tenant} with the policy in the query.
func (m *model) flowRoute(at site, path string, query []string) (route, bool) {
	path, ok := strings.CutPrefix(path, "/")
	if !ok {
		return route{}, false
	}
	to := route{site: at}
	segments := strings.Split(path, "/")
	// B2C: /te/ is the form of the legacy host alone.
	if first := segments[0]; first == "tfp" || first == "te" && at.host == "login.microsoftonline.com" {
		to.prefix, segments = "/"+first, segments[1:]
	}
	var policy string
	switch {
	case len(segments) == 2 && (len(query) == 0 || len(query) == 1 && strings.EqualFold(query[0], segments[1])):
		policy = segments[1]
	case len(segments) == 1 && to.prefix == "" && len(query) == 1:
		policy, to.query = query[0], true
	default:
		return route{}, false
	}
	to.tenant, to.flow = strings.Clone(segments[0]), m.flow(policy)
	known := strings.EqualFold(to.tenant, m.domain) || strings.EqualFold(to.tenant, m.id)
	return to, known && to.flow != nil
}

// inPath reports whether a path is one of the tenant's.
func (m *model) inPath(path string) bool {
	segments := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 3)
	name := segments[0]
	if name == "tfp" && len(segments) > 1 {
		name = segments[1]
	}
	return strings.EqualFold(name, m.domain) || strings.EqualFold(name, m.id)
}
