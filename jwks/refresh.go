// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// flight is one fetch that any number of callers wait for.
type flight struct {
	done     chan struct{}
	keysOnly bool
	onDemand bool // caused by a token, so it costs budget
	panicked []slog.Attr
}

// begin returns the fetch under way, or starts one if that is allowed now. It
// returns nil otherwise, and if the snapshot that the caller judged by has
// been replaced since.
func (c *Cache) begin(seen *snapshot, usable, keysOnly bool) (f *flight, joined bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.current.Load() != seen {
		return nil, false
	}
	// Remembered, so that made-up key ids, which cause fetches of keys alone,
	// can't use up the budget before metadata has its turn.
	c.wantAll = c.wantAll || !keysOnly
	switch {
	case c.flight != nil:
		return c.flight, true
	case c.backoff.wait(usable) > 0, usable && !c.budget.available():
		return nil, false
	}
	// Keys change; metadata hardly ever does. After a failure ask for both.
	f = c.startLocked(!c.wantAll && usable && c.backoff.Failures() == 0, usable)
	go c.run(f)
	return f, false
}

func (c *Cache) startLocked(keysOnly, onDemand bool) *flight {
	f := &flight{done: make(chan struct{}), keysOnly: keysOnly, onDemand: onDemand}
	c.flight = f
	c.fetch.Add(1)
	return f
}

// tick is the background refresh.
func (c *Cache) tick() {
	c.mu.Lock()
	if c.closed || time.Now().Before(c.next) { // planned anew while we waited for the lock
		c.mu.Unlock()
		return
	}
	if c.flight != nil { // one caused by an unknown key id; it may not have asked for all
		c.planLocked(time.Second)
		c.mu.Unlock()
		return
	}
	f := c.startLocked(false, false)
	c.mu.Unlock()
	c.run(f)
}

func (c *Cache) run(f *flight) {
	ctx, cancel := context.WithTimeout(c.ctx, c.opts.FetchTimeout)
	defer cancel()
	start := time.Now()
	// This holds if load doesn't return: a test's transport may call FailNow.
	got, err := loaded{}, error(&FetchError{URL: c.authority.MetadataURL(), Problem: "the transport ended its goroutine"})
	defer func() { c.finish(f, start, got, err) }()
	got, err = c.load(ctx, f)
}

// loaded is the outcome of a good fetch.
type loaded struct {
	meta  metadata
	set   *Set // nil: the server says nothing changed
	etags [2]string
	hint  time.Duration
}

// load fetches and judges the documents. It changes nothing but counters.
func (c *Cache) load(ctx context.Context, f *flight) (got loaded, err error) {
	defer func() {
		// The transport may be the user's. A panic here would end the process.
		if p := recover(); p != nil {
			f.panicked = []slog.Attr{slog.Any("panic", p), slog.String("stack", string(debug.Stack()))}
			err = &FetchError{URL: c.authority.MetadataURL(), Problem: "the transport panicked"}
		}
	}()
	c.mu.Lock()
	got.meta, got.etags, got.hint = c.meta, c.etags, -1
	known := c.meta
	old := c.current.Load()
	c.mu.Unlock()

	if !f.keysOnly {
		address := c.authority.MetadataURL()
		c.count(func(s *State) { s.MetadataFetches++ })
		doc, err := c.fetcher.get(ctx, whatMetadata, address, got.etags[0])
		if err != nil {
			return got, err
		}
		if !doc.notModified {
			if got.meta, err = c.judgeMetadata(doc.body); err != nil {
				return got, &FetchError{URL: address, Problem: "the metadata " + err.Error()}
			}
			if got.meta != known {
				got.etags[1] = "" // another key set, or another issuer for it
			}
			got.etags[0] = doc.etag
		}
		got.hint = doc.maxAge
	}
	address := got.meta.jwksURI
	c.count(func(s *State) { s.KeyFetches++ })
	doc, err := c.fetcher.get(ctx, whatKeys, address, got.etags[1])
	if err != nil {
		return got, err
	}
	if doc.maxAge >= 0 && (got.hint < 0 || doc.maxAge < got.hint) {
		got.hint = doc.maxAge
	}
	if doc.notModified {
		if old == nil {
			return got, &FetchError{URL: address, Problem: "the key set URL answered 304 before any keys were there"}
		}
		return got, nil
	}
	if got.set, err = parseSet(doc.body, got.meta.issuer); err != nil {
		return got, &FetchError{URL: address, Problem: "the key set " + err.Error()}
	}
	got.etags[1] = doc.etag
	return got, nil
}

func (c *Cache) judgeMetadata(body string) (metadata, error) {
	m, err := parseMetadata(body)
	if err != nil {
		return m, err
	}
	if !c.authority.MatchIssuer(m.issuer) {
		return m, fmt.Errorf("names the issuer %q, but the configured tenant's would be one of %q; check the tenant GUID and the host", cut(m.issuer), c.authority.Issuers())
	}
	return m, c.fetcher.checkKeyURL(m.jwksURI)
}

func (c *Cache) count(f func(*State)) {
	c.mu.Lock()
	f(&c.stats)
	c.mu.Unlock()
}

// finish publishes the outcome, plans the next refresh, lets waiters go and
// logs what happened.
func (c *Cache) finish(f *flight, start time.Time, got loaded, err error) {
	c.mu.Lock()
	c.flight = nil
	log := func() {}
	switch {
	case c.closed:
	case err != nil:
		log = c.failLocked(f, err)
	default:
		log = c.publishLocked(f, start, got)
	}
	c.mu.Unlock()
	close(f.done)
	c.fetch.Done()                   // before the log, whose handler may call Close
	defer func() { _ = recover() }() // a panic here would end the process, and there is no one left to tell
	log()                            // the handler is the user's: not under our lock
}

func (c *Cache) publishLocked(f *flight, start time.Time, got loaded) (log func()) {
	before := c.current.Load()
	set := got.set
	if set == nil {
		set = before.set
	} else if before != nil {
		set = set.withGrace(before.set, c.opts.KeyGrace)
	}
	failures := c.backoff.Failures()
	c.meta, c.etags = got.meta, got.etags
	c.current.Store(&snapshot{set: set, at: start})
	c.backoff = backoff{}
	c.stats.LastError = nil
	c.stats.LastSuccess = time.Now()
	if f.onDemand {
		c.budget.charge()
	}
	if !f.keysOnly {
		c.wantAll = false
	}
	if !f.keysOnly || c.timer == nil {
		c.planLocked(refreshDelay(got.hint, c.opts.MinRefresh, c.opts.MaxRefresh))
	}
	return func() { c.logSet(before, set, failures) }
}

func (c *Cache) failLocked(f *flight, err error) (log func()) {
	wait := time.Duration(0)
	if e, ok := errors.AsType[*FetchError](err); ok {
		wait = e.RetryAfter
	}
	c.backoff.Fail(wait)
	c.stats.LastError, c.stats.LastErrorAt = err, time.Now()
	c.stats.Failures++
	usable := c.Current() != nil
	next := c.backoff.wait(usable)
	if usable { // once the keys lapse the shorter cap holds
		next = min(next, max(c.backoff.wait(false), c.opts.MaxStale-time.Since(c.current.Load().at)))
	}
	c.planLocked(next)
	failures := c.backoff.Failures()
	return func() {
		// At the 1st, 2nd, 4th, 8th … failure in a row: an outage must not fill the log.
		if failures&(failures-1) != 0 {
			return
		}
		level := slog.LevelWarn
		if f.panicked != nil {
			level = slog.LevelError
		}
		c.opts.Logger.LogAttrs(c.ctx, level, "fetching keys failed", append([]slog.Attr{
			slog.String("authority", c.authority.ID()), slog.Int("failures", failures),
			slog.Bool("usable_keys", usable), slog.String("error", err.Error()),
		}, f.panicked...)...)
	}
}

func (c *Cache) planLocked(d time.Duration) {
	c.next = time.Now().Add(d)
	if c.timer == nil {
		c.timer = time.AfterFunc(d, c.tick)
		return
	}
	c.timer.Reset(d)
}
