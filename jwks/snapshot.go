// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// snapshot is what tokens are validated with: the two documents as the server
// last confirmed them together. It is immutable, and holds all that a cache
// would need to go on from it.
type snapshot struct {
	metadata     metadata
	set          *Set // its issuer is the metadata's
	metadataFrom confirmation
	keysFrom     confirmation
}

// withMetadata returns the snapshot whose metadata has been confirmed again, though
// the keys may have failed meanwhile.
func (s *snapshot) withMetadata(c confirmation) *snapshot {
	next := *s
	next.metadataFrom = c
	return &next
}

// lapses returns when the snapshot is of no use any more.
func (s *snapshot) lapses(maxStale time.Duration) time.Time {
	if s.metadataFrom.at.Before(s.keysFrom.at) {
		return s.metadataFrom.at.Add(maxStale)
	}
	return s.keysFrom.at.Add(maxStale)
}

// usable returns the set unless it is too old.
func (s *snapshot) usable(maxStale time.Duration) *Set {
	if s == nil || time.Until(s.lapses(maxStale)) <= 0 {
		return nil
	}
	return s.set
}
