// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/jwks/internal/private"
	"github.com/b2ckit/b2ckit/keyring"
)

// MaxSnapshotBytes is the length of the longest value that a [Store] is given.
// Of what is longer it need not read more than one byte beyond that. B2C's
// snapshots have about 5 kB.
const MaxSnapshotBytes = 256 << 10

// Store keeps key snapshots outside of the process: in a file, for its next
// start, or in a database, for a fleet. It knows nothing of what it keeps, and
// is trusted with nothing: see [NewSnapshots].
//
// It is called on goroutines of the caches, by many at once, and each call is
// given a tenth of Options.FetchTimeout. One that takes longer, fails or panics
// counts as away, and is left alone for a second. The log calls it by its
// String, if it has one, else by its Place.
type Store interface {
	// Place tells this store's part from those of others in whatever it shares
	// with them, such as the prefix of its keys in a database. A snapshot that is
	// moved to another place does not open there. It is the same for the whole
	// fleet, and never changes.
	Place() string

	// Load returns the value saved under the name, or nil if there is none.
	Load(ctx context.Context, name string) ([]byte, error)

	// Save keeps a copy of the value for at most ttl, in place of what is there:
	// the whole of it, or nothing. A file may keep it longer. The name is of 64
	// hex digits.
	Save(ctx context.Context, name string, value []byte, ttl time.Duration) error
}

// Leaser is a Store that can also say which process fetches, so that of a fleet
// one does while the others wait briefly for what it gets. A lease saves
// requests; nothing breaks if two processes hold it.
type Leaser interface {
	Store
	// Lease takes the name for at most ttl and returns true, or returns false if
	// another holder has it. Only after true, and then exactly once, release is
	// called; it must not give away a lease that has passed to another holder
	// meanwhile, and must not wait long.
	Lease(ctx context.Context, name string, ttl time.Duration) (release func(), ok bool, err error)
}

// Snapshots are stored copies of what the caches have fetched. Caches of many
// authorities, of many validators, may have the same ones. See the package
// comment for what they are used for.
type Snapshots struct {
	calls *storeCalls
	ring  *keyring.Ring // nil if they are not sealed
}

// NewSnapshots returns snapshots that the ring seals and the store keeps. It
// does no I/O. Each is bound to its authority, its name and the store's place,
// and tells when the server confirmed it. So whoever can write to the store can
// delete snapshots, and put back an earlier one of the same authority until that
// is older than Options.MaxStale; no key of theirs is ever trusted.
//
// The ring must not be nil. Package keyfile has a store that can do without.
func NewSnapshots(store Store, ring *keyring.Ring) (*Snapshots, error) {
	if store == nil {
		return nil, errors.New("jwks: store: nil")
	}
	if _, ok := store.(private.Store); !ok && ring == nil {
		return nil, errors.New("jwks: ring: nil; whoever could write to the store could have any token accepted, so snapshots are sealed")
	}
	return &Snapshots{calls: &storeCalls{store: store}, ring: ring}, nil
}

// String tells where they are.
func (s *Snapshots) String() string {
	return fmt.Sprintf("jwks.Snapshots(%s)", s.calls.where())
}
