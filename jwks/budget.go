// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"time"
)

var (
	errBudget = errors.New("as many unknown keys were asked for just now as the budget for them allows (Options.MinRefetch)")
	errTurns  = errors.New("tokens have caused as many requests as all authorities together are asked in this time")
)

// budget limits the fetches that unknown key ids may cause at one authority: a
// token bucket of two that gains one each period and is charged for successful
// fetches only. It is kept as the time at which it will be full again.
type budget struct {
	per  time.Duration
	full time.Time
}

// wait returns how long it takes until there is one, 0 if there is.
func (b *budget) wait() time.Duration { return max(0, max(0, time.Until(b.full))-b.per) }

func (b *budget) charge() {
	if now := time.Now(); b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(b.per)
}

// How many requests tokens may cause at all caches of a Limiter.
const (
	turnsAtOnce = 20
	turnEvery   = 500 * time.Millisecond
)

// askerMemory is for how long a turn is kept for a cache that was told to wait:
// whoever wants its key may have gone.
const askerMemory = 10 * time.Second

// turns limits the requests that tokens may cause at all caches together, and
// gives them in turn to those that ask: first to whose last turn is the longest
// ago. The zero turns are full. Their Limiter guards them.
type turns struct {
	used   time.Duration // in units of turnEvery; 0 is full
	at     time.Time     // when that was so
	count  uint64        // of turns given, for their order
	askers map[*Cache]asker
}

type asker struct {
	last     uint64    // its last turn, 0 if it had none
	requests int       // how many it waits for, 0 if it doesn't
	since    time.Time // since when it waits
	asked    time.Time // when it last asked
}

// before tells whether a has its turn before b.
func (a asker) before(b asker) bool {
	return a.last < b.last || a.last == b.last && a.since.Before(b.since)
}

// take takes so many requests, or returns how long to wait for them at least.
func (t *turns) take(c *Cache, requests int) time.Duration {
	now := time.Now()
	t.used, t.at = max(0, t.used-now.Sub(t.at)), now
	me := t.askers[c]
	if me.requests == 0 || now.Sub(me.asked) >= askerMemory {
		me.since = now
	}
	me.requests, me.asked = requests, now
	wait := t.missing(requests)
	if wait <= 0 {
		wait = t.missing(requests + t.ahead(c, me))
	}
	if wait <= 0 {
		t.used += time.Duration(requests) * turnEvery
		t.count++
		me = asker{last: t.count}
	}
	if t.askers == nil {
		t.askers = map[*Cache]asker{}
	}
	t.askers[c] = me
	return max(0, wait)
}

// missing returns how long it takes until so many are there.
func (t *turns) missing(requests int) time.Duration {
	return t.used + time.Duration(requests-turnsAtOnce)*turnEvery
}

// ahead returns how many requests those wait for who have their turn before c.
func (t *turns) ahead(c *Cache, me asker) (requests int) {
	for other, a := range t.askers {
		if other != c && a.requests > 0 && me.asked.Sub(a.asked) < askerMemory && a.before(me) {
			requests += a.requests
		}
	}
	return requests
}

func (t *turns) refund(requests int) { t.used -= time.Duration(requests) * turnEvery }
