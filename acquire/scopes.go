// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"slices"
	"strings"
)

// Scopes that ask for something else than access to an API.
var oidcScopes = []string{"openid", "offline_access", "profile", "email"}

// apiScopes returns the scopes of an API among all, sorted and once each:
// what an access token is for, and so what it is cached by. The result is one
// text with single spaces.
func apiScopes(all []string) (string, *Error) {
	if len(all) == 1 && checkScope(all[0]) && !slices.Contains(oidcScopes, all[0]) {
		return all[0], nil
	}
	kept := make([]string, 0, len(all))
	for _, s := range all {
		if !checkScope(s) {
			return "", fail(ErrConfiguration, "", "scope %q: not a scope; give each its own argument, as {App ID URI}/{scope}", s)
		}
		if !slices.Contains(oidcScopes, s) {
			kept = append(kept, s)
		}
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), " "), nil
}

// checkScope tells whether s is a scope-token (RFC 6749 section 3.3).
func checkScope(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return false
		}
	}
	return s != ""
}

// userScopes is what is sent for a user: an ID token, a refresh token, and
// the scopes of the API.
func userScopes(api string) string {
	return strings.TrimSuffix("openid offline_access "+api, " ")
}

// errNoneGiven is for scopes of an API that B2C gave no token for.
func errNoneGiven(during string) *Error {
	return fail(ErrNoAccessToken, during, "B2C gave no access token for these scopes; is the application granted them, and were they asked for when the user signed in?")
}

func errNoAPIScope(during string) *Error {
	return fail(ErrNoAccessToken, during, "no scope of an API was asked for, and B2C gives no access token for openid alone; ask for {App ID URI}/{scope}, or for the application's own client id")
}
