// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// State is a snapshot of a [Source]. Times are zero for what has not happened.
type State struct {
	// Authority is the authority's ID.
	Authority string
	// Issuer is the exact issuer of the metadata, "" before the first fetch.
	Issuer string
	// Usable tells whether tokens can be judged now.
	Usable bool
	// KeyIDs are the ids of the usable keys, sorted.
	KeyIDs []string
	// Ignored are the published keys that are not used.
	Ignored []IgnoredKey
	// LastSuccess is when the keys were last confirmed by the server, and Age
	// how long ago that was.
	LastSuccess time.Time
	Age         time.Duration
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

// State implements [Source].
func (c *Cache) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.FindTimeout = c.findTimeout()
	s.NextRefresh = c.next
	if snap := c.current.Load(); snap != nil {
		s.Issuer = snap.set.issuer
		s.KeyIDs, s.Ignored = snap.set.KeyIDs(), snap.set.Ignored()
		s.Age = time.Since(snap.keysAt)
		s.Usable = snap.usable(c.opts.MaxStale) != nil
	}
	return s
}
