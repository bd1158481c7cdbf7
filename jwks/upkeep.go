// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// upkeep keeps the keys of one authority fresh: it decides when a fetch may be
// made, and publishes what comes of it. Nobody waits in it.
//
// Order of locks: mu is taken before the Limiter's, never after it; no other
// cache is called, nor the user's transport or log handler, while one is held.
type upkeep struct {
	opts    Options
	loader  *loader
	fleet   *fleet
	share   *share
	current publication
	crowd   crowd

	disconnect func() // when it is closed

	mu        sync.Mutex // guards what follows; never held across I/O
	flights   flights
	docs      documents
	budget    budget
	schedule  schedule
	history   history
	journal   journal
	refreshed time.Time // when Refresh last made a request
	looked    time.Time // when a fetch last asked the store
}

func (u *upkeep) init(a authority.Authority, o Options) {
	u.opts = o
	u.docs = documents{host: a.Host(), renewAfter: min(o.MaxRefresh, o.MaxStale), due: true}
	u.budget.per = o.MinRefetch
	u.journal = journal{logger: o.Logger, onFetch: o.OnFetch, authority: a.ID()}
	u.share = &share{limiter: o.Limiter, wake: u.wake, transport: o.Transport, bodies: o.Snapshots != nil, keys: newKeyRules(a)}
	var transport *reconnect.Transport
	transport, u.disconnect = o.Limiter.connections.join(o.Transport)
	u.loader = &loader{
		rules:    metadataRules{authority: a, keyHosts: slices.Concat(a.KeyHosts(), o.KeyHosts)},
		fetcher:  newFetcher(a, transport, o.FetchTimeout),
		share:    u.share,
		patience: o.FetchTimeout / 5,
	}
	var store *archive
	if o.Snapshots != nil {
		store = newArchive(a, &o)
	}
	u.fleet = newFleet(u.loader, store, o.FetchTimeout)
	u.schedule.tick = u.tick
	u.flights.open()
}

// usable returns the current set, nil if none is usable.
func (u *upkeep) usable() *Set { return u.current.Load().usable(u.opts.MaxStale) }

func (u *upkeep) caps(usable bool) caps { return capsFor(usable, u.opts.MaxStale) }

var errTooOld = errors.New("the keys are too old")

// begin returns the fetch under way, or starts one if that is allowed now. It
// returns neither that nor a refusal if the snapshot that the caller has looked
// into has been replaced since.
func (u *upkeep) begin(seen *snapshot, d demand) (f *flight, joined bool, no *refusal) {
	u.mu.Lock()
	defer u.mu.Unlock()
	usable := seen.usable(u.opts.MaxStale) != nil
	if u.flights.closed {
		return nil, false, &refusal{0, usable, ErrClosed}
	}
	if u.current.Load() != seen {
		return nil, false, nil
	}
	// Remembered, so that made-up key ids, which cause fetches of keys alone,
	// can't use up the budget before metadata is fetched.
	u.docs.wanted = u.docs.wanted || d.issuer
	if u.flights.current != nil {
		return u.flights.current, true, nil
	}
	all := u.docs.includesMetadata(usable, d.issuer, u.caps(usable))
	f = &flight{order: u.docs.order(all, u.docs.errFor(all) != nil), charge: usable && d.token}
	f.order.told = d.told
	cause := d.cause(usable, u.docs.err() != nil, seen != nil)
	if wait, why := u.admitLocked(f, usable, d); wait > 0 {
		f = &flight{order: u.docs.order(false, false)}
		f.order.ask, f.order.turn = askStore, u.share.nextTurn()
		if !u.mayLookLocked(&f.order) {
			return nil, false, &refusal{wait, usable, why}
		}
	}
	u.startLocked(f, cause)
	go u.run(f)
	return f, false, nil
}

// mayLookLocked reports whether another cache has news, or the store may be asked,
// where the server must not be: it is neither the server's budget nor its host.
func (u *upkeep) mayLookLocked(o *order) bool {
	_, found := u.loader.news(o)
	return found || u.fleet.archive != nil && time.Since(u.looked) >= lookEvery
}

// lookEvery is how often tokens may cause a look into the store where none may
// cause a fetch.
const lookEvery = time.Second

// admitLocked returns for how long a fetch must not be started, and why. If it
// may be, what it costs is taken.
func (u *upkeep) admitLocked(f *flight, usable bool, d demand) (time.Duration, error) {
	most, all := u.caps(usable), f.order.all
	if wait := u.docs.wait(all, most); wait > 0 {
		return wait, u.docs.err()
	}
	host := u.docs.firstHost(all)
	if wait, why := u.share.held(host, most); wait > 0 {
		u.awaitLocked(host, wait)
		return wait, why
	}
	if wait := u.budget.wait(); wait > 0 && f.charge {
		return wait, errBudget
	}
	if wait := u.share.pace(host, f.order.retry); wait > 0 {
		u.awaitLocked(host, wait)
		return wait, errPaced
	}
	if d.token {
		f.taken = 1
		if all {
			f.taken = 2
		}
		return u.share.take(f.taken), errQuota
	}
	return 0, nil
}

// awaitLocked has a cache that was never allowed to fetch do so by itself, once
// it may.
func (u *upkeep) awaitLocked(host string, wait time.Duration) {
	if u.schedule.isEmpty() {
		u.share.await(host)
		u.schedule.plan(wait)
	}
}

// beginRefresh returns the fetch under way or starts one. It returns neither if
// one was made just now, of which it returns the error, or if the host throttles.
func (u *upkeep) beginRefresh() (f *flight, no *refusal, last error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	usable := u.usable() != nil
	switch {
	case u.flights.closed:
		return nil, &refusal{0, usable, ErrClosed}, nil
	case u.flights.current != nil:
		return u.flights.current, nil, nil
	case !u.refreshed.IsZero() && time.Since(u.refreshed) < refreshEvery:
		return nil, nil, u.docs.err()
	}
	if wait, why := u.share.throttled(u.docs.host, u.caps(usable)); wait > 0 {
		return nil, &refusal{wait, usable, why}, nil
	}
	u.refreshed = time.Now()
	f = &flight{order: u.docs.order(true, false)}
	f.order.ask = askServer
	u.startLocked(f, CauseRequested)
	go u.run(f)
	return f, nil, nil
}

// refreshEvery is how often Refresh may cause a fetch.
const refreshEvery = time.Second

// tick is what comes by itself: the refresh that is due, or a retry.
func (u *upkeep) tick() {
	if f := u.beginTick(); f != nil {
		u.run(f)
	}
}

func (u *upkeep) beginTick() *flight {
	u.mu.Lock()
	defer u.mu.Unlock()
	wait := time.Until(u.schedule.at)
	switch {
	case u.flights.closed, wait > 0: // planned anew while we waited for the lock
		return nil
	case u.flights.current != nil: // one caused by an unknown key id; it may not have fetched all
		wait = time.Second
	default:
		wait = u.tickWaitLocked()
	}
	if wait > 0 {
		u.schedule.plan(wait)
		return nil
	}
	f := &flight{order: u.docs.order(u.docs.metadataDue(), u.docs.err() != nil), background: true}
	u.startLocked(f, backgroundCause(u.docs.err() != nil, u.current.Load() != nil))
	return f
}

// tickWaitLocked returns for how long a fetch in the background has to wait still.
func (u *upkeep) tickWaitLocked() time.Duration {
	most, retry := u.caps(u.usable() != nil), u.docs.err() != nil
	if !retry {
		u.docs.due = true
	}
	host := u.docs.firstHost(u.docs.metadataDue())
	held, _ := u.share.held(host, most)
	if wait := max(held, u.docs.backgroundWait(most)); wait > 0 {
		return wait
	}
	if u.schedule.retry.IsZero() {
		u.schedule.retry = u.share.reserve(host, retry, u.docs.step())
	}
	if wait := time.Until(u.schedule.retry); wait > 0 {
		return wait
	}
	return u.share.pace(host, retry)
}

func (u *upkeep) startLocked(f *flight, cause Cause) {
	f.order.cause = cause
	if u.opts.OnFetch != nil {
		f.order.watch = &watch{authority: u.journal.authority, cause: cause}
	}
	f.order.turn = u.share.nextTurn()
	u.flights.start(f)
	if f.order.ask != askStore {
		u.schedule.retry = time.Time{}
	}
	if f.order.ask != askServer {
		u.looked = time.Now()
	}
}

// wake has the next retry come soon: the host is back.
func (u *upkeep) wake(after time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.docs.lift()
	u.schedule.retry = time.Time{}
	if !u.flights.closed && u.flights.current == nil {
		u.schedule.plan(after)
	}
}

// run makes a fetch and publishes what comes of it.
func (u *upkeep) run(f *flight) {
	// This holds if load doesn't return: a test's transport may call FailNow.
	out := u.loader.broken("the transport ended its goroutine")
	defer func() { u.finish(f, &out) }()
	out = u.fleet.load(u.flights.ctx, f.order)
}

// finish publishes the outcome, plans the next fetch, lets waiters go, shares it
// with the fleet and logs what happened.
func (u *upkeep) finish(f *flight, out *outcome) {
	waiting, log := u.settle(f, out)
	u.flights.release(f)
	wakeAll(waiting)
	if out.after != nil {
		out.after(u.flights.ctx)
	}
	u.flights.land() // before the log and the hook, which are the user's and may call Close
	u.journal.write(u.flights.ctx, log)
	if u.fleet.archive != nil {
		u.journal.write(u.flights.ctx, u.fleet.archive.log)
	}
	u.journal.tell(u.flights.ctx, f.order.watch)
}

func (u *upkeep) settle(f *flight, out *outcome) (waiting []*share, log func(context.Context)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.flights.current = nil
	f.err, f.stored = out.err(), out.isNews()
	u.share.refund(out.unused(f.taken))
	if u.flights.closed {
		return nil, func(context.Context) {}
	}
	defer func(before *snapshot) { f.order.watch.publish(out, before, u.current.Load()) }(u.current.Load())
	failures := 0
	if out.stored {
		u.looked = time.Now() // and not before: a slow store would keep who waits, and the refresh, from all else
	}
	if out.asked() {
		waiting = u.share.report(&out.metadata, &out.keys)
		failures = u.history.count(f.err)
	}
	u.docs.record(out)
	before := u.current.Load()
	if out.keys.isGood() {
		u.current.Store(u.docs.snapshot(out.set, before, u.opts.KeyGrace))
		u.history.confirm(out)
		if f.charge && !out.isNews() {
			u.budget.charge()
		}
	} else if out.metadata.isGood() && before != nil && before.metadata == out.meta {
		u.current.Store(before.withMetadata(u.docs.metadata.confirmation))
	}
	u.planLocked(f, out, failures > 0)
	return waiting, u.journal.entry(event{
		before: before, now: u.current.Load(), usable: u.usable() != nil, out: out, failures: failures, cause: f.order.cause,
	})
}

// planLocked plans the next fetch. One for an unknown key id changes no plan,
// unless it mended what a retry was planned for.
func (u *upkeep) planLocked(f *flight, out *outcome, failed bool) {
	switch {
	case out.stored && !out.keys.isGood(): // the store had nothing
	case u.docs.err() != nil:
		u.schedule.plan(u.retryWaitLocked())
	case out.stored: // when it is due counts from when the server was asked
		u.schedule.plan(refreshDelay(u.docs.hint(), u.opts.MinRefresh, u.opts.MaxRefresh) - time.Since(u.docs.confirmed()))
	case f.order.all || f.background || failed || u.schedule.isEmpty():
		u.schedule.plan(refreshDelay(u.docs.hint(), u.opts.MinRefresh, u.opts.MaxRefresh) - out.keys.age())
	}
}

// retryWaitLocked returns after what time to fetch by itself what has failed.
func (u *upkeep) retryWaitLocked() time.Duration {
	usable := u.usable() != nil
	next := u.docs.backgroundWait(u.caps(usable))
	if usable { // once the keys lapse less is believed of a Retry-After
		next = min(next, time.Until(u.current.Load().lapses(u.opts.MaxStale)))
	}
	return max(next, paceEvery) // whatever else: never in a loop
}

// whyNot returns why a caller that has waited can't have what it wants, nil if
// the authority does not publish it.
func (u *upkeep) whyNot(issuer, usable bool) *refusal {
	u.mu.Lock()
	defer u.mu.Unlock()
	why := u.docs.errFor(issuer || !usable)
	switch {
	case u.flights.closed:
		return &refusal{0, usable, ErrClosed}
	case why != nil:
		most := u.caps(usable)
		held, _ := u.share.held(u.docs.host, most)
		return &refusal{max(held, u.docs.wait(true, most)), usable, why}
	case !usable:
		return &refusal{0, false, errTooOld}
	}
	return nil
}

// rulesOut reports whether metadata is so new that it rules an issuer out where
// only the budget keeps it from being fetched again. The tokens of an issuer that
// has been changed are many, and what helps their clients is to drop them.
func (u *upkeep) rulesOut(no *refusal) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return (errors.Is(no.why, errBudget) || errors.Is(no.why, errQuota)) && u.docs.ruledOut(u.opts.MinRefetch)
}

func (u *upkeep) state() State {
	u.mu.Lock()
	defer u.mu.Unlock()
	s := State{
		LastError: u.docs.err(), LastErrorAt: u.history.lastError, LastSuccess: u.history.lastSuccess,
		NextRefresh:     u.schedule.at,
		MetadataFetches: u.loader.metadataRequests.Load(), KeyFetches: u.loader.keyRequests.Load(), Failures: u.history.failures,
	}
	if now := u.current.Load(); now != nil {
		s.Issuer = now.set.issuer
		s.KeyIDs, s.Ignored = now.set.KeyIDs(), now.set.Ignored()
		s.Age, s.FromSnapshot = time.Since(now.keysFrom.at), u.history.stored
		s.Usable = u.usable() != nil
	}
	return s
}

// close ends all work and waits for it.
func (u *upkeep) close() {
	u.mu.Lock()
	u.flights.closed = true
	u.schedule.stop()
	u.mu.Unlock()
	u.flights.end()
	u.current.Store(nil)
	u.share.leave()
	u.disconnect()
}
