// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// header is the one header that the token comes in.
type header struct {
	name string // in canonical form
	bare bool   // it holds the token alone, without a scheme
}

// check returns why the header can't be the one.
func (h header) check() error {
	switch {
	case h.name == authorization && h.bare:
		return errors.New("Options.BareToken: in Authorization a scheme comes before the token (RFC 9110 section 11.4); name another header in Options.Header")
	case !isToken(h.name):
		return fmt.Errorf("Options.Header %q: not the name of a header (RFC 9110 section 5.1)", h.name)
	case h.isTaken():
		return fmt.Errorf("Options.Header %q: servers, browsers or proxies use it themselves; for cookies and subprotocols there is Options.Extractors", h.name)
	}
	return nil
}

// isTaken reports whether the header is one that net/http acts on or takes away,
// that an extractor or the guard itself reads for something else, or that
// browsers forbid to scripts (https://fetch.spec.whatwg.org/#forbidden-request-header).
func (h header) isTaken() bool {
	return slices.Contains(takenNames, h.name) ||
		slices.ContainsFunc(takenPrefixes, func(prefix string) bool { return strings.HasPrefix(h.name, prefix) })
}

var (
	takenNames = []string{
		"Connection", "Cookie", "Cookie2", "Date", "Expect", "Host", "Keep-Alive", "Origin", "Referer",
		"Set-Cookie", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "Www-Authenticate",
	}
	takenPrefixes = []string{"Accept", "Access-Control-", "Content-", "Proxy-", "Sec-"}
)

// token returns the token of the header. A header with nothing in it carries
// no credentials: RFC 6750 section 3.1 speaks of a request that lacks any
// authentication information.
func (h header) token(values []string) (string, *problem) {
	switch {
	case len(values) == 0:
		return "", absent("the request has no " + h.name + " header")
	case len(values) > 1:
		return "", several("the request has several " + h.name + " headers")
	case isBlank(values[0]):
		return "", absent("the " + h.name + " header is empty")
	case h.bare:
		return values[0], nil
	}
	return bearerOf(h.name, values[0])
}

// isEmpty reports whether the request carries nothing in the header, rather than
// credentials of another scheme.
func (h header) isEmpty(req *http.Request) bool {
	values := req.Header[h.name]
	return len(values) == 0 || len(values) == 1 && isBlank(values[0])
}

// isBlank reports whether a header value is empty. Servers take off the space
// around it (RFC 9110 section 5.5), but not all do.
func isBlank(value string) bool {
	if len(value) > maxScan {
		return false
	}
	for i := range len(value) {
		if value[i] != ' ' && value[i] != '\t' {
			return false
		}
	}
	return true
}
