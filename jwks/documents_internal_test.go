// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func good(doc document) attempt { return attempt{begun: time.Now(), doc: doc} }

func bad(kind failure, retryAfter time.Duration) attempt {
	return attempt{begun: time.Now(), err: &FetchError{kind: kind, RetryAfter: retryAfter}}
}

// For how long a document that has failed is held back, by who waits for it.
func TestRecordWaits(t *testing.T) {
	const second = time.Second
	usable, empty := capsFor(true, 24*time.Hour), capsFor(false, 24*time.Hour)
	for name, tc := range map[string]struct {
		failures                  []attempt
		usable, empty, background time.Duration // at most
		atLeast                   time.Duration // with usable keys
		lifted                    time.Duration // with usable keys, after lift
	}{
		"none": {},
		"once": {
			failures: []attempt{bad(failedOther, 0)},
			usable:   1200 * time.Millisecond, empty: 1200 * time.Millisecond, background: 1200 * time.Millisecond, atLeast: 800 * time.Millisecond,
		},
		"eight times": {
			failures: []attempt{bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0), bad(failedOther, 0)},
			usable:   demandCap, empty: demandCapEmpty, background: backgroundCap, atLeast: demandCap,
		},
		"lasting":          {failures: []attempt{bad(failedLasting, 0)}, usable: demandCap, empty: demandCapEmpty, background: backgroundCap, atLeast: demandCap},
		"Retry-After":      {failures: []attempt{bad(failedOther, 300*second)}, usable: 300 * second, empty: 60 * second, background: 300 * second, atLeast: 300 * second, lifted: 300 * second},
		"long Retry-After": {failures: []attempt{bad(failedOther, time.Hour)}, usable: 600 * second, empty: 60 * second, background: 600 * second, atLeast: 600 * second, lifted: 600 * second},
		"429":              {failures: []attempt{bad(failedThrottled, 300*second)}, usable: 300 * second, empty: 60 * second, background: 300 * second, atLeast: 300 * second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r record
				for _, a := range tc.failures {
					r.add(&a)
				}
				if got := r.wait(usable); got > tc.usable || got < tc.atLeast {
					t.Errorf("with usable keys: got %v, want %v to %v", got, tc.atLeast, tc.usable)
				}
				if got := r.wait(empty); got > tc.empty || tc.empty >= demandCapEmpty && got < tc.empty {
					t.Errorf("without: got %v, want %v", got, tc.empty)
				}
				if got := r.backgroundWait(usable); got > tc.background || tc.background == backgroundCap && got < tc.background*4/5 {
					t.Errorf("in the background: got %v, want up to %v", got, tc.background)
				}
				r.lift()
				if got := r.wait(usable); got != tc.lifted {
					t.Errorf("after lift: got %v, want %v", got, tc.lifted)
				}
				a := good(document{etag: "one", maxAge: time.Minute})
				if r.add(&a); r.err != nil || r.wait(usable) != 0 || r.etag != "one" || r.maxAge != time.Minute || !r.at.Equal(a.begun) {
					t.Errorf("after a good answer: got %+v", r)
				}
			})
		})
	}
}

// Which fetches request metadata: one of the two documents is enough to look
// for a new key, and what has failed comes again.
func TestMetadataIncluded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := documents{host: "b2c.test", renewAfter: time.Hour, due: true}
		usable, empty := capsFor(true, 24*time.Hour), capsFor(false, 24*time.Hour)
		check := func(when string, forKey, forIssuer, cold, background bool) {
			t.Helper()
			got := [4]bool{d.includesMetadata(true, false, usable), d.includesMetadata(true, true, usable), d.includesMetadata(false, false, empty), d.metadataDue()}
			if want := [4]bool{forKey, forIssuer, cold, background}; got != want {
				t.Errorf("%s: got %v, want %v", when, got, want)
			}
		}
		check("never fetched", false, true, true, true)
		meta := metadata{issuer: "https://b2c.test/", jwksURI: "https://keys.test/", keyHost: "keys.test"}
		d.record(&outcome{metadata: good(document{etag: "m"}), keys: bad(failedOther, 0), meta: meta})
		check("metadata alone", false, true, false, false)
		if got := d.order(false, true); got.known != meta || got.metadataETag != "m" || got.keysETag != "" || d.firstHost(false) != "keys.test" || d.firstHost(true) != "b2c.test" {
			t.Errorf("got %+v", got)
		}
		d.record(&outcome{keys: good(document{etag: "k"}), meta: meta})
		check("both", false, true, false, false)
		if d.err() != nil || d.order(false, false).keysETag != "k" {
			t.Errorf("got %v and %+v", d.err(), d.order(false, false))
		}
		d.wanted = true
		check("an issuer is wanted", true, true, true, true)
		d.record(&outcome{metadata: bad(failedOther, 0), meta: meta})
		check("metadata fails", false, true, true, true)
		if d.err() == nil || d.errFor(false) != nil {
			t.Errorf("got %v and %v, want the metadata's error where it matters", d.err(), d.errFor(false))
		}
		if _, ok := errors.AsType[*FetchError](d.err()); !ok {
			t.Errorf("got %T", d.err())
		}
		other := metadata{issuer: "https://b2c.test/tfp/", jwksURI: "https://keys.test/", keyHost: "keys.test"}
		d.record(&outcome{metadata: good(document{etag: "m2"}), meta: other})
		if got := d.order(true, false); got.keysETag != "" || got.metadataETag != "m2" || d.wanted {
			t.Errorf("other metadata: got %+v, want the keys whole", got)
		}
		time.Sleep(time.Hour)
		check("an hour later", false, true, true, true)
	})
}

// Keys lapse by the older of the two confirmations.
func TestSnapshotLapses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for _, s := range []snapshot{
			{set: &Set{}, keysFrom: confirmation{at: now}, metadataFrom: confirmation{at: now.Add(time.Minute)}},
			{set: &Set{}, keysFrom: confirmation{at: now.Add(time.Minute)}, metadataFrom: confirmation{at: now}},
		} {
			if got := s.lapses(time.Hour); !got.Equal(now.Add(time.Hour)) {
				t.Errorf("got %v, want an hour after the older", got.Sub(now))
			}
		}
		s := &snapshot{set: &Set{}, keysFrom: confirmation{at: now}, metadataFrom: confirmation{at: now}}
		time.Sleep(time.Hour - 1)
		if s.usable(time.Hour) == nil {
			t.Error("lapsed too early")
		}
		time.Sleep(time.Nanosecond)
		if s.usable(time.Hour) != nil || (*snapshot)(nil).usable(time.Hour) != nil {
			t.Error("usable for too long")
		}
	})
}

// Reading waits for nothing, whatever is locked, and makes no garbage.
func TestCurrentTakesNoLock(t *testing.T) {
	var c Cache
	c.upkeep.opts = Options{MaxStale: time.Hour, Limiter: new(Limiter)}
	now := confirmation{at: time.Now()}
	set := &Set{}
	c.upkeep.current.Store(&snapshot{set: set, metadataFrom: now, keysFrom: now})
	c.upkeep.mu.Lock()
	c.upkeep.opts.Limiter.mu.Lock()
	if got := testing.AllocsPerRun(100, func() {
		if c.Current() != set {
			t.Error("got no set")
		}
	}); got != 0 {
		t.Errorf("got %v allocations, want none", got)
	}
}
