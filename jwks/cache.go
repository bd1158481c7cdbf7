// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
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

	mu      sync.Mutex // guards what follows; never held across I/O
	closed  bool
	flight  *flight
	timer   *time.Timer
	next    time.Time
	budget  budget
	backoff backoff
	meta    metadata
	etags   [2]string // of the accepted metadata and keys
	wantAll bool      // the next fetch must ask for metadata too
	stats   State
}

// snapshot is a set and when the server last confirmed it.
type snapshot struct {
	set *Set
	at  time.Time
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
	c := &Cache{authority: a, opts: o, fetcher: newFetcher(a, &o), budget: budget{per: o.MinRefetch}}
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
func (c *Cache) Current() *Set {
	s := c.current.Load()
	if s == nil || time.Since(s.at) >= c.opts.MaxStale {
		return nil
	}
	return s.set
}

// Find implements [Source].
func (c *Cache) Find(ctx context.Context, keyID string) (*Set, error) {
	return c.find(ctx, true, func(s *Set) bool {
		_, ok := s.Key(keyID)
		return ok || keyID == ""
	})
}

// FindIssuer implements [Source].
func (c *Cache) FindIssuer(ctx context.Context, issuer string) (*Set, error) {
	return c.find(ctx, false, func(s *Set) bool { return s.issuer == issuer })
}

// FindTimeout returns how long Find and its like wait at most.
func (c *Cache) FindTimeout() time.Duration { return c.opts.FetchTimeout + waitSlack }

// waitSlack lets a fetch that runs into its deadline say so itself.
const waitSlack = 50 * time.Millisecond

func (c *Cache) find(ctx context.Context, keysOnly bool, wanted func(*Set) bool) (*Set, error) {
	deadline := time.Now().Add(c.FindTimeout())
	for waited := 0; ; {
		before := c.current.Load()
		set := c.Current()
		if set != nil && wanted(set) {
			return set, nil
		}
		if waited == 2 {
			return c.verdict(set)
		}
		f, joined := c.begin(before, set != nil, keysOnly)
		switch {
		case f == nil && c.current.Load() != before:
			continue // a fetch ended just now; look again
		case f == nil:
			return c.verdict(set)
		}
		ctx, cancel := context.WithDeadline(ctx, deadline)
		select {
		case <-f.done:
			cancel()
		case <-c.ctx.Done(): // closed; the verdict says so
			cancel()
		case <-ctx.Done():
			cancel()
			return nil, &UnavailableError{Authority: c.authority.ID(), RetryAfter: time.Second, Usable: set != nil, Err: fmt.Errorf("the caller stopped waiting: %w", context.Cause(ctx))}
		}
		// A fetch that was under way when we came may have read the keys just
		// before ours was published, so that one is worth another.
		if waited++; !joined {
			waited = 2
		}
	}
}

// verdict is the answer when no further fetch is to be waited for.
func (c *Cache) verdict(set *Set) (*Set, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.stats.LastError
	switch {
	case c.closed:
		err = ErrClosed
	case set != nil && err == nil:
		return set, nil // the authority does not publish the key
	case err == nil: // the last set has just lapsed
		err = errors.New("the keys are too old")
	}
	return nil, &UnavailableError{Authority: c.authority.ID(), RetryAfter: c.backoff.wait(set != nil), Usable: set != nil, Err: err}
}

// Ready implements [Source].
func (c *Cache) Ready(ctx context.Context) error {
	_, err := c.Find(ctx, "")
	return err
}

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
	c.fetcher.close()
	return nil
}
