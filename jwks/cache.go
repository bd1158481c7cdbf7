// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// Cache is a [Source] that fetches the metadata and keys of one authority and
// keeps them fresh. See the package comment for what it promises.
type Cache struct {
	authority authority.Authority
	opts      Options
	fetcher   *fetcher

	current atomic.Pointer[snapshot]

	ctx    context.Context //nolint:containedctx // the cache's own: it ends with Close, and fetches run on it
	cancel context.CancelFunc
	fetch  sync.WaitGroup

	mu        sync.Mutex // guards what follows; never held across I/O
	closed    bool
	flight    *flight
	timer     *time.Timer
	next      time.Time // when the timer is due
	turn      time.Time // of the next retry in the background, zero if it has none yet
	refreshed time.Time // when Refresh last made a request
	budget    budget
	meta      metadata // the last good one
	metadata  record
	keys      record
	due       bool // the next fetch in the background asks for metadata too
	wanted    bool // a token's issuer asks for metadata
	failures  int  // fetches in a row that failed
	lapsed    bool // it was told that the keys are too old
	woken     bool // since the last good keys a good answer of another gave hope
	stats     State
}

// snapshot is a set and when the server last confirmed what it was made of.
type snapshot struct {
	set            *Set
	keysAt, metaAt time.Time
}

// lapses returns when the snapshot is of no use any more.
func (s *snapshot) lapses(maxStale time.Duration) time.Time {
	if s.metaAt.Before(s.keysAt) {
		return s.metaAt.Add(maxStale)
	}
	return s.keysAt.Add(maxStale)
}

// usable returns the set unless it is too old.
func (s *snapshot) usable(maxStale time.Duration) *Set {
	if s == nil || time.Until(s.lapses(maxStale)) <= 0 {
		return nil
	}
	return s.set
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
	c := &Cache{authority: a, opts: o, fetcher: newFetcher(a, &o), budget: budget{per: o.MinRefetch}, due: true}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.stats.Authority = a.ID()
	return c, nil
}

func checkAuthority(a authority.Authority) error {
	if err := a.Err(); err != nil {
		return err
	}
	if a.TenantID() == "" {
		return fmt.Errorf("jwks: authority %s: the tenant's GUID is not known, so its issuer can't be told from a stranger's; add it with WithTenantID", a)
	}
	return nil
}

// Authority implements [Source].
func (c *Cache) Authority() authority.Authority { return c.authority }

// Current implements [Source].
func (c *Cache) Current() *Set { return c.current.Load().usable(c.opts.MaxStale) }

// Close stops the background refresh, ends a fetch under way and waits for
// it, though not for a log handler that is still busy with its outcome.
// Callers that wait in Find return with [ErrClosed]. It may be called more
// than once.
func (c *Cache) Close() error {
	c.mu.Lock()
	c.closed = true
	if c.timer != nil {
		c.timer.Stop()
	}
	c.mu.Unlock()
	c.cancel()
	c.fetch.Wait()
	c.current.Store(nil)
	c.opts.Limiter.forget(c)
	c.fetcher.close()
	return nil
}
