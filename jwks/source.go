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

	// Current returns the set to judge tokens by now, nil if none is usable.
	// It never waits and takes no lock.
	Current() *Set

	// Find returns a current set that has the key id, fetching one if need be
	// and allowed. If the authority is known not to publish the key, it
	// returns the current set without it. An empty key id asks for any set.
	// Find waits no longer than ctx, nor than a fetch may take. Errors are
	// *UnavailableError.
	Find(ctx context.Context, keyID string) (*Set, error)

	// FindIssuer is like Find for a set with this issuer: the one that B2C
	// writes may be changed, and metadata is then behind like a key set is
	// after a rotation.
	FindIssuer(ctx context.Context, issuer string) (*Set, error)

	// Ready returns nil if a usable set is there, fetching one if need be and
	// allowed. It suits readiness probes: it makes at most one attempt and
	// waits no longer than ctx.
	Ready(ctx context.Context) error

	// State returns a snapshot for people and metrics.
	State() State

	// Close stops all work. Sources are of no use afterwards.
	Close() error
}
