// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// grace is for how long after an answer has arrived a validator may still go by
// the one before. Publishing takes microseconds; a busy machine takes its time.
const grace = 3 * time.Second

// observer is the transport of one validator. It passes everything on and
// remembers what the validator was sent, which is what the model goes by.
type observer struct {
	base     http.RoundTripper
	issuer   string
	timeout  time.Duration // FetchTimeout
	interval time.Duration // MaxRefresh
	report   func(format string, args ...any)
	started  time.Time
	kept     kept
	store    *complaints
	earlier  []*observer // of the runs before, if what they were sent is kept

	mu        sync.Mutex
	keys      map[string][]sighting // good key sets by flow
	metadata  map[string][]sighting // good metadata by flow
	asked     []time.Time           // requests of the last ten seconds
	askedKeys map[string][]time.Time
	lastDone  map[string]time.Time // of any answer, by flow
	host      hold                 // what HTTP 429 asks of all flows, until one is answered
	holds     map[string]hold      // and of the document that was asked for
	requests  int
}

// kept is what becomes of key sets when a service ends.
type kept int

const (
	forgotten kept = iota
	inFile         // the next run has them from its first request on
	inRedis        // it may have them: Redis may be away, or slow
)

// sightings returns the good documents that the validator may go by.
func (o *observer) sightings(flow string) (metadata, keys []sighting) {
	for _, e := range append(slices.Clone(o.earlier), o) {
		e.mu.Lock()
		m, k := slices.Clone(e.metadata[flow]), slices.Clone(e.keys[flow])
		e.mu.Unlock()
		if e != o {
			doubt(m, o.takesOver)
			doubt(k, o.takesOver)
		}
		metadata, keys = append(metadata, m...), append(keys, k...)
	}
	if len(o.earlier) > 0 {
		byDone := func(a, b sighting) int { return a.done.Compare(b.done) }
		slices.SortStableFunc(metadata, byDone)
		slices.SortStableFunc(keys, byDone)
	}
	return metadata, keys
}

// takesOver reports whether the validator surely has from a snapshot what an
// earlier run was sent.
func (o *observer) takesOver(s sighting) bool {
	return o.kept == inFile && !o.store.failed.Load() && s.done.Add(grace).Before(o.started)
}

// doubt makes all those unsure for which sure is false.
func doubt(all []sighting, sure func(sighting) bool) {
	for i := range all {
		all[i].sure = all[i].sure && sure(all[i])
	}
}

// leave is for a flow that is no longer trusted, or again: the validator knows
// no more of it than what is kept elsewhere.
func (o *observer) leave(flow string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch o.kept {
	case forgotten:
		delete(o.metadata, flow)
		delete(o.keys, flow)
	case inFile, inRedis: // what was there may come back
		o.metadata[flow], o.keys[flow] = slices.Clone(o.metadata[flow]), slices.Clone(o.keys[flow])
		never := func(sighting) bool { return false }
		doubt(o.metadata[flow], never)
		doubt(o.keys[flow], never)
	}
}

// hold is that the server wants to be left alone.
type hold struct{ from, until time.Time }

// broken reports whether a request comes too early; one that was decided on just
// before the answer came does not.
func (h hold) broken(now time.Time) bool {
	return now.After(h.from.Add(time.Second)) && now.Before(h.until.Add(-100*time.Millisecond))
}

// sighting is a good document that a validator was sent.
type sighting struct {
	asked, done time.Time
	sure        bool // it came in time, beyond doubt
	kids        []string
}

func newObserver(base http.RoundTripper, issuer string, timeout, interval time.Duration, report func(string, ...any)) *observer {
	return &observer{
		started: time.Now(), store: newComplaints(), base: base, issuer: issuer, timeout: timeout, interval: interval, report: report,
		keys: map[string][]sighting{}, metadata: map[string][]sighting{}, askedKeys: map[string][]time.Time{}, lastDone: map[string]time.Time{}, holds: map[string]hold{},
	}
}

func (o *observer) RoundTrip(r *http.Request) (*http.Response, error) {
	flow, isKeys := flowOf(r.URL.Path), strings.HasSuffix(r.URL.Path, "/keys")
	asked := time.Now()
	o.admit(flow, isKeys, asked)
	resp, err := o.base.RoundTrip(r)
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.lastDone[flow] = time.Now()
		return resp, err
	}
	body, readErr := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	o.record(flow, isKeys, asked, resp, body, readErr)
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{readErr}))
	return resp, nil
}

func (o *observer) CloseIdleConnections() {
	if c, ok := o.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// failing is a reader that ends as another one did.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// flowOf returns the flow of a URL's path, in lower case.
func flowOf(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	return strings.ToLower(parts[2])
}

// admit counts a request, and holds it against what is promised.
func (o *observer) admit(flow string, isKeys bool, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests++
	o.asked = append(within(o.asked, now), now)
	flows := max(1, len(o.lastDone))
	// Tokens: 20 at once and 2 a second. Retries: 2 a second. The background:
	// two documents of each flow a refresh, which comes no sooner than after
	// two thirds of its time. After an outage, and when asked to be ready, each once.
	background := 2 * flows * (int(10*time.Second*3/2/o.interval) + 2)
	if most := 20 + 2*10 + 2*10 + background + 4*flows; len(o.asked) > most {
		o.report("%d requests for metadata and keys within 10 s, want at most %d", len(o.asked), most)
	}
	if isKeys {
		o.askedKeys[flow] = append(within(o.askedKeys[flow], now), now)
		if n := len(o.askedKeys[flow]); n > 26 {
			o.report("%d requests for the keys of %s within 10 s, want at most 26", n, flow)
		}
	}
	goesOn := now.Sub(o.lastDone[flow]) < time.Second // keys come right after metadata
	for _, h := range []hold{o.host, o.holds[document(flow, isKeys)]} {
		if h.broken(now) && !goesOn {
			o.report("a request for %s %v after HTTP 429 with Retry-After %v", document(flow, isKeys), now.Sub(h.from).Round(time.Millisecond), h.until.Sub(h.from).Round(time.Millisecond))
		}
	}
}

// within drops times more than ten seconds ago.
func within(all []time.Time, now time.Time) []time.Time {
	for len(all) > 0 && now.Sub(all[0]) > 10*time.Second {
		all = all[1:]
	}
	return all
}

func document(flow string, isKeys bool) string {
	if isKeys {
		return "the keys of " + flow
	}
	return "the metadata of " + flow
}

func (o *observer) record(flow string, isKeys bool, asked time.Time, resp *http.Response, body []byte, readErr error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.lastDone[flow] = now
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && resp.StatusCode == http.StatusTooManyRequests {
		h := hold{now, later(o.host.until, now.Add(time.Duration(seconds)*time.Second))}
		o.host, o.holds[document(flow, isKeys)] = h, hold{now, now.Add(time.Duration(seconds) * time.Second)}
	}
	if readErr != nil || resp.StatusCode != http.StatusOK {
		return
	}
	if asked.After(o.host.from) {
		o.host = hold{} // the server is back
	}
	s := sighting{asked: asked, done: now, sure: now.Sub(asked) < o.timeout*7/10}
	var doc struct {
		Issuer string
		Keys   []struct{ Kid string }
	}
	if json.Unmarshal(body, &doc) != nil {
		return
	}
	for _, k := range doc.Keys {
		if k.Kid != "" && !strings.HasPrefix(k.Kid, "odd-") { // those of FaultOddKeys
			s.kids = append(s.kids, k.Kid)
		}
	}
	switch {
	case isKeys && len(s.kids) > 0: // a set without any usable key replaces none
		o.keys[flow] = prune(append(o.keys[flow], s))
	case !isKeys && doc.Issuer == o.issuer:
		o.metadata[flow] = prune(append(o.metadata[flow], s))
	}
}

// prune keeps the latest sightings.
func prune(all []sighting) []sighting { return all[max(0, len(all)-30):] }
