// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// State is how a [Source] is doing at one time. Times are zero for what has not happened.
type State struct {
	// Authority is the authority's ID.
	Authority string
	// Issuer is the exact issuer of the metadata, "" before the first fetch.
	Issuer string
	// Usable reports whether tokens can be validated now.
	Usable bool
	// KeyIDs are the ids of the usable keys, sorted.
	KeyIDs []string
	// Ignored are the published keys that are not used.
	Ignored []IgnoredKey
	// LastSuccess is when the keys were last confirmed by the server, and Age
	// how long ago that was.
	LastSuccess time.Time
	Age         time.Duration
	// FromSnapshot reports whether the keys are those of Options.Snapshots, as
	// this process or another one has fetched them, and not of its own last fetch.
	FromSnapshot bool
	// LastError is the error of the last attempt to get the keys, or else the
	// metadata; nil if both were good.
	LastError error
	// LastErrorAt is when a fetch last failed, kept after recovery.
	LastErrorAt time.Time
	// NextRefresh is when the next fetch is planned.
	NextRefresh time.Time
	// MetadataFetches and KeyFetches count requests, Failures failed fetches.
	MetadataFetches, KeyFetches, Failures uint64
	// FindTimeout is how long Source.Find waits at most, whatever its context
	// allows; 0 if it doesn't wait.
	FindTimeout time.Duration
}

// history is what came of the fetches so far. Its upkeep guards it.
type history struct {
	inARow      int // fetches that failed, without a good one since
	failures    uint64
	lastError   time.Time
	lastSuccess time.Time // of keys
	stored      bool      // they came from the store
}

// confirm notes where good keys came from.
func (h *history) confirm(out *outcome) {
	h.lastSuccess, h.stored = time.Now(), out.stored
	if out.stored || out.keys.lent {
		h.lastSuccess = out.keys.begun
	}
}

// count counts a fetch that ended with err, and returns how many have failed in a
// row: up to this one, or before it.
func (h *history) count(err error) (failures int) {
	if err == nil {
		failures, h.inARow = h.inARow, 0
		return failures
	}
	h.inARow++
	h.failures++
	h.lastError = time.Now()
	return h.inARow
}
