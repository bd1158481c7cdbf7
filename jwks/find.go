// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// demand is what a caller that waits for a fetch wants of it.
type demand struct {
	issuer bool // metadata must be asked for: it may name another issuer by now
	token  bool // on behalf of a token, and counts among what those may cause
}

// Find implements [Source].
func (c *Cache) Find(ctx context.Context, q Query) (*Set, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.findTimeout(), errPatience)
	defer cancel()
	// Without any set, what is fetched for the key names the issuer as well.
	if q.Issuer != "" && (q.KeyID == "" || c.Current() != nil) {
		set, err := c.find(ctx, demand{issuer: true, token: true}, func(s *Set) bool { return s.issuer == q.Issuer })
		if q.KeyID == "" || err != nil || set.issuer != q.Issuer {
			return set, err
		}
	}
	return c.find(ctx, demand{token: q.KeyID != ""}, func(s *Set) bool {
		_, ok := s.Key(q.KeyID)
		return ok || q.KeyID == ""
	})
}

// Ready returns nil if a usable set is there, fetching one if need be and
// allowed: it makes at most one attempt and waits no longer than ctx.
func (c *Cache) Ready(ctx context.Context) error {
	_, err := c.Find(ctx, Query{})
	return err
}

// findTimeout is how long Find waits at most.
func (c *Cache) findTimeout() time.Duration { return c.opts.FetchTimeout + waitSlack }

// waitSlack lets a fetch that runs into its deadline say so itself.
const waitSlack = 50 * time.Millisecond

func (c *Cache) find(ctx context.Context, d demand, wanted func(*Set) bool) (*Set, error) {
	for waited := 0; ; {
		before := c.current.Load()
		set := before.usable(c.opts.MaxStale)
		if set != nil && wanted(set) {
			return set, nil
		}
		if waited == 2 {
			return c.verdict(d, set)
		}
		f, joined, err := c.begin(before, d)
		switch {
		case err != nil && set != nil && d.issuer && c.knowsIssuer(err):
			return set, nil
		case err != nil:
			return nil, err
		case f == nil:
			continue // a fetch ended just now; look again
		}
		select {
		case <-f.done:
		case <-c.ctx.Done(): // closed; the verdict says so
		case <-ctx.Done():
			return nil, c.unavailable(time.Second, set != nil, fmt.Errorf("the caller stopped waiting, and the fetch goes on: %w", context.Cause(ctx)))
		}
		// A fetch that was under way when we came may have read the keys just
		// before ours was published, so that one is worth another.
		if waited++; !joined {
			waited = 2
		}
	}
}

// errPatience is why a caller with a longer context than a fetch of one
// document may take gets its answer.
var errPatience = fmt.Errorf("it took longer than Options.FetchTimeout: %w", context.DeadlineExceeded)

// knowsIssuer tells whether metadata is so new that it rules an issuer out where
// only the budget keeps it from being asked again. The tokens of an issuer that
// has been changed are many, and what helps their clients is to drop them.
func (c *Cache) knowsIssuer(refused error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return (errors.Is(refused, errBudget) || errors.Is(refused, errTurns)) &&
		c.metadata.err == nil && time.Since(c.metadata.at) <= c.opts.MinRefetch
}

// verdict is the answer when no further fetch is to be waited for.
func (c *Cache) verdict(d demand, set *Set) (*Set, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, c.unavailable(0, set != nil, ErrClosed)
	}
	why := c.keys.err
	if why == nil && (d.issuer || set == nil) {
		why = c.metadata.err
	}
	switch {
	case why != nil:
		return nil, c.unavailable(c.waitLocked(set != nil, true), set != nil, why)
	case set == nil:
		return nil, c.unavailable(0, false, errors.New("the keys are too old"))
	}
	return set, nil // the authority does not publish the key
}

func (c *Cache) unavailable(wait time.Duration, usable bool, why error) *UnavailableError {
	return &UnavailableError{Authority: c.authority.ID(), RetryAfter: wait, Usable: usable, Err: why}
}

// Refresh implements [Source].
func (c *Cache) Refresh(ctx context.Context) error {
	for {
		f, err := c.beginRefresh()
		if f == nil {
			return err
		}
		select {
		case <-f.done:
		case <-c.ctx.Done():
			return c.unavailable(0, false, ErrClosed)
		case <-ctx.Done():
			return c.unavailable(time.Second, c.Current() != nil, fmt.Errorf("the caller stopped waiting: %w", context.Cause(ctx)))
		}
		if f.all { // else it was one for an unknown key id
			return f.err
		}
	}
}
