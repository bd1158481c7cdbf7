// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// An External ID tenant under its two hosts: either's metadata names the same
// issuer and key set.
const (
	ciamByName = "contoso.ciamlogin.com"
	ciamByGUID = "775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com"
	ciamIssuer = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	ciamKeys   = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/discovery/v2.0/keys"
)

// ciam is a network with that tenant.
type ciam struct {
	mu       sync.Mutex
	keys     string // the key set's body
	etag     string // its ETag, if it has one
	requests map[string]int
	delay    time.Duration // of the key set, whose body is taken before
	late     time.Duration // more of the second host's metadata
	before   func(*http.Request) error
}

func (n *ciam) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	what := r.URL.Host
	if isKeys(r) {
		what = "keys"
	}
	if n.requests == nil {
		n.requests = map[string]int{}
	}
	n.requests[what]++
	keys, etag, before, delay := n.keys, n.etag, n.before, n.delay
	if what == ciamByGUID {
		delay = n.late
	}
	n.mu.Unlock()
	if before != nil {
		if err := before(r); err != nil {
			return nil, err
		}
	}
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if what != "keys" {
		return reply(r, metadataOf(ciamIssuer, ciamKeys)), nil
	}
	resp := reply(r, keys)
	if etag != "" {
		resp.Header.Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			resp.StatusCode, resp.Body = http.StatusNotModified, http.NoBody
		}
	}
	return resp, nil
}

// asked returns how often the key set was requested since it was last asked.
func (n *ciam) asked() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer clear(n.requests)
	return n.requests["keys"]
}

func (n *ciam) set(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
}

func (n *ciam) publish(kids ...string) {
	var keys []string
	for _, kid := range kids {
		keys = append(keys, jwk(kid, 2048))
	}
	n.set(func() { n.keys = keySet(keys...) })
}

func ciamAt(t testing.TB, name string) authority.Authority {
	t.Helper()
	a, err := authority.ExternalID(name, tenantID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// twins are caches of the tenant under both hosts that share a Limiter.
func twins(t testing.TB, n *ciam, o jwks.Options) (a, b *jwks.Cache) {
	t.Helper()
	if n.keys == "" {
		n.publish("old")
	}
	o.Limiter = new(jwks.Limiter)
	return openAt(t, ciamAt(t, "contoso"), n, &o), openAt(t, ciamAt(t, tenantID), n, &o)
}

// bothReady warms both at once, and forgets what that took.
func bothReady(t testing.TB, n *ciam, caches ...*jwks.Cache) {
	t.Helper()
	both(t, "old", caches...)
	n.asked()
}

// both has all caches find a key at once.
func both(t testing.TB, kid string, caches ...*jwks.Cache) {
	t.Helper()
	var wg sync.WaitGroup
	for _, c := range caches {
		wg.Go(func() {
			if !finds(t, c, kid) {
				t.Errorf("%v: the key %q is missing", c.Authority(), kid)
			}
		})
	}
	wg.Wait()
}

func TestSharedKeySetIsFetchedOnceAtTheStart(t *testing.T) {
	for name, n := range map[string]*ciam{
		"at once":             {},
		"slow keys":           {delay: 900 * time.Millisecond},
		"one's metadata late": {delay: 50 * time.Millisecond, late: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := twins(t, n, jwks.Options{})
				n.publish("old")
				both(t, "old", a, b)
				if got := n.asked(); got != 1 {
					t.Errorf("got %d requests for the key set, want 1", got)
				}
				if a, b := a.State(), b.State(); a.KeyFetches+b.KeyFetches != 1 || a.MetadataFetches != 1 || b.MetadataFetches != 1 {
					t.Errorf("got %+v and %+v, want each to count its own requests", a, b)
				}
			})
		})
	}
}

// One that is needed only later begins with what the other knows, as old as it is.
func TestLateCacheTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{}
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a)
		time.Sleep(10 * time.Minute)
		both(t, "old", b)
		s := b.State()
		if n.asked() != 0 || s.Age != 10*time.Minute || s.FromSnapshot || time.Since(s.LastSuccess) != 10*time.Minute {
			t.Errorf("got %+v, want the other's keys of 10 minutes ago", s)
		}
	})
}

func TestSharedKeySetIsFetchedOnceAnInterval(t *testing.T) {
	for _, tt := range []struct{ name, etag string }{{"whole", ""}, {"ETag", `"1"`}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &ciam{etag: tt.etag}
				a, b := twins(t, n, jwks.Options{})
				bothReady(t, n, a, b)
				time.Sleep(24 * time.Hour)
				for _, c := range []*jwks.Cache{a, b} {
					if s := c.State(); !s.Usable || s.Age > 53*time.Minute || s.LastError != nil {
						t.Errorf("got %+v, want fresh keys", s)
					}
				}
				n.mu.Lock()
				first, second := n.requests[ciamByName], n.requests[ciamByGUID]
				n.mu.Unlock()
				got := n.asked()
				if got < 27 || got > 36 || first < 27 || second < 27 || first+second > 80 {
					t.Errorf("got %d requests for keys, %d and %d for metadata; want 27 to 36, and as many of each", got, first, second)
				}
				t.Logf("%s: %d for keys, %d and %d for metadata", tt.name, got, first, second)
			})
		})
	}
}

// Whichever of them a token of a new key comes to, and when: before, during or
// after the other's fetch.
func TestSharedKeySetAtARotation(t *testing.T) {
	for name, pause := range map[string]time.Duration{"at once": 0, "meanwhile": 300 * time.Millisecond, "later": 20 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &ciam{delay: 500 * time.Millisecond}
				a, b := twins(t, n, jwks.Options{})
				bothReady(t, n, a, b)
				time.Sleep(time.Minute)
				n.publish("new", "old")
				var wg sync.WaitGroup
				wg.Go(func() { both(t, "new", a) })
				time.Sleep(pause)
				wg.Go(func() { both(t, "new", b) })
				wg.Wait()
				if got := n.asked(); got != 1 {
					t.Errorf("got %d requests for the key set, want 1", got)
				}
			})
		})
	}
}

// What another was told before says nothing of a key that it doesn't name.
func TestUnknownKeyIsAskedForAfterTheDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{}
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a, b)
		for i, c := range []*jwks.Cache{a, b, a} {
			time.Sleep(time.Second)
			if finds(t, c, "unknown") {
				t.Error("found a key that is not published")
			}
			if got := n.asked(); got != 1 {
				t.Errorf("demand %d: got %d requests, want its own", i, got)
			}
		}

		time.Sleep(time.Minute)
		n.set(func() { n.delay = 400 * time.Millisecond })
		var wg sync.WaitGroup
		wg.Go(func() { finds(t, a, "unknown") })
		time.Sleep(200 * time.Millisecond) // the old set is on its way
		n.publish("new")
		wg.Go(func() { both(t, "new", b) })
		wg.Wait()
		if got := n.asked(); got != 2 {
			t.Errorf("got %d requests, want one that was under way and one after it", got)
		}
		time.Sleep(time.Minute)
		both(t, "new", a) // as news
		n.publish("newer")
		both(t, "newer", b)
		n.publish("newest")
		both(t, "newest", a) // the news doesn't have it
	})
}

func TestRefreshAsksAfterTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{delay: 100 * time.Millisecond, late: 100 * time.Millisecond}
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a, b)
		for _, at := range [][]*jwks.Cache{{a}, {b}, {a, b}} {
			time.Sleep(2 * time.Second)
			var wg sync.WaitGroup
			for _, c := range at {
				wg.Go(func() {
					if err := c.Refresh(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if got := n.asked(); got != 1 {
				t.Errorf("got %d requests for the key set, want 1", got)
			}
		}
		// The refresh of a does not answer one that is called while it is under way.
		time.Sleep(2 * time.Second)
		go func() { _ = a.Refresh(t.Context()) }()
		time.Sleep(150 * time.Millisecond) // for the keys by now
		n.publish("new")
		if err := b.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
		if ids := b.State().KeyIDs; len(ids) != 1 || ids[0] != "new" {
			t.Errorf("got %q, want what was published before the call", ids)
		}
	})
}

// News costs nothing of the budget, and comes where the budget allows no fetch.
func TestNewsNeedsNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{}
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a, b)
		time.Sleep(time.Minute)
		n.publish("new")
		both(t, "new", a)
		both(t, "new", b)
		n.asked()
		for range 2 {
			if finds(t, b, "made-up") {
				t.Error("found a key that is not published")
			}
		}
		if got := n.asked(); got != 2 {
			t.Errorf("got %d requests, want the whole budget of two", got)
		}
		if _, err := b.Find(t.Context(), jwks.Query{KeyID: "made-up"}); err == nil {
			t.Error("a third fetch was allowed")
		}
		time.Sleep(time.Millisecond)
		n.publish("newer")
		both(t, "newer", a)
		both(t, "newer", b)
		if got := n.asked(); got != 1 {
			t.Errorf("got %d requests, want 1", got)
		}
	})
}

// A key that was withdrawn is gone as soon as if each had fetched for itself.
func TestTakenOverKeysAreRefreshedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{}
		n.publish("old", "withdrawn")
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a)
		time.Sleep(30 * time.Minute)
		n.publish("old")
		both(t, "withdrawn", b) // as it was known half an hour ago
		time.Sleep(24 * time.Minute)
		if got := b.State(); len(got.KeyIDs) != 1 {
			t.Errorf("got %+v, want the withdrawn key to be gone", got)
		}
	})
}
