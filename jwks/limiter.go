// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// Limiter is what caches know together about the hosts that they fetch from. B2C
// counts requests per address and tenant, whatever the flow, so caches that
// share a Limiter
//
//   - make at most 20 requests at once on behalf of tokens, and 2 more each
//     second, first for the authority that has waited for the longest time;
//   - leave a host alone that answered HTTP 429, or to which a request could
//     not be sent, with whichever flow that happened;
//   - make 2 requests a second in all where they repeat failed ones;
//   - try again soon after the first good answer of a host that had failed;
//   - fetch a key set once, if the metadata of several names the very same URL and
//     they have the same Options.Transport. B2C's flows each have their own;
//   - share connections, unless they have an Options.Transport.
//
// The caches of a validator share one. The zero Limiter is ready for use, and
// safe for concurrent use. It must not be copied.
type Limiter struct {
	mu    sync.Mutex
	quota quota
	hosts map[string]*host
	sets  map[setName]*sharedSet
	turn  uint64 // counts fetches and requests for key sets, in the order in which they begin

	connections connections // with a lock of its own
}

// Hold holds back for so long, at most 10 minutes, what the caches request of a
// host, as after an answer of HTTP 429. It is for programs that send the same
// host other requests and were told there. It shortens no hold.
func (l *Limiter) Hold(hostname string, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hostLocked(hostname).throttled.extend(wait)
}

// Held returns for how long requests to a host are still to be held back, since
// it answered one with HTTP 429; 0 if they are not. It is at most 10 minutes.
func (l *Limiter) Held(hostname string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hostLocked(hostname).throttled.wait(caps{demand: demandCap, retryAfter: retry.Most})
}

func (l *Limiter) hostLocked(name string) *host {
	h := l.hosts[name]
	if h == nil {
		h = &host{failing: map[*share]bool{}}
		if l.hosts == nil {
			l.hosts = map[string]*host{}
		}
		l.hosts[name] = h
	}
	return h
}
