// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// Allowed reports whether a token for these origins may go along with this
// outgoing request: its URL has one of them, its Host field, if set, names the
// same one, and so it was for every request that led to it by a redirect. A
// foreign host that the request went through could otherwise aim the token at a
// path of its choosing.
//
// It relies on Request.Response, which http.Client sets as it follows
// redirects, and on Response.Request, see [Send].
func Allowed(r *http.Request, to ...origin.Origin) bool {
	for goesTo(r, to) {
		if r.Response == nil {
			return true
		}
		r = r.Response.Request
	}
	return false
}

// goesTo looks at the one request, whatever led to it.
func goesTo(r *http.Request, to []origin.Origin) bool {
	if r == nil {
		return false
	}
	o, ok := origin.Of(r.URL)
	if !ok || !slices.Contains(to, o) {
		return false
	}
	if r.Host == "" {
		return true
	}
	// The connection goes to the URL's host, but it is the Host header that
	// tells a shared front end whose service is meant.
	named, err := origin.Read(r.URL.Scheme, r.Host)
	return err == nil && named == o
}
