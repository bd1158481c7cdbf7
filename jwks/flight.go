// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"log/slog"
	"time"
)

// flight is one fetch that any number of callers wait for.
type flight struct {
	all        bool // metadata and keys; else keys alone
	background bool // nobody caused it
	again      bool // repeats what has failed, and waited for its turn at the host
	charge     bool // costs budget, if it is good
	taken      int  // requests taken from what tokens may cause

	done     chan struct{}
	err      error // once done: of the keys, else of the metadata
	panicked []slog.Attr
}

// refreshEvery is how often Refresh may cause a fetch.
const refreshEvery = time.Second

// begin returns the fetch under way, or starts one if that is allowed now, and
// else returns an *UnavailableError. It returns none of them if the snapshot
// that the caller judged by has been replaced since.
func (c *Cache) begin(seen *snapshot, d demand) (f *flight, joined bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	usable := seen.usable(c.opts.MaxStale) != nil
	if c.closed {
		return nil, false, c.unavailable(0, usable, ErrClosed)
	}
	if c.current.Load() != seen {
		return nil, false, nil
	}
	// Remembered, so that made-up key ids, which cause fetches of keys alone,
	// can't use up the budget before metadata has its turn.
	c.wanted = c.wanted || d.issuer
	if c.flight != nil {
		return c.flight, true, nil
	}
	f = &flight{all: c.asksAllLocked(usable, d), charge: usable && d.token}
	if wait, why := c.refusedLocked(f, usable, d); wait > 0 {
		return nil, false, c.unavailable(wait, usable, why)
	}
	c.startLocked(f)
	go c.run(f)
	return f, false, nil
}

// asksAllLocked tells whether a fetch that somebody waits for asks for
// metadata. That hardly ever changes, and B2C's request limit counts both; and
// while it fails a new key is to be found all the same.
func (c *Cache) asksAllLocked(usable bool, d demand) bool {
	if !usable {
		return c.wanted || c.outdatedLocked()
	}
	return d.issuer || c.wanted && c.metadata.wait(c.opts.caps(usable)) == 0
}

// dueLocked tells whether a fetch in the background asks for metadata. What has
// failed is asked again until it comes, or nothing would ever end the failure.
func (c *Cache) dueLocked() bool {
	return c.due || c.wanted || c.metadata.err != nil || c.outdatedLocked()
}

// outdatedLocked tells whether metadata has to be asked for again before keys
// mean anything; it was never, to begin with.
func (c *Cache) outdatedLocked() bool {
	return time.Since(c.metadata.at) >= min(c.opts.MaxRefresh, c.opts.MaxStale)
}

// refusedLocked tells for how long a fetch must not be started, and why.
func (c *Cache) refusedLocked(f *flight, usable bool, d demand) (time.Duration, error) {
	most, limiter := c.opts.caps(usable), c.opts.Limiter
	if wait := c.backoffLocked(f.all, most); wait > 0 {
		return wait, c.lastErrorLocked()
	}
	host := c.hostLocked(f.all)
	if wait, why := limiter.held(host, most); wait > 0 {
		c.waitForLocked(host, wait)
		return wait, why
	}
	if wait := c.budget.wait(); wait > 0 && f.charge {
		return wait, errBudget
	}
	f.again = c.keys.err != nil || f.all && c.metadata.err != nil
	if wait := limiter.pace(host, f.again); wait > 0 {
		c.waitForLocked(host, wait)
		return wait, errPaced
	}
	if d.token {
		f.taken = 1
		if f.all {
			f.taken = 2
		}
		return limiter.take(c, f.taken), errTurns
	}
	return 0, nil
}

// waitForLocked has a cache that was never allowed to ask do so by itself, once
// the host can be asked.
func (c *Cache) waitForLocked(host string, wait time.Duration) {
	if c.timer == nil {
		c.opts.Limiter.await(c, host)
		c.planLocked(wait)
	}
}

// waitLocked returns for how long failures hold back a fetch that somebody
// waits for.
func (c *Cache) waitLocked(usable, all bool) time.Duration {
	most := c.opts.caps(usable)
	held, _ := c.opts.Limiter.held(c.hostLocked(all), most)
	return max(held, c.backoffLocked(all, most))
}

func (c *Cache) backoffLocked(all bool, most caps) time.Duration {
	if !all {
		return c.keys.wait(most)
	}
	return max(c.keys.wait(most), c.metadata.wait(most))
}

// againLocked tells whether the last fetch of either document has failed.
func (c *Cache) againLocked() bool { return c.keys.err != nil || c.metadata.err != nil }

// lastErrorLocked returns what failed last: the keys, else the metadata.
func (c *Cache) lastErrorLocked() error {
	switch {
	case c.keys.err != nil:
		return c.keys.err
	case c.metadata.err != nil:
		return c.metadata.err
	}
	return nil
}

// hostLocked returns the host that a fetch asks first.
func (c *Cache) hostLocked(all bool) string {
	if all || c.meta.keyHost == "" {
		return c.authority.Host()
	}
	return c.meta.keyHost
}

// beginRefresh returns the fetch under way or starts one. It returns neither if
// one was made just now, of which it returns the outcome, or if the host has
// asked to be left alone.
func (c *Cache) beginRefresh() (*flight, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	usable := c.Current() != nil
	switch {
	case c.closed:
		return nil, c.unavailable(0, usable, ErrClosed)
	case c.flight != nil:
		return c.flight, nil
	case !c.refreshed.IsZero() && time.Since(c.refreshed) < refreshEvery:
		return nil, c.lastErrorLocked()
	}
	if wait, why := c.opts.Limiter.throttled(c.hostLocked(true), c.opts.caps(usable)); wait > 0 {
		return nil, c.unavailable(wait, usable, why)
	}
	c.refreshed = time.Now()
	f := &flight{all: true}
	c.startLocked(f)
	go c.run(f)
	return f, nil
}

func (c *Cache) startLocked(f *flight) {
	f.done = make(chan struct{})
	c.flight = f
	c.turn = time.Time{}
	c.fetch.Add(1)
}

// tick is what comes by itself: the refresh that is due, or a retry.
func (c *Cache) tick() {
	c.mu.Lock()
	wait := time.Until(c.next)
	switch {
	case c.closed, wait > 0: // planned anew while we waited for the lock
		c.mu.Unlock()
		return
	case c.flight != nil: // one caused by an unknown key id; it may not have asked for all
		wait = time.Second
	default:
		wait = c.restLocked()
	}
	if wait > 0 {
		c.planLocked(wait)
		c.mu.Unlock()
		return
	}
	f := &flight{all: c.dueLocked(), background: true, again: c.againLocked()}
	c.startLocked(f)
	c.mu.Unlock()
	c.run(f)
}

// restLocked returns for how long a fetch in the background has to wait still.
func (c *Cache) restLocked() time.Duration {
	most, limiter := c.opts.caps(c.Current() != nil), c.opts.Limiter
	again := c.againLocked()
	if !again {
		c.due = true
	}
	host := c.hostLocked(c.dueLocked())
	held, _ := limiter.held(host, most)
	if wait := max(held, c.keys.rest(most), c.metadata.rest(most)); wait > 0 {
		return wait
	}
	if c.turn.IsZero() {
		c.turn = limiter.reserve(host, again, max(c.keys.backoff.Step(backgroundCap), c.metadata.backoff.Step(backgroundCap)))
	}
	if wait := time.Until(c.turn); wait > 0 {
		return wait
	}
	return limiter.pace(host, again)
}

func (c *Cache) planLocked(d time.Duration) {
	c.next = time.Now().Add(d)
	if c.timer == nil {
		c.timer = time.AfterFunc(d, c.tick)
		return
	}
	c.timer.Reset(d)
}

// wake has the next retry come soon: the host is back.
func (c *Cache) wake(after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys.lift()
	c.metadata.lift()
	c.turn, c.woken = time.Time{}, true
	if !c.closed && c.flight == nil {
		c.planLocked(after)
	}
}
