// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// Limiter is what caches know together about the hosts that they ask. B2C
// counts requests per address and tenant, whatever the flow, so caches that
// share a Limiter
//
//   - make at most 20 requests at once on behalf of tokens, and 2 more each
//     second, given in turn to the authorities that ask;
//   - leave a host alone that answered HTTP 429, or to which a request could
//     not be sent, with whichever flow that happened;
//   - make 2 requests a second in all where they repeat failed ones;
//   - look again soon after the first good answer of a host that had failed.
//
// The caches of a validator share one. The zero Limiter is ready for use, and
// safe for concurrent use. It must not be copied.
type Limiter struct {
	mu    sync.Mutex // taken after a Cache's, never before it
	turns turns
	hosts map[string]*host
}

// Hold holds back for so long, at most 10 minutes, what the caches ask of a host,
// as after an answer of HTTP 429. It is for programs that ask the same host for
// other things and were told there. It shortens no hold.
func (l *Limiter) Hold(hostname string, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.host(hostname).throttled.extend(wait)
}

// Held returns for how long requests to a host are still to be held back, since
// it answered one with HTTP 429; 0 if they are not. It is at most 10 minutes.
func (l *Limiter) Held(hostname string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(hostname).throttled.wait(caps{demand: demandCap, asked: retry.Most})
}

// host returns what is known of a host. The caller holds the lock.
func (l *Limiter) host(name string) *host {
	h := l.hosts[name]
	if h == nil {
		h = &host{failing: map[*Cache]bool{}}
		if l.hosts == nil {
			l.hosts = map[string]*host{}
		}
		l.hosts[name] = h
	}
	return h
}

// held returns for how long a host is to be left alone, and why.
func (l *Limiter) held(name string, most caps) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(name).held(most)
}

// throttled is held for HTTP 429 alone.
func (l *Limiter) throttled(name string, most caps) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(name).throttled.wait(most), errHostThrottles
}

// pace returns how long a request to a host has to wait for its turn. If it
// hasn't, that is its turn, and it must be made.
func (l *Limiter) pace(name string, again bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(name).pace(again)
}

// reserve returns when a retry in the background has its turn.
func (l *Limiter) reserve(name string, again bool, step time.Duration) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(name).reserve(again, step)
}

// more tells that a fetch makes another request to a host.
func (l *Limiter) more(name string, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.host(name).more(again)
}

// failed notes that a request to a host, begun at that time, has failed. A cache
// that is not nil waits for a good answer; own tells that it had one in vain.
func (l *Limiter) failed(c *Cache, name string, begun time.Time, e *FetchError, own bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.host(name).failed(c, begun, e, own)
}

// await has a cache told of the next good answer of a host.
func (l *Limiter) await(c *Cache, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.host(name).failing[c] = false
}

// good notes a good answer to a request begun at that time, and returns the
// caches that were waiting for one.
func (l *Limiter) good(c *Cache, name string, begun time.Time) []*Cache {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host(name).good(c, begun)
}

// take takes so many requests from what tokens may cause. If they are not to be
// had it returns how long that takes.
func (l *Limiter) take(c *Cache, requests int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.turns.take(c, requests)
}

// refund gives back what a failed fetch has taken.
func (l *Limiter) refund(requests int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns.refund(requests)
}

// forget drops a cache that is closed.
func (l *Limiter) forget(c *Cache) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.turns.askers, c)
	for _, h := range l.hosts {
		delete(h.failing, c)
	}
}
