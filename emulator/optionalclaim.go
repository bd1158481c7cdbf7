// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "github.com/b2ckit/b2ckit/emulator/internal/wire"

// OptionalClaim is a claim that tokens have if the app they are for asks for it.
type OptionalClaim int

const (
	// IDTyp is "idtyp": "app" in the tokens of apps themselves.
	IDTyp OptionalClaim = iota
	// IDTypOfUsers is IDTyp with its property include_user_token: users' access
	// tokens have an "idtyp" too, "user".
	IDTypOfUsers
	// Groups is "groups", those of the user. Of more than 200 there is none: an
	// access token or ID token then says by "_claim_names" and "_claim_sources"
	// where they are to be asked for, and one that comes from the authorize
	// endpoint itself has "hasgroups".
	Groups
	// Capabilities is "xms_cc": ["cp1"] for a client that has said, by the
	// parameter "claims", that it can answer to a claims challenge.
	Capabilities
)

// String returns "idtyp", "idtyp-of-users", "groups" or "xms_cc".
func (c OptionalClaim) String() string { return optionalClaims.Name(int(c)) }

// MarshalText returns what String does.
func (c OptionalClaim) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String returns.
func (c *OptionalClaim) UnmarshalText(text []byte) error {
	return wire.ReadWord(c, optionalClaims, text)
}

var optionalClaims = wire.Words{"idtyp", "idtyp-of-users", "groups", "xms_cc"}
