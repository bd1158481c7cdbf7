// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"maps"
	"net/http"
	"strings"
)

// With returns a shallow copy of the request with a header of its own,
// in which the token is the only Authorization, in whatever case other ones
// are spelled. The request itself is not changed: an http.RoundTripper must
// not do so.
func With(r *http.Request, token string) *http.Request {
	r = r.WithContext(r.Context())
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	maps.DeleteFunc(header, func(key string, _ []string) bool { return strings.EqualFold(key, "Authorization") })
	header.Set("Authorization", "Bearer "+token)
	r.Header = header
	return r
}

// HasAuthorization reports whether the request has an Authorization header, in
// whatever case it is spelled: net/http sends names that were put into the map
// as they are.
func HasAuthorization(r *http.Request) bool {
	for name, values := range r.Header {
		if len(values) > 0 && strings.EqualFold(name, "Authorization") {
			return true
		}
	}
	return false
}

// Send has base send the request with the token, see [With]. The
// Response.Request of what it returns is r, as if r itself had been sent: so
// the token does not get to those who only see the response, and [Allowed]
// sees what http.Client asked for, even if base leaves the field empty.
func Send(base http.RoundTripper, r *http.Request, token string) (*http.Response, error) {
	resp, err := base.RoundTrip(With(r, token))
	if resp != nil {
		resp.Request = r
	}
	return resp, err
}
