// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

func sharing(l *Limiter, rt http.RoundTripper) *share { return &share{limiter: l, transport: rt} }

// claimed claims a key set for a fetch that begins now.
func claimed(s *share, url string, o order, patient bool) (a answer, found bool, r *keyRequest, mine bool) {
	o.turn = s.nextTurn()
	return s.claim(url, &o, o.keysETag, patient)
}

// Of tenants that come and go nothing is left, nor of URLs that metadata no longer
// names.
func TestSharedSetsDoNotGrow(t *testing.T) {
	var l Limiter
	var shares []*share
	for i := range 1000 {
		s := sharing(&l, nil)
		for _, version := range []string{"/old", "/new"} {
			_, _, r, mine := claimed(s, "https://b2c.example/"+strconv.Itoa(i)+version, order{}, true)
			if !mine {
				t.Fatal("the key set was shared with nobody")
			}
			s.end(r, attempt{begun: time.Now(), doc: document{body: "{}"}}, &Set{})
		}
		shares = append(shares, s)
	}
	if len(l.sets) != 1000 {
		t.Errorf("got %d key sets, want one for each", len(l.sets))
	}
	for name, set := range l.sets {
		if set.latest.attempt.doc.body != "" || set.request != nil {
			t.Fatalf("%s: its document is kept", name.url)
		}
	}
	for _, s := range shares {
		s.leave()
		s.leave()
	}
	if len(l.sets) != 0 {
		t.Errorf("got %d key sets of caches that have left", len(l.sets))
	}
}

func TestAnswersThatOthersMayUse(t *testing.T) {
	const url = "https://b2c.example/keys"
	begun := time.Now()
	good := attempt{begun: begun, doc: document{body: "{}", etag: `"1"`}}
	same := attempt{begun: begun, doc: document{notModified: true, etag: `"1"`}}
	for _, tt := range []struct {
		name    string
		answers []attempt
		set     *Set
		body    bool // the one that looks wants it
		o       order
		found   bool
		keys    bool // and there are any
	}{
		{"newer", []attempt{good}, &Set{}, false, order{}, true, true},
		{"not newer", []attempt{good}, &Set{}, false, order{confirmed: begun}, false, false},
		{"older than Refresh", []attempt{good}, &Set{}, false, order{ask: askServer}, false, false},
		{"of the same ETag", []attempt{good}, &Set{}, false, order{keysETag: `"1"`}, true, false},
		{"of another ETag", []attempt{good}, &Set{}, false, order{keysETag: `"2"`}, true, true},
		{"confirmed", []attempt{good, same}, &Set{}, false, order{}, true, true},
		{"confirmed alone", []attempt{same}, nil, false, order{}, false, false},
		{"confirmed alone, of the same ETag", []attempt{same}, nil, false, order{keysETag: `"1"`}, true, false},
		{"without the body", []attempt{good}, &Set{}, true, order{}, false, false},
		{"bad since", []attempt{good, {begun: begun, err: &FetchError{}}}, &Set{}, false, order{}, true, true},
		{"bad", []attempt{{begun: begun, err: &FetchError{}}}, nil, false, order{}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l Limiter
			one, other := sharing(&l, nil), sharing(&l, nil)
			other.bodies = tt.body
			for _, a := range tt.answers {
				_, _, r, _ := claimed(one, url, order{ask: askServer}, true)
				if a.doc.notModified || a.err != nil {
					tt.set = nil
				}
				one.end(r, a, tt.set)
			}
			a, found, _, mine := claimed(other, url, tt.o, true)
			if found != tt.found || mine == found || (a.set != nil) != tt.keys || found && a.attempt.doc.notModified == tt.keys {
				t.Errorf("got %+v, found %v, own request %v", a, found, mine)
			}
			if found && (!a.attempt.lent || !a.attempt.earlier || !a.attempt.begun.Equal(begun)) {
				t.Errorf("got %+v, want it to be another's, of before", a.attempt)
			}
		})
	}
}

// Who was told something already waits only for what is asked after it came.
func TestRequestsThatOthersWaitFor(t *testing.T) {
	const url = "https://b2c.example/keys"
	for _, tt := range []struct {
		name    string
		o       order
		patient bool
		waits   bool
	}{
		{"news", order{}, true, true},
		{"news again", order{told: true}, true, false},
		{"Refresh", order{ask: askServer}, true, false},
		{"long enough", order{}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l Limiter
			one, other := sharing(&l, nil), sharing(&l, nil)
			early := other.nextTurn()
			_, _, first, _ := claimed(one, url, order{}, true)
			_, _, r, mine := claimed(other, url, tt.o, tt.patient)
			if mine == tt.waits || tt.waits && r != first {
				t.Fatalf("makes its own request: %v, want %v", mine, !tt.waits)
			}
			if mine { // the later answer stays, whichever comes first
				other.end(r, attempt{begun: time.Now(), doc: document{etag: "later"}}, &Set{})
			}
			one.end(first, attempt{begun: time.Now(), doc: document{etag: "earlier"}}, &Set{})
			a, found := other.news(url, &order{turn: early, ask: askServer}, "")
			if want := map[bool]string{true: "later", false: "earlier"}[mine]; !found || a.attempt.earlier || a.attempt.doc.etag != want {
				t.Errorf("got %+v, want the %s request's answer", a, want)
			}
			select {
			case <-first.done:
			default:
				t.Error("who waits is not let go")
			}
		})
	}
}

type asFunc func(*http.Request) (*http.Response, error)

func (f asFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportsThatCanBeTold(t *testing.T) {
	one, other := new(http.Transport), new(http.Transport)
	var l Limiter
	sets := map[*sharedSet]bool{}
	for _, rt := range []http.RoundTripper{nil, one, other, one, nil} {
		sets[sharing(&l, rt).setLocked("https://b2c.example/keys")] = true
	}
	if len(sets) != 3 || sets[nil] {
		t.Errorf("got %d key sets, want one for each of three transports", len(sets))
	}
	if sharing(&l, asFunc(nil)).setLocked("https://b2c.example/keys") != nil {
		t.Error("a function is no transport that can be told from another")
	}
}

// What another cache was told costs no request, and says whether the server was
// asked only if that was since the fetch began.
func TestOutcomeOfAnothersAnswer(t *testing.T) {
	now := time.Now()
	own, joined, earlier := attempt{begun: now}, attempt{begun: now, lent: true}, attempt{begun: now, lent: true, earlier: true}
	for _, tt := range []struct {
		name          string
		out           outcome
		taken, unused int
		news, asked   bool
	}{
		{"own", outcome{metadata: own, keys: own}, 2, 0, false, true},
		{"joined", outcome{keys: joined}, 1, 1, false, true},
		{"joined, with metadata", outcome{metadata: own, keys: joined}, 2, 1, false, true},
		{"earlier", outcome{keys: earlier}, 1, 1, true, false},
		{"earlier, with metadata", outcome{metadata: own, keys: earlier}, 2, 1, true, true},
		{"earlier, for a program", outcome{keys: earlier}, 0, 0, true, false},
		{"the store's", outcome{stored: true, metadata: own, keys: own}, 2, 2, true, false},
		{"failed", outcome{keys: attempt{begun: now, err: &FetchError{}}}, 2, 2, false, true},
	} {
		if got := tt.out.unused(tt.taken); got != tt.unused || tt.out.isNews() != tt.news || tt.out.asked() != tt.asked {
			t.Errorf("%s: got %d requests back, news %v, asked %v", tt.name, got, tt.out.isNews(), tt.out.asked())
		}
	}
}
