// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/validator"
)

// Resource is what clients that nobody has configured by hand, such as agents, find
// out about an API: the protected-resource metadata of RFC 9728, as an
// [http.Handler], and what a challenge says to lead there. Make one with
// [NewResource], hand it to the guard in [Options.Resource], and serve it with
// [Resource.Mount] or the Mount of an adapter.
//
// A Resource is made of its configuration alone: no Host and no X-Forwarded-Proto
// changes a byte of it. It is safe for concurrent use.
type Resource struct {
	url         string
	metadataURL string
	paths       []string
	metadata    metadata
	scopes      *scopeNames
}

// NewResource returns the resource of this URL, which is that of the API as its
// clients write it: https, or http on loopback, a host in lower case, and a path or
// none, without a query. It is kept byte for byte, since clients compare: for them
// https://mcp.contoso.com/mcp and https://mcp.contoso.com/mcp/ are two.
//
// The error tells all that is wrong with the arguments, a line each.
func NewResource(rawURL string, opts *ResourceOptions) (*Resource, error) {
	o := opts.orDefault()
	place, err := readPlace(rawURL)
	var errs []error
	if err != nil {
		errs = append(errs, fmt.Errorf("the resource's URL %w", err))
	}
	errs = append(errs, o.check(place)...)
	for i, err := range errs {
		errs[i] = fmt.Errorf("guard: NewResource: %w", err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	r := &Resource{
		url:         rawURL,
		metadataURL: place.origin + wellKnown + place.path,
		paths:       place.documents(o.PathOnly),
		scopes:      newScopeNames(o.AppIDURI, o.Scopes, o.AppRoles),
	}
	servers := o.AuthorizationServers
	if len(servers) == 0 {
		servers = []string{place.origin}
	}
	r.metadata = newMetadata(rawURL, servers, r.scopes.fullAll(), o)
	return r, nil
}

// URL returns the URL that the resource was made of.
func (r *Resource) URL() string { return r.url }

// MetadataURL returns where the document is, as RFC 9728 section 3.1 derives it:
// https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp for the
// resource https://mcp.contoso.com/mcp.
func (r *Resource) MetadataURL() string { return r.metadataURL }

// Paths returns the paths at which the document is served: that of MetadataURL, and
// /.well-known/oauth-protected-resource if that is another and PathOnly is not set.
// It panics if the resource is nil or empty.
func (r *Resource) Paths() []string {
	if r == nil || r.scopes == nil {
		panic("guard: the *Resource is nil or empty; make one with guard.NewResource")
	}
	return slices.Clone(r.paths)
}

// FullScope returns the name by which a client has to ask for a scope that a token
// has by this name: https://contoso.onmicrosoft.com/tasks/tasks.read for tasks.read.
func (r *Resource) FullScope(name string) string { return r.scopes.full(name) }

// ServeHTTP answers GET and HEAD at one of [Resource.Paths] with the document, the
// same bytes to everybody, OPTIONS there with a yes to pages of all origins, and
// anything else with 404 or 405. It needs no token, so it goes outside of the guard.
// Caches may keep the document for five minutes.
func (r *Resource) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !slices.Contains(r.paths, req.URL.EscapedPath()) {
		http.NotFound(w, req)
		return
	}
	r.metadata.ServeHTTP(w, req)
}

// Mount registers the resource with the mux at [Resource.Paths], for GET, HEAD and
// OPTIONS. It panics if something stands there already, such as another resource, see
// ResourceOptions.PathOnly.
func (r *Resource) Mount(mux *http.ServeMux) {
	for _, path := range r.Paths() {
		pattern := path
		if strings.HasSuffix(path, "/") {
			pattern += "{$}" // and not all below
		}
		// With methods, or the mux would have no place for this beside GET /.
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			r.mustBeFree(mux, method+" "+pattern, path)
			mux.Handle(method+" "+pattern, r)
		}
	}
}

func (r *Resource) mustBeFree(mux *http.ServeMux, pattern, path string) {
	method, _, _ := strings.Cut(pattern, " ")
	if _, found := mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}}); found == pattern {
		panic("guard: " + path + " is taken, maybe by another Resource; set ResourceOptions.PathOnly of all but one")
	}
}

// check returns why a guard can't stand before the resource.
func (r *Resource) check(h header) error {
	switch {
	case r == nil:
		return nil
	case r.scopes == nil:
		return errors.New("Options.Resource is empty; make one with guard.NewResource")
	case h.name != authorization:
		return fmt.Errorf("Options.Header is %q, and Options.Resource tells clients that the token comes in Authorization; leave out one of them", h.name)
	}
	return nil
}

// mistake returns why requirement number i of a route does not go with the resource.
func (r *Resource) mistake(i int, req validator.Requirement) error {
	if r == nil {
		return nil
	}
	if names := r.scopes.unknown(req); len(names) > 0 {
		return fmt.Errorf("requirement %d asks for %q, which ResourceOptions names neither in Scopes nor in AppRoles", i, names)
	}
	return nil
}

// register returns the scopes that a client needs for a route with these requirements
// and may ask for.
func (r *Resource) register(reqs []validator.Requirement) []string {
	if r == nil {
		return nil
	}
	return r.scopes.learn(reqs)
}

// complete adds to a refusal, of a route that needs these scopes, what its challenge
// says of the resource.
func (r *Resource) complete(refusal *Refusal, route []string) {
	if r == nil {
		return
	}
	refusal.metadataURL = r.metadataURL
	var granted []string
	if refusal.Token != nil {
		granted = refusal.Token.Scopes
	}
	switch refusal.status() {
	case http.StatusUnauthorized:
		refusal.ask = r.scopes.ask(route, granted)
	case http.StatusForbidden:
		// Without a scope that it lacks, a client would sign in again for nothing.
		lacks := func(s string) bool { return r.scopes.mayAsk(s) && !slices.Contains(granted, s) }
		if slices.ContainsFunc(refusal.Scopes, lacks) {
			refusal.ask = r.scopes.ask(refusal.Scopes, granted)
		}
	}
}
