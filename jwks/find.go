// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"fmt"
	"time"
)

// Find implements [Source].
func (c *Cache) Find(ctx context.Context, q Query) (*Set, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.findTimeout(), errPatience)
	defer cancel()
	// Without any set, what is fetched for the key names the issuer as well.
	if q.Issuer != "" && (q.KeyID == "" || c.Current() != nil) {
		set, err := c.find(ctx, demand{issuer: true, token: true}, func(s *Set) bool { return s.Issues(q.Issuer) })
		if q.KeyID == "" || err != nil || !set.Issues(q.Issuer) {
			return set, err
		}
	}
	return c.find(ctx, demand{token: q.KeyID != ""}, func(s *Set) bool {
		_, ok := s.Key(q.KeyID)
		return ok || q.KeyID == ""
	})
}

// findTimeout is how long Find waits at most.
func (c *Cache) findTimeout() time.Duration { return c.upkeep.opts.FetchTimeout + waitSlack }

// waitSlack lets a fetch that runs into its deadline say so itself.
const waitSlack = 50 * time.Millisecond

func (c *Cache) find(ctx context.Context, d demand, wanted func(*Set) bool) (*Set, error) {
	for waited := 0; ; {
		before := c.upkeep.current.Load()
		set := before.usable(c.upkeep.opts.MaxStale)
		if set != nil && wanted(set) {
			return set, nil
		}
		if waited == 2 {
			if no := c.upkeep.whyNot(d.issuer, set != nil); no != nil {
				return nil, c.unavailable(no)
			}
			return set, nil // the authority does not publish the key
		}
		f, joined, no := c.upkeep.begin(before, d)
		switch {
		case no != nil && set != nil && d.issuer && c.upkeep.rulesOut(no):
			return set, nil
		case no != nil:
			return nil, c.unavailable(no)
		case f == nil:
			continue // a fetch ended just now; look again
		}
		if no := c.wait(ctx, f, d, set != nil); no != nil {
			return nil, c.unavailable(no)
		}
		if f.stored {
			d.told = true
			continue // which says nothing about what the server publishes
		}
		// A fetch that was under way when we came may have read the keys just
		// before ours was published, so that one is worth another.
		if waited++; !joined {
			waited = 2
		}
	}
}

// wait waits until the fetch has ended, or returns why it doesn't.
func (c *Cache) wait(ctx context.Context, f *flight, d demand, usable bool) *refusal {
	if d.token {
		if !c.upkeep.crowd.enter() {
			return &refusal{time.Second, usable, errCrowd}
		}
		defer c.upkeep.crowd.leave()
	}
	select {
	case <-f.done:
	case <-c.upkeep.flights.ctx.Done(): // and the fetch is not over yet
		return &refusal{0, usable, ErrClosed}
	case <-ctx.Done():
		return gaveUp(usable, fmt.Errorf("the caller stopped waiting, and the fetch goes on: %w", context.Cause(ctx)))
	}
	return nil
}

// errPatience is why a caller with a longer context than a fetch of one
// document may take gets its answer.
var errPatience = fmt.Errorf("it took longer than Options.FetchTimeout: %w", context.DeadlineExceeded)

func (c *Cache) unavailable(no *refusal) *UnavailableError {
	return &UnavailableError{Authority: c.authority.ID(), RetryAfter: no.wait, Usable: no.usable, Err: no.why}
}

// Refresh implements [Source].
func (c *Cache) Refresh(ctx context.Context) error {
	for {
		f, no, last := c.upkeep.beginRefresh()
		switch {
		case no != nil:
			return c.unavailable(no)
		case f == nil:
			return last
		}
		select {
		case <-f.done:
		case <-c.upkeep.flights.ctx.Done():
			return c.unavailable(&refusal{why: ErrClosed})
		case <-ctx.Done():
			return c.unavailable(gaveUp(c.Current() != nil, fmt.Errorf("the caller stopped waiting: %w", context.Cause(ctx))))
		}
		if f.order.all && !f.stored { // else it was one for an unknown key id, or none
			return f.err
		}
	}
}
