// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"
)

// Endpoint is what a request asks for.
type Endpoint string

const (
	// NoEndpoint is what an unknown host, tenant, flow or path leads to.
	NoEndpoint Endpoint = ""
	// MetadataEndpoint is the OpenID Connect metadata of a flow.
	MetadataEndpoint Endpoint = "metadata"
	// KeysEndpoint is the key set of a flow.
	KeysEndpoint Endpoint = "keys"
	// AuthorizeEndpoint is where users sign in.
	AuthorizeEndpoint Endpoint = "authorize"
	// TokenEndpoint is where clients get tokens.
	TokenEndpoint Endpoint = "token"
	// LogoutEndpoint is where users sign out.
	LogoutEndpoint Endpoint = "logout"
	// PagesEndpoint is where the forms of pages go, if the tenant has pages.
	PagesEndpoint Endpoint = "pages"
)

// Endpoints returns all endpoints of a flow.
func Endpoints() []Endpoint {
	all := make([]Endpoint, len(routes))
	for i, r := range routes {
		all[i] = r.to
	}
	return all
}

type route struct {
	path string
	to   Endpoint
}

// routes are the endpoints a tenant serves, by what their paths end in.
var routes = []route{
	{metadataPath, MetadataEndpoint},
	{keysPath, KeysEndpoint},
	{authorizePath, AuthorizeEndpoint},
	{tokenPath, TokenEndpoint},
	{logoutPath, LogoutEndpoint},
	{selfAssertedPath, PagesEndpoint},
}

// methods are those that an endpoint knows.
var methods = map[Endpoint][]string{
	MetadataEndpoint:  {http.MethodGet, http.MethodHead},
	KeysEndpoint:      {http.MethodGet, http.MethodHead},
	AuthorizeEndpoint: {http.MethodGet},
	TokenEndpoint:     {http.MethodPost},
	LogoutEndpoint:    {http.MethodGet},
	PagesEndpoint:     {http.MethodGet, http.MethodPost},
}

// methodsOf returns the methods an endpoint of this tenant knows.
func (t *Tenant) methodsOf(to Endpoint) []string {
	if to == AuthorizeEndpoint && t.opts.Pages {
		return methods[PagesEndpoint]
	}
	return methods[to]
}

// place is a request understood: where it came in, in which of B2C's URL forms,
// and for which flow. Journeys remember it, so its texts are no parts of the URL,
// which may be long.
type place struct {
	site   site
	prefix string // "", "/tfp" or "/te"
	tenant string // domain or GUID, as spelled in the request
	query  bool   // ?p={policy} form
	flow   *Flow
	lies   []FaultKind // what the answer should lie about
}

// url builds the URL of an endpoint in the form the request had. B2C: documents
// echo the form they were asked for, with the policy in lower case.
func (p place) url(path string) string {
	policy := strings.ToLower(p.flow.Name)
	base := p.site.String() + p.prefix + "/" + p.tenant + "/"
	if p.query {
		return base + path + "?p=" + policy
	}
	return base + policy + "/" + path
}

// locate finds the endpoint and place of a request; NoEndpoint means that B2C
// would answer with its HTML page.
func (t *Tenant) locate(r *http.Request) (Endpoint, place) {
	s, ok := t.siteFor(r)
	if !ok {
		return NoEndpoint, place{}
	}
	for _, route := range routes {
		if rest, found := strings.CutSuffix(r.URL.Path, "/"+route.path); found {
			p, ok := t.place(s, rest, r.URL.Query()["p"])
			if !ok || route.to == PagesEndpoint && !t.opts.Pages {
				return NoEndpoint, place{}
			}
			return route.to, p
		}
	}
	return NoEndpoint, place{}
}

// siteFor returns the site a request came in on. B2C: the issuer follows the
// host of the request. Only a request that reached a loopback address over
// plain http is http; anything else without TLS is taken to come from something
// that ended TLS in front.
func (t *Tenant) siteFor(r *http.Request) (site, bool) {
	s := site{scheme: "https", host: strings.Clone(strings.ToLower(r.Host))}
	if name := hostname(s.host); loopback(name) {
		if r.TLS == nil {
			s.scheme = "http"
		}
	} else if !t.answersFor(name) {
		return site{}, false
	}
	s.host = strings.TrimSuffix(s.host, map[string]string{"https": ":443", "http": ":80"}[s.scheme])
	return s, true
}

// place reads what stands in front of the endpoint's path: /{tenant}/{policy},
// /tfp/{tenant}/{policy}, or /{tenant} with the policy in the query.
func (t *Tenant) place(s site, path string, query []string) (place, bool) {
	path, ok := strings.CutPrefix(path, "/")
	if !ok {
		return place{}, false
	}
	p := place{site: s}
	segments := strings.Split(path, "/")
	// B2C: /te/ is the form of the legacy host alone.
	if first := segments[0]; first == "tfp" || first == "te" && s.host == "login.microsoftonline.com" {
		p.prefix, segments = "/"+first, segments[1:]
	}
	var policy string
	switch {
	case len(segments) == 2 && (len(query) == 0 || len(query) == 1 && strings.EqualFold(query[0], segments[1])):
		policy = segments[1]
	case len(segments) == 1 && p.prefix == "" && len(query) == 1:
		policy, p.query = query[0], true
	default:
		return place{}, false
	}
	p.tenant, p.flow = strings.Clone(segments[0]), t.flow(policy)
	known := strings.EqualFold(p.tenant, t.opts.Domain) || strings.EqualFold(p.tenant, t.opts.ID)
	return p, known && p.flow != nil
}
