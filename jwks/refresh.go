// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// outcome is what came of a fetch.
type outcome struct {
	metadata, keys attempt
	meta           metadata // what the keys belong to
	set            *Set     // nil if they have not changed
}

// attempt is the request for one document.
type attempt struct {
	begun time.Time // zero if it was not made
	host  string
	doc   document
	err   *FetchError // nil if it was good
}

func (a *attempt) isGood() bool { return a.err == nil && !a.begun.IsZero() }

// err returns what failed: the keys, else the metadata.
func (o *outcome) err() error {
	switch {
	case o.keys.err != nil:
		return o.keys.err
	case o.metadata.err != nil:
		return o.metadata.err
	}
	return nil
}

func (c *Cache) run(f *flight) {
	// This holds if load doesn't return: a test's transport may call FailNow.
	out := c.broken("the transport ended its goroutine")
	defer func() { c.finish(f, out) }()
	out = c.load(f)
}

// broken is the outcome of a fetch in which the transport misbehaved.
func (c *Cache) broken(problem string) outcome {
	return outcome{keys: attempt{
		begun: time.Now(), host: c.authority.Host(),
		err: &FetchError{URL: c.authority.MetadataURL(), Problem: problem},
	}}
}

// load fetches and judges the documents. It changes nothing but counters.
func (c *Cache) load(f *flight) (out outcome) {
	defer func() {
		// The transport may be the user's. A panic here would end the process.
		if p := recover(); p != nil {
			f.panicked = []slog.Attr{slog.Any("panic", p), slog.String("stack", string(debug.Stack()))}
			out = c.broken("the transport panicked")
		}
	}()
	c.mu.Lock()
	known, etags := c.meta, [2]string{c.metadata.etag, c.keys.etag}
	c.mu.Unlock()
	out.meta = known
	if f.all {
		c.loadMetadata(&out, etags[0])
		if e := out.metadata.err; e != nil && (known == metadata{} || e.isHosts() && known.keyHost == c.authority.Host()) {
			return out // there is no one to ask for keys
		}
	}
	if out.meta != known {
		etags[1] = "" // another key set, or another issuer for it
	}
	if f.all {
		c.opts.Limiter.more(out.meta.keyHost, f.again)
	}
	c.loadKeys(&out, etags[1])
	return out
}

func (c *Cache) loadMetadata(out *outcome, etag string) {
	address := c.authority.MetadataURL()
	c.count(func(s *State) { s.MetadataFetches++ })
	out.metadata = c.get(whatMetadata, address, c.authority.Host(), etag)
	if got := &out.metadata; got.err == nil && !got.doc.notModified {
		meta, err := c.judgeMetadata(address, got.doc.body)
		if got.err = err; err == nil {
			out.meta = meta
		}
	}
}

func (c *Cache) loadKeys(out *outcome, etag string) {
	address := out.meta.jwksURI
	c.count(func(s *State) { s.KeyFetches++ })
	out.keys = c.get(whatKeys, address, out.meta.keyHost, etag)
	if got := &out.keys; got.err == nil && !got.doc.notModified {
		set, err := parseSet(got.doc.body, out.meta.issuer)
		if err != nil {
			got.err = &FetchError{URL: address, Problem: "the key set " + err.Error()}
		}
		out.set = set
	}
}

// get makes one request.
func (c *Cache) get(what, address, host, etag string) attempt {
	a := attempt{begun: time.Now(), host: host}
	a.doc, a.err = c.fetcher.get(c.ctx, what, address, etag)
	return a
}

func (c *Cache) judgeMetadata(address, body string) (metadata, *FetchError) {
	m, err := parseMetadata(body)
	if err != nil {
		return m, &FetchError{URL: address, Problem: "the metadata " + err.Error()}
	}
	if !c.authority.MatchIssuer(m.issuer) {
		return m, &FetchError{URL: address, kind: failedLasting, Problem: fmt.Sprintf(
			"the metadata names the issuer %q, but the configured tenant's would be one of %q; check the tenant GUID and the host", cut(m.issuer), c.authority.Issuers())}
	}
	if m.keyHost, err = c.fetcher.keyHost(m.jwksURI); err != nil {
		return m, &FetchError{URL: address, Problem: "the metadata " + err.Error()}
	}
	return m, nil
}

func (c *Cache) count(f func(*State)) {
	c.mu.Lock()
	f(&c.stats)
	c.mu.Unlock()
}

// finish publishes the outcome, plans the next fetch, lets waiters go and logs
// what happened.
func (c *Cache) finish(f *flight, out outcome) {
	c.mu.Lock()
	c.flight = nil
	f.err = out.err()
	log, waiting := func() {}, []*Cache(nil)
	if !out.keys.isGood() {
		c.opts.Limiter.refund(f.taken)
	}
	if !c.closed {
		before := c.current.Load()
		waiting = c.reportLocked(&out)
		c.noteLocked(&out)
		c.publishLocked(f, &out)
		failures := c.countLocked(f)
		c.planNextLocked(f, failures > 0)
		log = c.logLocked(f, before, out.keys.isGood(), failures)
	}
	c.mu.Unlock()
	close(f.done)
	c.fetch.Done() // before the log, whose handler may call Close
	wakeAll(waiting)
	defer func() { _ = recover() }() // a panic here would end the process, and there is no one left to tell
	log()                            // the handler is the user's: not under our lock
}

// reportLocked tells the Limiter, and returns who waits for a good answer. One
// that has keys doesn't, if its metadata has failed: else those of many flows
// would have each other try again and again.
func (c *Cache) reportLocked(out *outcome) (waiting []*Cache) {
	limiter, who := c.opts.Limiter, c
	if out.keys.isGood() {
		who = nil
	}
	for _, a := range []attempt{out.metadata, out.keys} {
		if a.err != nil {
			limiter.failed(who, a.host, a.begun, a.err, c.woken)
		}
	}
	if out.err() != nil {
		return nil
	}
	waiting = limiter.good(c, out.keys.host, out.keys.begun)
	if out.metadata.isGood() && out.metadata.host != out.keys.host {
		waiting = append(waiting, limiter.good(c, out.metadata.host, out.metadata.begun)...)
	}
	return waiting
}

// noteLocked keeps what came: of two documents one may have failed.
func (c *Cache) noteLocked(out *outcome) {
	if a := &out.metadata; a.isGood() {
		if out.meta != c.meta {
			c.keys.etag = ""
		}
		c.meta = out.meta
		c.metadata.confirm(a.doc, a.begun)
		c.due, c.wanted = false, false
	} else if a.err != nil {
		c.metadata.fail(a.err)
	}
	if a := &out.keys; a.isGood() {
		c.keys.confirm(a.doc, a.begun)
	} else if a.err != nil {
		c.keys.fail(a.err)
	}
}

// publishLocked publishes good keys.
func (c *Cache) publishLocked(f *flight, out *outcome) {
	if !out.keys.isGood() {
		return
	}
	set, before := out.set, c.current.Load()
	if set == nil {
		set = before.set
	} else if before != nil {
		set = set.withGrace(before.set, c.opts.KeyGrace)
	}
	c.current.Store(&snapshot{set: set, keysAt: c.keys.at, metaAt: c.metadata.at})
	c.stats.LastSuccess = time.Now()
	c.woken = false
	if f.charge {
		c.budget.charge()
	}
}

// countLocked counts failures, and returns how many there were in a row.
func (c *Cache) countLocked(f *flight) (failures int) {
	c.stats.LastError = c.lastErrorLocked()
	if f.err == nil {
		failures, c.failures = c.failures, 0
		return failures
	}
	c.failures++
	c.stats.LastErrorAt = time.Now()
	c.stats.Failures++
	return c.failures
}

// planNextLocked plans the next fetch. One for an unknown key id changes no plan,
// unless it mended what a retry was planned for.
func (c *Cache) planNextLocked(f *flight, failed bool) {
	switch {
	case c.againLocked():
		c.planLocked(c.retryLocked())
	case f.all || f.background || failed || c.timer == nil:
		c.planLocked(refreshDelay(c.hintLocked(), c.opts.MinRefresh, c.opts.MaxRefresh))
	}
}

// retryLocked returns when to try again by itself what has failed.
func (c *Cache) retryLocked() time.Duration {
	now := c.current.Load()
	usable := now.usable(c.opts.MaxStale) != nil
	most := c.opts.caps(usable)
	next := max(c.keys.rest(most), c.metadata.rest(most))
	if usable { // once the keys lapse less is believed of a Retry-After
		next = min(next, time.Until(now.lapses(c.opts.MaxStale)))
	}
	return max(next, paceEvery) // whatever else: never in a loop
}

// hintLocked returns for how long the server says that its answers hold.
func (c *Cache) hintLocked() time.Duration {
	if c.keys.maxAge < 0 || c.metadata.maxAge >= 0 && c.metadata.maxAge < c.keys.maxAge {
		return c.metadata.maxAge
	}
	return c.keys.maxAge
}

// wakeAll has caches look again whether their host is back, not all of them at
// once: B2C counts requests.
func wakeAll(waiting []*Cache) {
	const step = 40 * time.Millisecond
	for i, c := range waiting {
		c.wake(time.Duration((float64(i) + rand.Float64()) * float64(step)))
	}
}
