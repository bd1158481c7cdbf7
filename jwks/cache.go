// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
)

// Cache is a [Source] that fetches the metadata and keys of one authority and
// keeps them fresh. See the package comment for what it promises.
type Cache struct {
	authority authority.Authority
	upkeep    upkeep
}

// New returns the cache for an authority whose tenant GUID is known. It does
// no I/O. Close it when it is no longer needed.
func New(a authority.Authority, opts *Options) (*Cache, error) {
	if err := checkAuthority(a); err != nil {
		return nil, err
	}
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Cache{authority: a}
	c.upkeep.init(a, o)
	return c, nil
}

func checkAuthority(a authority.Authority) error {
	if err := a.Err(); err != nil {
		return err
	}
	if len(a.Issuers()) == 0 {
		return fmt.Errorf("jwks: authority %s: the tenant's GUID is not known, so its issuer can't be told from a stranger's; add it with WithTenantID", a)
	}
	return nil
}

// Authority implements [Source].
func (c *Cache) Authority() authority.Authority { return c.authority }

// Current implements [Source].
func (c *Cache) Current() *Set { return c.upkeep.usable() }

// State implements [Source].
func (c *Cache) State() State {
	s := c.upkeep.state()
	s.Authority, s.FindTimeout = c.authority.ID(), c.findTimeout()
	return s
}

// Close stops the background refresh, ends a fetch under way and waits for
// it, though not for a log handler that is still busy with its outcome.
// Callers that wait in Find return with [ErrClosed]. What has just been fetched
// is yet saved to Options.Snapshots, for which Close waits a fifth of
// Options.FetchTimeout at most. It may be called more than once.
func (c *Cache) Close() error {
	c.upkeep.close()
	return nil
}
