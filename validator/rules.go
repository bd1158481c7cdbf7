// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"

	"github.com/b2ckit/b2ckit/authority"
)

// rules are what a token has to fit besides its authority. Access tokens and ID
// tokens differ in these values and in the wording of their errors, and nowhere
// else is asked which of them it is. Clients are part of what is trusted and
// change with it.
type rules struct {
	// Form.
	maxBytes       int
	maxBytesOption string // its name, for errors
	accessType     bool   // typ may be the one of RFC 9068
	types          string // the types that may be, for errors
	encrypted      string // what an encrypted token may be, for errors

	algorithms []authority.Algorithm // that any of the trusted authorities signs with
	allowed    string                // these, for errors

	// Claims.
	signInDecides bool // acr and auth_time are what the token is for, so they must be of the right type

	// Authority.
	named       bool     // audiences that authorities name count, not only the one given
	oneAudience bool     // the token is for nobody else
	missingFlow []string // clients whose tokens may name no flow

	missingRoles []string // clients whose own tokens may have no roles

	// Checks.
	clock         clock
	needsIssuedAt bool
	access        bool     // it is an access token, as far as claims tell
	clients       []string // whose tokens are accepted; those of all if there are none
	clientMissing bool     // the client need not be named

	names fieldNames // what the lists are called where they come from, for errors
}

// accessTokenRules are those of tokens for an API.
func accessTokenRules() rules {
	return rules{
		accessType: true, types: "JWT or at+jwt",
		encrypted: "this is an encrypted token (JWE), as B2C's refresh tokens and codes are; send the access token",
		named:     true,
		access:    true,

		algorithms: algorithmsOf(nil), allowed: "RS256 is",
	}
}

// idTokenRules are those of tokens that tell an app who signed in, and when
// (OpenID Connect Core sections 2 and 3.1.3.7). B2C writes no azp into them.
func idTokenRules() rules {
	return rules{
		types:         "JWT",
		encrypted:     "this is an encrypted token (JWE), as B2C's refresh tokens and codes are, and no ID token",
		signInDecides: true,
		oneAudience:   true,
		needsIssuedAt: true,
		clientMissing: true,
		algorithms:    algorithmsOf(nil),
		allowed:       "RS256 is",
	}
}

// mayMissRoles reports whether the client's own tokens may have no roles.
func (r *rules) mayMissRoles(clientID string) bool {
	return clientID != "" && slices.Contains(r.missingRoles, clientID)
}

// mayMissFlow reports whether tokens of the client may name no flow.
func (r *rules) mayMissFlow(clientID string) bool {
	return clientID != "" && slices.Contains(r.missingFlow, clientID)
}
