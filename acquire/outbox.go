// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	outboxEvery = time.Second     // how long after a failure to try again, at first
	outboxMost  = 5 * time.Second // and at most
)

// outbox keeps what could not be put into the shared cache, and tries again
// until it is there: a refresh token may be the only one that is still good,
// and the other processes would have the user sign in. There is one goroutine
// while anything waits; [App.Close] ends it after a last attempt.
type outbox struct {
	app *App

	mu      sync.Mutex
	waiting map[string]*letter // by Account.ID
	running bool
}

// letter is one account's news.
type letter struct {
	send func(ctx context.Context) (done bool)
}

// put adds what is to be sent for an account, in place of what waits for it,
// unless that tells that it is of no use any more.
func (o *outbox) put(id string, send func(ctx context.Context) bool, unless func() bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if unless() || o.waiting[id] == nil && len(o.waiting) >= o.app.opts.MaxAccounts {
		return
	}
	o.waiting[id] = &letter{send}
	o.running = o.running || o.app.launch(o.run)
}

func (o *outbox) run() {
	wait := outboxEvery
	for last := false; ; {
		select {
		case <-time.After(wait/2 + rand.N(wait/2)):
		case <-o.app.ctx.Done():
			last = true
		}
		if o.sendAll() {
			wait = outboxEvery
		} else {
			wait = min(2*wait, outboxMost)
		}
		if o.rest(last) {
			return
		}
	}
}

// sendAll sends what waits, and stops at the first failure.
func (o *outbox) sendAll() (done bool) {
	o.mu.Lock()
	waiting := maps.Clone(o.waiting)
	o.mu.Unlock()
	for id, l := range waiting {
		if !l.send(context.WithoutCancel(o.app.ctx)) {
			return false
		}
		o.mu.Lock()
		if o.waiting[id] == l {
			delete(o.waiting, id)
		}
		o.mu.Unlock()
	}
	return true
}

// rest tells whether the goroutine has nothing more to do.
func (o *outbox) rest(last bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.running = !last && len(o.waiting) > 0
	return !o.running
}
