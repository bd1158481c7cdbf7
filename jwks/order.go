// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// order is what a fetch is to do, and what is known already.
type order struct {
	ask   asking
	all   bool // metadata and keys; else keys alone
	retry bool // repeats what has failed
	told  bool // follows news, and waits for no more

	known                  metadata // zero if nothing is
	metadataETag, keysETag string
	confirmed              time.Time // when the server last confirmed the keys
	turn                   uint64    // when it began, among what the Limiter counts

	cause Cause
	watch *watch // nil if nobody wants to know
}

// asking is whom a fetch asks.
type asking uint8

const (
	askBoth   asking = iota // the store, and the server if that has nothing new
	askServer               // somebody wants its answer
	askStore                // the server must not be asked now
)
