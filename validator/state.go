// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import "github.com/b2ckit/b2ckit/jwks"

// State is how a [Validator] is doing, for people and metrics.
type State struct {
	// Authorities are the states of the trusted authorities' keys, in the order in
	// which these were given, and of one time, whatever changes meanwhile.
	Authorities []jwks.State

	// Memory is the memory of verified tokens.
	Memory MemoryState
}

// MemoryState is how the memory of verified tokens is doing, see
// Options.MemoryBytes. It is zero if there is none.
type MemoryState struct {
	// Hits and Misses count the tokens that were recalled, and those that had to be
	// validated whole, bad ones among them, since the validator was made. Tokens over
	// Options.MaxTokenBytes are neither: they are refused unread.
	Hits, Misses uint64

	// Tokens are how many are remembered.
	Tokens int

	// Bytes are what they take, and MaxBytes what they may.
	Bytes, MaxBytes int64

	// Evicted counts those that went since there was no room.
	Evicted uint64
}
