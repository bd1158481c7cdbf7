// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "github.com/b2ckit/b2ckit/emulator/internal/wire"

// ConditionalAccess is what has to be before somebody gets tokens for an API on
// behalf of a user, or by a refresh token.
type ConditionalAccess int

const (
	// NoCondition asks for nothing.
	NoCondition ConditionalAccess = iota
	// RequireMFA asks for a second factor: the answer is AADSTS50076 with a
	// challenge ("claims"), until the user signs in for the API itself, or for any
	// with the challenge in the request. Whoever does so has met it; the emulator's
	// pages ask for no second factor.
	RequireMFA
	// BlockAccess gives nobody a token: the answer is AADSTS53003.
	BlockAccess
)

// String returns "none", "require-mfa" or "block".
func (c ConditionalAccess) String() string { return conditions.Name(int(c)) }

// MarshalText returns what String does.
func (c ConditionalAccess) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String returns.
func (c *ConditionalAccess) UnmarshalText(text []byte) error {
	return wire.ReadWord(c, conditions, text)
}

var conditions = wire.Words{"none", "require-mfa", "block"}
