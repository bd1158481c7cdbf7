// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
)

// noSubject is what B2C writes where a user flow has no subject.
const noSubject = "Not supported currently. Use oid claim."

// ofTokens are the claims that say nothing of a person: all tokens have them, or
// those of some kind.
var ofTokens = []string{"ver", "iss", "iat", "nbf", "exp", "aud", "azp", "scp", "acr", "tfp", "nonce", "auth_time", "at_hash", "c_hash"}

// checkClaims adds what is wrong with the claims of a flow and its UserInfo
// endpoint.
func (f Flow) checkClaims(all *mistakes, field string) {
	seen := fold.Set{}
	for i, name := range f.Claims {
		field := fmt.Sprintf("%s.Claims[%d]", field, i)
		switch {
		case name == "":
			all.add(field, "is empty")
		case slices.Contains(ofTokens, name):
			all.add(field, "%q is no claim of a person: tokens have it anyway", name)
		case seen.Twice(name):
			all.add(field, "%q is there twice", name)
		}
	}
	switch {
	case len(f.UserInfo) == 0:
	case !f.custom():
		all.add(field+".UserInfo", "is set, but only a custom policy may have a UserInfo endpoint")
	case slices.Contains(f.UserInfo, ""):
		all.add(field+".UserInfo", "has an empty one")
	case f.NoSubject:
		all.add(field+".UserInfo", "is set, but so is NoSubject: nobody would be found")
	}
}

// hasClaim reports whether the flow's tokens say something of a person.
func (f *Flow) hasClaim(name string) bool {
	return len(f.Claims) == 0 || slices.Contains(f.Claims, name)
}

// ofPerson returns those of a user's own claims that the flow's tokens have. What
// says nothing of a person is for tests of odd tokens, and stays.
func (f *Flow) ofPerson(claims map[string]any) map[string]any {
	if len(f.Claims) == 0 {
		return claims
	}
	chosen := map[string]any{}
	for name, value := range claims {
		if f.hasClaim(name) || name == "sub" || slices.Contains(ofTokens, name) {
			chosen[name] = value
		}
	}
	return chosen
}

// claimsSupported are those that the flow's metadata list. B2C: a custom policy
// lists its own output claims.
func (f *Flow) claimsSupported() []string {
	own := []string{"oid", "sub", "newUser", "name", "emails", "idp"}
	switch {
	case len(f.Claims) > 0:
		own = slices.Clone(f.Claims)
	case f.custom():
		return []string{"sub", "name", "given_name", "family_name", "email", "newUser", "idp", "tid", "iss", "iat", "exp", "aud", "acr", "nonce", "auth_time"}
	}
	if !f.custom() {
		own = append(own, "tfp")
	}
	return append(own, "iss", "iat", "exp", "aud", "acr", "nonce", "auth_time")
}

// subject returns "sub" of a user's tokens.
func (f *Flow) subject(u *User) string {
	if f.NoSubject {
		return noSubject
	}
	return u.ObjectID
}

// tfp returns the claim of that name.
func (f *Flow) tfp() string {
	if f.LowerTFP {
		return strings.ToLower(f.Name)
	}
	return f.Name
}
