// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
)

// Source is where the keys of one authority come from. [Cache] gets them over
// the network, [Static] has them from the start; other sources wrap one of
// these. All methods are safe for concurrent use.
type Source interface {
	// Authority returns the authority whose keys these are.
	Authority() authority.Authority

	// Current returns the set to verify tokens with now, nil if none is usable.
	// It never waits and takes no lock.
	Current() *Set

	// Find returns a usable set that fits the query, fetching one if need be
	// and allowed. If a fetch just now has shown that the authority publishes
	// none that does, it returns the current set; if none is allowed, it returns
	// an error. Find waits no longer than ctx, nor than State.FindTimeout; it
	// suits readiness probes. Errors are *UnavailableError.
	Find(ctx context.Context, q Query) (*Set, error)

	// Refresh fetches metadata and keys now, whatever is there and however
	// often that has failed, but not while the server wants to be left alone
	// (HTTP 429), and at most once a second: within that it returns what the
	// last fetch did. It returns when the server has answered or ctx ends. The
	// keys that are there stay if it fails.
	Refresh(ctx context.Context) error

	// State returns how the source is doing, for people and metrics, and how long
	// Find may wait.
	State() State

	// Close stops all work. Sources are of no use afterwards.
	Close() error
}

// Query says which set is looked for. The zero Query is content with any that
// is usable.
type Query struct {
	// KeyID is the id of a key that the set is to have.
	KeyID string

	// Issuer is a token's issuer that the set is to issue ([Set.Issues]): the one that
	// B2C writes may be changed, and metadata is then behind like a key set is after
	// a rotation.
	Issuer string
}
