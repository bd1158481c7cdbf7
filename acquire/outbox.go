// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
	"github.com/b2ckit/b2ckit/internal/retry"
)

const (
	outboxEvery = time.Second     // how long after a failure to try again, at first
	outboxMost  = 5 * time.Second // and at most

	outboxFailures = 3 // after how many to wait again
)

// outbox keeps what could not be put into the shared cache, and tries again
// until it is there: a refresh token may be the only one that is still good,
// and the other processes would have the user sign in. There is one goroutine
// while anything waits; [App.Close] ends it after a last attempt.
type outbox struct {
	background *background.Group
	timeout    time.Duration // how long Close waits for the last attempt
	limit      int           // of accounts

	mu      sync.Mutex
	waiting map[string]*letter // by Account.ID
	running bool
}

func newOutbox(b *background.Group, timeout time.Duration, limit int) *outbox {
	return &outbox{background: b, timeout: timeout, limit: limit, waiting: map[string]*letter{}}
}

// letter is one account's news.
type letter struct {
	send sending
}

// sending puts news into the shared cache. Unless it is patient, it does not
// wait for a refresh under way.
type sending func(ctx context.Context, patient bool) delivery

// delivery is what came of it.
type delivery uint8

const (
	undelivered delivery = iota // the cache failed
	postponed                   // the account's refresh token is being redeemed
	delivered                   // there is nothing more to be done
)

func deliveredIf(done bool) delivery {
	if done {
		return delivered
	}
	return undelivered
}

// put adds what is to be sent for an account, in place of what waits for it,
// unless that tells that it is of no use any more.
func (o *outbox) put(id string, send sending, unless func() bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if unless() || o.waiting[id] == nil && len(o.waiting) >= o.limit {
		return
	}
	o.waiting[id] = &letter{send}
	o.running = o.running || o.background.Launch(o.run)
}

// size returns for how many accounts something waits.
func (o *outbox) size() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.waiting)
}

func (o *outbox) run() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(o.background.Context()))
	defer cancel()
	defer context.AfterFunc(o.background.Context(), func() { time.AfterFunc(o.timeout, cancel) })() // Close waits no longer
	wait := outboxEvery
	for last := false; ; {
		select {
		case <-time.After(retry.Jitter(wait, 0.5, 1)):
		case <-o.background.Context().Done():
			last = true
		}
		if o.sendAll(ctx, last) {
			wait = outboxEvery
		} else {
			wait = min(2*wait, outboxMost)
		}
		if o.rest(last) {
			return
		}
	}
}

// sendAll sends what waits, and stops once the cache has failed a few times:
// more than one entry can have wrong with it. The last time it waits for the
// postponed ones, after the others.
func (o *outbox) sendAll(ctx context.Context, last bool) (well bool) {
	o.mu.Lock()
	waiting := maps.Clone(o.waiting)
	o.mu.Unlock()
	failures := o.send(ctx, waiting, false)
	if last {
		failures += o.send(ctx, waiting, true)
	}
	return failures == 0
}

// send sends what it can, and leaves in waiting what is postponed.
func (o *outbox) send(ctx context.Context, waiting map[string]*letter, patient bool) (failures int) {
	for id, l := range waiting {
		if ctx.Err() != nil || failures >= outboxFailures {
			clear(waiting)
			return failures
		}
		switch l.send(ctx, patient) {
		case undelivered:
			failures++
		case delivered:
			o.done(id, l)
		case postponed:
			continue
		}
		delete(waiting, id)
	}
	return failures
}

// done takes out what was sent, unless there is something newer by now.
func (o *outbox) done(id string, l *letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting[id] == l {
		delete(o.waiting, id)
	}
}

// rest reports whether the goroutine has nothing more to do.
func (o *outbox) rest(last bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.running = !last && len(o.waiting) > 0
	return !o.running
}
