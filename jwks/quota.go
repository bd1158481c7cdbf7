// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"time"
)

var errQuota = errors.New("tokens have caused as many requests as all authorities together are asked in this time")

// How many requests tokens may cause at all caches of a Limiter.
const (
	quotaBurst    = 20
	quotaInterval = 500 * time.Millisecond
)

// quotaMemory is for how long a place in the queue is kept for a cache that was
// told to wait: whoever wants its key may have gone.
const quotaMemory = 10 * time.Second

// quota limits the requests that tokens may cause at all caches together: a
// token bucket with a fair queue, in which whoever was served the longest ago is
// first. The zero quota is full. Its Limiter guards it.
type quota struct {
	used   time.Duration // in units of quotaInterval; 0 is full
	at     time.Time     // when that was so
	served uint64        // how often anybody was, for their order
	queue  map[*share]claim
}

// claim is where a share stands in the queue.
type claim struct {
	served   uint64    // when it last was, 0 if never
	requests int       // how many it waits for, 0 if it doesn't
	since    time.Time // since when it waits
	renewed  time.Time // when it last came for them
}

// before reports whether a is served before b.
func (a claim) before(b claim) bool {
	return a.served < b.served || a.served == b.served && a.since.Before(b.since)
}

// take takes so many requests, or returns how long to wait for them at least.
func (q *quota) take(s *share, requests int) time.Duration {
	now := time.Now()
	q.used, q.at = max(0, q.used-now.Sub(q.at)), now
	me := q.queue[s]
	if me.requests == 0 || now.Sub(me.renewed) >= quotaMemory {
		me.since = now
	}
	me.requests, me.renewed = requests, now
	wait := q.missing(requests)
	if wait <= 0 {
		wait = q.missing(requests + q.ahead(s, me))
	}
	if wait <= 0 {
		q.used += time.Duration(requests) * quotaInterval
		q.served++
		me = claim{served: q.served}
	}
	if q.queue == nil {
		q.queue = map[*share]claim{}
	}
	q.queue[s] = me
	return max(0, wait)
}

// missing returns how long it takes until so many are there.
func (q *quota) missing(requests int) time.Duration {
	return q.used + time.Duration(requests-quotaBurst)*quotaInterval
}

// ahead returns how many requests those wait for who are served before s.
func (q *quota) ahead(s *share, me claim) (requests int) {
	for other, a := range q.queue {
		if other != s && a.requests > 0 && me.renewed.Sub(a.renewed) < quotaMemory && a.before(me) {
			requests += a.requests
		}
	}
	return requests
}

func (q *quota) refund(requests int) { q.used -= time.Duration(requests) * quotaInterval }
