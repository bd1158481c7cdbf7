// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"net/http"
	"slices"
)

// Set is the origins that a token may be sent to.
type Set []Origin

// Allows tells whether a token may go along with this outgoing request: its
// URL has one of the origins, its Host field, if set, names the same one, and
// so it was for every request that led to it by a redirect. A foreign host
// that the request went through could otherwise aim the token at a path of its
// choosing.
//
// It relies on Request.Response, which http.Client sets as it follows
// redirects, and on Response.Request, see [Send].
func (s Set) Allows(r *http.Request) bool {
	for s.has(r) {
		if r.Response == nil {
			return true
		}
		r = r.Response.Request
	}
	return false
}

// Allows is [Set.Allows] for the one origin.
func (o Origin) Allows(r *http.Request) bool { return Set{o}.Allows(r) }

// has looks at the one request, whatever led to it.
func (s Set) has(r *http.Request) bool {
	if r == nil {
		return false
	}
	o, ok := Of(r.URL)
	if !ok || !slices.Contains(s, o) {
		return false
	}
	if r.Host == "" {
		return true
	}
	// The connection goes to the URL's host, but it is the Host header that
	// tells a shared front end whose service is meant.
	named, err := read(o.scheme, r.Host)
	return err == nil && named == o
}
