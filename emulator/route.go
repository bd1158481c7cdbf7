// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"
)

// endpoint is what a request asks for.
type endpoint int

const (
	nowhere endpoint = iota
	metadataEndpoint
	keysEndpoint
	authorizeEndpoint
	tokenEndpoint
	logoutEndpoint
)

// routes are the endpoints a tenant serves, by what their paths end in.
var routes = []struct {
	path string
	to   endpoint
}{
	{metadataPath, metadataEndpoint},
	{keysPath, keysEndpoint},
	{authorizePath, authorizeEndpoint},
	{tokenPath, tokenEndpoint},
	{logoutPath, logoutEndpoint},
}

// methods are those that an endpoint knows.
var methods = map[endpoint][]string{
	metadataEndpoint:  {http.MethodGet, http.MethodHead},
	keysEndpoint:      {http.MethodGet, http.MethodHead},
	authorizeEndpoint: {http.MethodGet},
	tokenEndpoint:     {http.MethodPost},
	logoutEndpoint:    {http.MethodGet},
}

// place is a request understood: where it came in, in which of B2C's URL forms,
// and for which flow.
type place struct {
	site   site
	prefix string // "", "/tfp" or "/te"
	tenant string // domain or GUID, as spelled in the request
	query  bool   // ?p={policy} form
	flow   *Flow
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

// locate finds the endpoint and place of a request; nowhere means that B2C
// would answer with its HTML page.
func (t *Tenant) locate(r *http.Request) (endpoint, place) {
	s, ok := t.siteFor(r)
	if !ok {
		return nowhere, place{}
	}
	for _, route := range routes {
		if rest, found := strings.CutSuffix(r.URL.Path, "/"+route.path); found {
			if p, ok := t.place(s, rest, r.URL.Query()["p"]); ok {
				return route.to, p
			}
			return nowhere, place{}
		}
	}
	return nowhere, place{}
}

// siteFor returns the site a request came in on. B2C: the issuer follows the
// host of the request. Only a request that reached a loopback address over
// plain http is http; anything else without TLS is taken to come from something
// that ended TLS in front.
func (t *Tenant) siteFor(r *http.Request) (site, bool) {
	s := site{scheme: "https", host: strings.ToLower(r.Host)}
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
	p.tenant, p.flow = segments[0], t.flow(policy)
	known := strings.EqualFold(p.tenant, t.opts.Domain) || strings.EqualFold(p.tenant, t.opts.ID)
	return p, known && p.flow != nil
}
