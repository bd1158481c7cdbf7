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
	token, none := g.header.token(req.Header[g.header.name])
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
		return "there is one Bearer too many before the token"
	case token[0] == '"' || token[0] == '\'':
		return "the token stands in quotes"
	case strings.ContainsRune(token, ','):
		return "there is a comma in the token, as where headers were joined"
	}
	return "the token has characters that no token has (RFC 9110 section 11.2)"
}

// bearer returns the token of a header that has a scheme. Its grammar is
// credentials of RFC 9110 section 11.4 with the token68 of RFC 6750 section
// 2.1: the scheme in any case, one space or more, and the token.
func (h header) bearer(value string) (string, *fault) {
	scheme, rest, _ := strings.Cut(value, " ")
	if len(scheme) == len("Bearer") && strings.EqualFold(scheme, "Bearer") {
		if rest = strings.TrimLeft(rest, " "); rest == "" {
			return "", malformed("the " + h.name + " header has no token after Bearer")
		}
		return rest, nil
	}
	return "", h.otherScheme(scheme, value)
}

// otherScheme tells credentials of another scheme, which count as none, from
// what is no credentials at all.
func (h header) otherScheme(scheme, value string) *fault {
	name := "the " + h.name + " header "
	switch {
	case len(value) > maxScan:
		return malformed(name + "is too long, and of another scheme than Bearer")
	case !isToken(scheme):
		return malformed(name + "does not begin with a scheme and a space")
	case listsBearer(value):
		// A proxy may have joined two headers, which RFC 9110 section 5.3 does
		// not permit here. Neither is to win.
		return several(name + "is a list that has a bearer token in it")
	case strings.HasPrefix(scheme, "eyJ") && h.name != authorization:
		return absent(name + "has no scheme; write Bearer and a space before the token, or set Options.BareToken")
	case strings.HasPrefix(scheme, "eyJ"):
		return absent(name + "has no scheme; write Bearer and a space before the token")
	}
	return absent(name + "is of another scheme than Bearer")
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
