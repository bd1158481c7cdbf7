// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"net/http"
	"strings"
)

const authorization = "Authorization"

// Credentials returns the value of the header Authorization that carries a token
// (RFC 6750 section 2.1).
func Credentials(token string) string { return "Bearer " + token }

// With returns a shallow copy of the request with a header of its own, in which
// the credentials are the only Authorization, in whatever case other ones are
// spelled. The request itself is not changed: an http.RoundTripper must not do
// so.
func With(r *http.Request, credentials string) *http.Request {
	count := 1
	for _, values := range r.Header {
		count += len(values)
	}
	all := make([]string, 0, count) // one array for all values, as Header.Clone has it
	header := make(http.Header, len(r.Header)+1)
	put := func(name string, values ...string) {
		if header[name] = nil; values != nil {
			begin := len(all)
			all = append(all, values...)
			header[name] = all[begin:len(all):len(all)]
		}
	}
	for name, values := range r.Header {
		if !strings.EqualFold(name, authorization) {
			put(name, values...)
		}
	}
	put(authorization, credentials)
	r = r.WithContext(r.Context())
	r.Header = header
	return r
}

// HasAuthorization reports whether the request has an Authorization header, in
// whatever case it is spelled: net/http sends names that were put into the map
// as they are.
func HasAuthorization(r *http.Request) bool {
	for name, values := range r.Header {
		if len(values) > 0 && strings.EqualFold(name, authorization) {
			return true
		}
	}
	return false
}

// Send has base send the request with the [Credentials], see [With]. The
// Response.Request of what it returns is r, as if r itself had been sent: so
// the token does not get to those who only see the response, and [Allowed]
// sees what http.Client asked for, even if base leaves the field empty.
func Send(base http.RoundTripper, r *http.Request, credentials string) (*http.Response, error) {
	resp, err := base.RoundTrip(With(r, credentials))
	if resp != nil {
		resp.Request = r
	}
	return resp, err
}
