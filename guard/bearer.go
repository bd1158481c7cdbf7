// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"net/http"
	"strings"
)

// maxScan bounds how much of a header value is looked at, character by
// character. A longer bearer token goes to the validator as it is, which
// refuses it by its length alone. Spaces before it are skipped, however many.
const maxScan = 64 << 10

// credential returns the one token of the request. The fault is
// ErrNoCredential if there is none.
func (g *Guard) credential(req *http.Request) (string, *fault) {
	token, none := fromHeader(req.Header["Authorization"])
	if none != nil && none.reason != ErrNoCredential {
		return "", none
	}
	for _, extract := range g.extractors {
		t, err := extract(req)
		switch {
		case err != nil:
			return "", &fault{ErrMalformedCredential, "an extractor failed", err}
		case t == "":
			continue
		case token != "":
			// RFC 6750 section 3.1 calls more than one method invalid_request.
			return "", several("the request carries a token in two places")
		}
		token = t
	}
	if token == "" {
		return "", none
	}
	if len(token) <= maxScan && !isToken68(token) {
		return "", malformed(whyNotToken68(token))
	}
	return token, nil
}

// whyNotToken68 tells the usual mistakes apart.
func whyNotToken68(token string) string {
	switch {
	case len(token) > 6 && strings.EqualFold(token[:6], "Bearer"):
		return "the token begins with Bearer again"
	case token[0] == '"' || token[0] == '\'':
		return "the token stands in quotes"
	case strings.ContainsRune(token, ','):
		return "there is a comma in the token, as where headers were joined"
	}
	return "the token has characters that no token has (RFC 9110 section 11.2)"
}

// fromHeader returns the token of the Authorization header. Its grammar is
// credentials of RFC 9110 section 11.4 with the token68 of RFC 6750 section
// 2.1: the scheme in any case, one space or more, and the token. A header with
// nothing in it carries no credentials: RFC 6750 section 3.1 speaks of a
// request that lacks any authentication information.
func fromHeader(values []string) (string, *fault) {
	if len(values) == 0 {
		return "", absent("the request has no Authorization header")
	}
	if len(values) > 1 {
		return "", several("the request has several Authorization headers")
	}
	if isBlank(values[0]) {
		return "", absent("the Authorization header is empty")
	}
	scheme, rest, _ := strings.Cut(values[0], " ")
	if len(scheme) == len("Bearer") && strings.EqualFold(scheme, "Bearer") {
		if rest = strings.TrimLeft(rest, " "); rest == "" {
			return "", malformed("the Authorization header has no token after Bearer")
		}
		return rest, nil
	}
	return "", otherScheme(scheme, values[0])
}

// carriesNone tells whether there is no header of these values, or an empty
// one, rather than credentials of another scheme.
func carriesNone(values []string) bool {
	return len(values) == 0 || len(values) == 1 && isBlank(values[0])
}

// isBlank tells whether a header value is empty. Servers take off the space
// around it (RFC 9110 section 5.5), but not all do.
func isBlank(value string) bool { return len(value) <= maxScan && strings.Trim(value, " \t") == "" }

// otherScheme tells credentials of another scheme, which count as none, from
// what is no credentials at all.
func otherScheme(scheme, value string) *fault {
	switch {
	case len(value) > maxScan:
		return malformed("the Authorization header is too long, and of another scheme than Bearer")
	case !isToken(scheme):
		return malformed("the Authorization header does not begin with a scheme and a space")
	case listsBearer(value):
		// A proxy may have joined two headers, which RFC 9110 section 5.3 does
		// not permit here. Neither is to win.
		return several("the Authorization header is a list that has a bearer token in it")
	case strings.HasPrefix(scheme, "eyJ"):
		return absent("the Authorization header has no scheme; write Bearer and a space before the token")
	}
	return absent("the Authorization header is of another scheme than Bearer")
}

// listsBearer tells whether bearer credentials stand behind a comma. Commas
// alone are fine: Digest separates its parameters with them.
func listsBearer(value string) bool {
	for {
		_, rest, ok := strings.Cut(value, ",")
		if !ok {
			return false
		}
		value = rest
		rest = strings.TrimLeft(rest, " \t")
		if len(rest) >= len("Bearer") && strings.EqualFold(rest[:len("Bearer")], "Bearer") &&
			(len(rest) == len("Bearer") || !tchar[rest[len("Bearer")]]) {
			return true
		}
	}
}

// isToken68 tells whether s is a token68 of RFC 9110 section 11.2.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		if !char68[body[i]] {
			return false
		}
	}
	return body != ""
}

// isToken tells whether s is a token of RFC 9110 section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !tchar[s[i]] {
			return false
		}
	}
	return s != ""
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

var (
	char68 = charTable(alphanumeric + "-._~+/")
	tchar  = charTable(alphanumeric + "!#$%&'*+-.^_`|~")
)

func charTable(chars string) (table [256]bool) {
	for i := range len(chars) {
		table[chars[i]] = true
	}
	return table
}
