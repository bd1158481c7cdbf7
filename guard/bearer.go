// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import "strings"

const authorization = "Authorization"

// maxScan bounds how much of a header value is looked at, character by
// character. A longer bearer token goes to the validator as it is, which
// refuses it by its length alone. Spaces before it are skipped, however many.
const maxScan = 64 << 10

// bearerOf returns the token of the named header, which has a scheme. Its
// grammar is credentials of RFC 9110 section 11.4 with the token68 of RFC 6750
// section 2.1: the scheme in any case, one space or more, and the token.
func bearerOf(header, value string) (string, *problem) {
	scheme, rest, _ := strings.Cut(value, " ")
	if len(scheme) == len("Bearer") && strings.EqualFold(scheme, "Bearer") {
		if rest = strings.TrimLeft(rest, " "); rest == "" {
			return "", malformed("the " + header + " header has no token after Bearer")
		}
		return rest, nil
	}
	return "", otherScheme(header, scheme, value)
}

// otherScheme distinguishes credentials of another scheme, which count as none,
// from what is no credentials at all.
func otherScheme(header, scheme, value string) *problem {
	name := "the " + header + " header "
	switch {
	case len(value) > maxScan:
		return malformed(name + "is too long, and of another scheme than Bearer")
	case !isToken(scheme):
		return malformed(name + "does not begin with a scheme and a space")
	case listsBearer(value):
		// A proxy may have joined two headers, which RFC 9110 section 5.3 does
		// not permit here. Neither is to win.
		return several(name + "is a list that has a bearer token in it")
	case strings.HasPrefix(scheme, "eyJ") && header != authorization:
		return absent(name + "has no scheme; write Bearer and a space before the token, or set Options.BareToken")
	case strings.HasPrefix(scheme, "eyJ"):
		return absent(name + "has no scheme; write Bearer and a space before the token")
	}
	return absent(name + "is of another scheme than Bearer")
}

// listsBearer reports whether bearer credentials stand behind a comma. Commas
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

// whyNotToken68 returns which of the usual mistakes it is.
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
