// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// share is one cache's part in a Limiter, and all that goes between the two. A
// cache joins when it is made and leaves when it is closed, whatever the others
// do. Its methods take the Limiter's lock and call no cache.
type share struct {
	limiter   *Limiter
	wake      func(after time.Duration) // called without any lock
	transport http.RoundTripper
	bodies    bool     // the body of a key set is wanted, besides its keys
	keys      keyRules // by which a key set is read

	// The Limiter guards what follows.
	woken bool       // since the last good keys another's good answer gave hope
	set   *sharedSet // which key set the metadata names; nil before it has come
}

// held returns for how long a host is to be left alone, and why.
func (s *share) held(name string, most caps) (time.Duration, error) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return s.limiter.hostLocked(name).held(most)
}

// throttled is held for HTTP 429 alone.
func (s *share) throttled(name string, most caps) (time.Duration, error) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return s.limiter.hostLocked(name).throttled.wait(most), errHostThrottles
}

// pace returns how long a request to a host has to wait. If it hasn't, it must
// be made.
func (s *share) pace(name string, retry bool) time.Duration {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return s.limiter.hostLocked(name).pace(retry)
}

// reserve returns when a retry in the background may be made.
func (s *share) reserve(name string, retry bool, step time.Duration) time.Time {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return s.limiter.hostLocked(name).reserve(retry, step)
}

// more tells that a fetch makes another request to a host.
func (s *share) more(name string, retry bool) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	s.limiter.hostLocked(name).more(retry)
}

// await has the cache woken by the next good answer of a host.
func (s *share) await(name string) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	s.limiter.hostLocked(name).failing[s] = false
}

// take takes so many requests from what tokens may cause. If they are not to be
// had it returns how long that takes.
func (s *share) take(requests int) time.Duration {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return s.limiter.quota.take(s, requests)
}

// refund gives back what a failed fetch has taken.
func (s *share) refund(requests int) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	s.limiter.quota.refund(requests)
}

// report tells what came of a fetch, and returns who waits for a good answer.
// A cache that has keys waits for none, if its metadata has failed: else those
// of many flows would have each other try again and again.
func (s *share) report(metadata, keys *attempt) (waiting []*share) {
	l := s.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	who := s
	if keys.isGood() {
		who = nil
	}
	for _, a := range []*attempt{metadata, keys} {
		if a.err != nil {
			l.hostLocked(a.host).failed(who, a, s.woken)
		}
	}
	if keys.isGood() {
		s.woken = false
	}
	if metadata.err != nil || keys.err != nil {
		return nil
	}
	if !keys.earlier {
		waiting = l.hostLocked(keys.host).good(s, keys.begun)
	}
	if metadata.isGood() && (metadata.host != keys.host || keys.earlier) {
		waiting = append(waiting, l.hostLocked(metadata.host).good(s, metadata.begun)...)
	}
	for _, other := range waiting {
		other.woken = true
	}
	return waiting
}

// leave drops a cache that is closed, and the hosts of which there is nothing to
// remember: of many tenants that come and go each may have its own.
func (s *share) leave() {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	delete(s.limiter.quota.queue, s)
	s.forgetSetLocked()
	for name, h := range s.limiter.hosts {
		if delete(h.failing, s); h.isOver() {
			delete(s.limiter.hosts, name)
		}
	}
}

// nextTurn is the turn of a fetch that begins now.
func (s *share) nextTurn() uint64 {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	s.limiter.turn++
	return s.limiter.turn
}

// news returns what another cache has been told of a key set, if that serves a fetch.
func (s *share) news(url string, o *order, etag string) (answer, bool) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	set := s.setLocked(url)
	if set == nil {
		return answer{}, false
	}
	return set.answerFor(o, etag, s.bodies)
}

// claim returns an answer that serves a fetch, or a request that must be waited
// for, or else has this cache make one, which it must end: nil if nobody else could
// use its answer. One that has waited long enough makes its own.
func (s *share) claim(url string, o *order, etag string, patient bool) (a answer, found bool, r *keyRequest, mine bool) {
	l := s.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	set := s.setLocked(url)
	if set == nil {
		return answer{}, false, nil, true
	}
	if a, found = set.answerFor(o, etag, s.bodies); found {
		return a, true, nil, false
	}
	if r = set.awaited(o); r != nil && patient {
		return answer{}, false, r, false
	}
	l.turn++
	return answer{}, false, set.begin(l.turn), true
}

// end tells what came of a request that was claimed.
func (s *share) end(r *keyRequest, a attempt, set *Set) {
	if r == nil {
		return
	}
	if !s.bodies {
		a.doc.body = "" // nobody keeps it
	}
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	r.of.end(r, &a, set)
}

// setLocked returns the key set at a URL, which this cache's metadata names from
// now on; nil if its transport can't be told from others.
func (s *share) setLocked(url string) *sharedSet {
	if !canShare(s.transport) {
		return nil
	}
	name := setName{url, s.transport, s.keys}
	if s.set != nil && s.set.name == name {
		return s.set
	}
	s.forgetSetLocked()
	l := s.limiter
	set := l.sets[name]
	if set == nil {
		set = &sharedSet{name: name}
		if l.sets == nil {
			l.sets = map[setName]*sharedSet{}
		}
		l.sets[name] = set
	}
	set.members++
	s.set = set
	return set
}

// forgetSetLocked takes the cache from those that name its key set.
func (s *share) forgetSetLocked() {
	if s.set == nil {
		return
	}
	if s.set.members--; s.set.members == 0 {
		delete(s.limiter.sets, s.set.name)
	}
	s.set = nil
}

// wakeAll has caches see whether their host is back, not all of them at once:
// B2C counts requests.
func wakeAll(waiting []*share) {
	const step = 40 * time.Millisecond
	for i, s := range waiting {
		s.wake(retry.Jitter(step, float64(i), float64(i+1)))
	}
}
