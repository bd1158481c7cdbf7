// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"net/http"
	"reflect"
	"time"
)

// setName is which key set is meant: the URL byte for byte, how it is reached and by
// which rules it is read. What came by another transport is not believed, and a key
// that was read by other rules is another key.
type setName struct {
	url       string
	transport http.RoundTripper // comparable
	keys      keyRules
}

// canShare reports whether what came by a transport may be told to others that
// have the same one: whether it can be told from another.
func canShare(transport http.RoundTripper) bool {
	return transport == nil || reflect.ValueOf(transport).Comparable()
}

// sharedSet is what the caches that name one key set know of it together. Its
// Limiter guards it. It keeps no document that the cache which fetched it doesn't.
type sharedSet struct {
	name    setName
	members int
	request *keyRequest // the newest under way, nil if there is none
	latest  answer
}

// keyRequest is a request for a key set, for which other caches may wait.
type keyRequest struct {
	of   *sharedSet
	turn uint64
	done chan struct{}
}

// answer is a good answer to the request of that turn. The zero answer is none.
type answer struct {
	turn    uint64
	attempt attempt
	set     *Set // nil if the server only said that its ETag is still right
}

// answerFor returns the latest answer if it serves a fetch that has keys of that
// ETag: one to a later request than the fetch counts as its own, an older one is
// news or nothing.
func (s *sharedSet) answerFor(o *order, etag string, body bool) (a answer, ok bool) {
	a = s.latest
	a.attempt.lent, a.attempt.earlier = true, a.turn < o.turn
	switch {
	case a.turn == 0:
		return answer{}, false
	case a.attempt.earlier && (o.ask == askServer || !a.attempt.begun.After(o.confirmed)):
		return answer{}, false
	case etag != "" && etag == a.attempt.doc.etag:
		a.set, a.attempt.doc.body, a.attempt.doc.notModified = nil, "", true
		return a, true
	}
	return a, a.set != nil && (a.attempt.doc.body != "" || !body)
}

// awaited returns the request under way if its answer will serve a fetch, nil if not.
func (s *sharedSet) awaited(o *order) *keyRequest {
	if r := s.request; r != nil && (r.turn > o.turn || o.ask != askServer && !o.told) {
		return r
	}
	return nil
}

// begin makes a request the newest one.
func (s *sharedSet) begin(turn uint64) *keyRequest {
	s.request = &keyRequest{of: s, turn: turn, done: make(chan struct{})}
	return s.request
}

// end keeps what came of a request, and lets go who waits for it. Of two that
// were under way at once the later one's answer stays.
func (s *sharedSet) end(r *keyRequest, a *attempt, set *Set) {
	if s.request == r {
		s.request = nil
	}
	if a.isGood() && r.turn > s.latest.turn {
		next := answer{r.turn, *a, set}
		if doc := &next.attempt.doc; doc.notModified {
			doc.notModified = false
			if doc.etag == s.latest.attempt.doc.etag {
				next.set, doc.body = s.latest.set, s.latest.attempt.doc.body
			}
		}
		s.latest = next
	}
	close(r.done)
}

// age returns how long ago the request was made that brought an attempt's answer,
// if it was another cache's.
func (a *attempt) age() time.Duration {
	if !a.lent {
		return 0
	}
	return time.Since(a.begun)
}
