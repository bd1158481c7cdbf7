// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/rediskeys"
	"github.com/b2ckit/b2ckit/keyring"
)

var fleetTable = &table{name: "fleet", test: "TestFleet", rows: fleetRows}

// What a fleet of processes for one flow asks of B2C.
func TestFleet(t *testing.T) { fleetTable.run(t) }

// A process for itself makes 2 requests where it fetches, of metadata and of keys.
const (
	oneRequest = 50 * time.Millisecond // a request takes so long
	perDay     = 2 * (1 + 24*60/43)    // requests of one process, which refreshes each 43 to 53 minutes
)

var fleetRows = []*row{
	fleetRow("start", "processes start at once; the first token comes to each",
		"2 requests of each; all answered 200 ≤ 1 s", fleetStarts(func(n int) int { return 2 * n })),
	fleetRow("start_shared", "the same, with snapshots in one place",
		"2 requests in all; all answered 200 ≤ 1 s", fleetStarts(func(int) int { return 2 })),
	fleetRow("day", "a day without an event; no traffic",
		"2 requests of each in 43 min", fleetDay(func(n int) int { return perDay * n })),
	fleetRow("day_shared", "the same, with snapshots",
		"about as many as one process alone, ≤ 1.5 times", fleetDay(func(int) int { return perDay * 3 / 2 })),
	fleetRow("rotation", "a new key signs; its first token comes to all at once",
		"1 request of each; all answered 200", fleetRotation(func(n int) int { return n })),
	fleetRow("rotation_shared", "the same, with snapshots",
		"1 request in all; all answered 200", fleetRotation(func(int) int { return 1 })),
	fleetRow("outage", "B2C refuses connections for an hour while keys serve; no traffic",
		"≤ 8 requests of one in its first minute, ≤ 3 a minute of each in a fleet; 2 of each within 2 min after the return",
		fleetOutage(func(n int) int { return 2 * n })),
	fleetRow("outage_shared", "the same, with snapshots",
		"in the outage the same; ≤ 10 in all after the return, since some may have been about to ask for themselves", fleetOutage(func(int) int { return 10 })),
	fleetRow("cold", "processes start, and B2C refuses connections for 2 min; a token each 5 s",
		"≤ 1 attempt of each in 2 s; the last one's first 200 ≤ 3 s after the return", fleetCold),
	fleetRow("cold_shared", "the same, with a snapshot that is an hour old",
		"the first request is answered 200 by all; after the return ≤ 10 requests in all", fleetCold),
	{
		test:    "redis_shared",
		fault:   "50 processes share a real Redis: they start at once, a key rotates, they start anew",
		promise: "2 requests at the start, 1 at the rotation and none at the second start, of 100, 50 and 100 (the test allows 10 each: machines are busy); all answered 200",
		by:      realSockets,
		cases:   one(fleetInRedis),
	},
}

// A moment is what happens to a fleet.
type moment func(t *testing.T, f *figures, n int, shared bool)

func fleetRow(name, fault, promise string, m moment) *row {
	r := &row{test: name, fault: fault, promise: promise, by: virtualTime}
	shared := strings.HasSuffix(name, "_shared")
	for _, n := range fleets {
		r.cases = append(r.cases, testCase{name: fmt.Sprint(n), run: func(t *testing.T, f *figures) { m(t, f, n, shared) }})
	}
	return r
}

// processes are a fleet in one process: each has all its own, but for the place of
// the snapshots.
type processes struct {
	*network
	apis []*api
	db   *leasing // nil if there are no snapshots
	ring *keyring.Ring
}

// slowly is a network on which each request takes a while.
type slowly struct{ *network }

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(oneRequest)
	return s.network.RoundTrip(r)
}

func newFleet(t *testing.T, n int, shared bool) *processes {
	t.Helper()
	p := &processes{network: newNetwork(), ring: newRing()}
	if shared {
		p.db = &leasing{database: newDatabase("fleet"), until: map[string]time.Time{}}
	}
	for range n {
		p.apis = append(p.apis, newAPI(t, slowly{p.network}, p.keys(t), partner))
	}
	return p
}

// keys are the settings of a process: the defaults, with snapshots if there are any.
func (p *processes) keys(t *testing.T) *jwks.Options {
	t.Helper()
	if p.db == nil {
		return nil
	}
	s, err := jwks.NewSnapshots(p.db, p.ring)
	if err != nil {
		t.Fatal(err)
	}
	return keysIn(s)
}

// all asks all processes at once; it returns how many did not answer 200, and how
// long the slowest took.
func (p *processes) all(raw string) (errors int, slowest time.Duration) {
	answers := make([]answer, len(p.apis))
	var wg sync.WaitGroup
	for i, a := range p.apis {
		wg.Go(func() { answers[i] = a.private(raw) })
	}
	wg.Wait()
	for _, a := range answers {
		if a.status != http.StatusOK {
			errors++
		}
		slowest = max(slowest, a.took)
	}
	return errors, slowest
}

// start brings all processes to life, and lets them settle.
func (p *processes) start(t *testing.T) {
	t.Helper()
	if errors, _ := p.all(p.lasting(partner)); errors > 0 {
		t.Fatalf("%d of %d processes have not started", errors, len(p.apis))
	}
	time.Sleep(time.Minute)
}

func of(n int) string { return fmt.Sprintf("n %d:", n) }

func fleetStarts(limit func(n int) int) moment {
	return func(t *testing.T, f *figures, n int, shared bool) {
		p, begin := newFleet(t, n, shared), time.Now()
		errors, slowest := p.all(p.lasting(partner))
		time.Sleep(time.Minute)
		f.counted(of(n), p.since(begin), limit(n))
		f.counted("errors", errors, 0)
		f.took("slowest", slowest, time.Second)
	}
}

func fleetDay(limit func(n int) int) moment {
	return func(t *testing.T, f *figures, n int, shared bool) {
		p := newFleet(t, n, shared)
		p.start(t)
		begin := time.Now()
		time.Sleep(24 * time.Hour)
		f.counted(of(n), p.since(begin), limit(n))
		f.counted("in the busiest second, "+of(n), p.busiest(begin, time.Second, ""), 10+n/25)
	}
}

func fleetRotation(limit func(n int) int) moment {
	return func(t *testing.T, f *figures, n int, shared bool) {
		p := newFleet(t, n, shared)
		p.start(t)
		p.Rotate(partner, true)
		raw, begin := p.lasting(partner), time.Now()
		errors, slowest := p.all(raw)
		time.Sleep(time.Minute)
		f.counted(of(n), p.since(begin), limit(n))
		f.counted("errors", errors, 0)
		f.took("slowest", slowest, 2*time.Second)
	}
}

func fleetOutage(limit func(n int) (after int)) moment {
	return func(t *testing.T, f *figures, n int, shared bool) {
		p := newFleet(t, n, shared)
		p.start(t)
		unplugged(p.network)
		begin := time.Now()
		time.Sleep(time.Hour)
		sound(p.network)
		back := time.Now()
		f.counted("in the outage's busiest minute, "+of(n), p.busiest(begin, time.Minute, ""), max(8, 3*n))
		time.Sleep(2 * time.Minute)
		f.counted("after it, "+of(n), p.since(back), limit(n))
		f.counted("in its busiest second, "+of(n), p.busiest(back, time.Second, ""), 10+n/5)
	}
}

func fleetCold(t *testing.T, f *figures, n int, shared bool) {
	const outage = 2 * time.Minute
	p := newFleet(t, n, shared)
	raw := p.lasting(partner)
	if shared { // one more process has been there before
		before := newAPI(t, slowly{p.network}, p.keys(t), partner)
		before.once(t, raw)
		time.Sleep(time.Hour)
	}
	unplugged(p.network)
	begin := time.Now()
	refused, _ := p.all(raw)
	for time.Since(begin) < outage {
		p.all(raw)
		time.Sleep(5 * time.Second)
	}
	f.counted("attempts, "+of(n), p.since(begin), n*int(outage/(2*time.Second)))
	sound(p.network)
	back := time.Now()
	for errors := 1; errors > 0; time.Sleep(100 * time.Millisecond) {
		if errors, _ = p.all(raw); errors == 0 {
			break
		}
		if time.Since(back) > time.Minute {
			t.Fatalf("%d processes do not serve yet", errors)
		}
	}
	f.took("last first 200 after the return", time.Since(back), 3*time.Second)
	if shared {
		f.counted("503 at the start", refused, 0)
		time.Sleep(2 * time.Minute)
		f.counted("requests after it, "+of(n), p.since(back), 10)
	}
}

func fleetInRedis(t *testing.T, f *figures) {
	const n, some = 50, 10
	s, addr, ring := newSite(t), redistest.Start(t).Addr, newRing()
	start := func() *processes {
		p := &processes{}
		for range n {
			client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
			t.Cleanup(func() { _ = client.Close() })
			snapshots, err := rediskeys.New(client, ring, &rediskeys.Options{Timeout: 5 * time.Second, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			keys := keysIn(snapshots)
			keys.FetchTimeout = 50 * time.Second // a tenth of which is the store's
			p.apis = append(p.apis, newAPI(t, s.transport(t), keys, partner))
		}
		return p
	}
	p, errors := start(), 0
	ask := func(what string, p *processes) {
		before := s.requests()
		bad, _ := p.all(s.MustMint(emulator.Spec{Flow: partner}))
		errors += bad
		f.counted(what, s.requests()-before, some)
	}
	ask("at the start", p)
	s.Rotate(partner, true)
	ask("at the rotation", p)
	ask("at the second start", start())
	f.counted("errors", errors, 0)
}

// leasing is a database with leases, as Redis is.
type leasing struct {
	*database
	until map[string]time.Time
}

func (l *leasing) Lease(_ context.Context, name string, ttl time.Duration) (func(), bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := time.Now().Add(ttl)
	if time.Now().Before(l.until[name]) {
		return nil, false, nil
	}
	l.until[name] = until
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.until[name].Equal(until) {
			delete(l.until, name)
		}
	}, true, nil
}
