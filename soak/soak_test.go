// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9/logging"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/keyring"
)

// soak is one run.
type soak struct {
	seed      uint64
	rate      int // requests a second, at most
	world     *world
	supply    *supply
	redis     *redistest.Server
	ring      *keyring.Ring
	folder    string // of key snapshots
	fronts    []*place
	behind    *place
	behindURL string
	runs      sync.Map // of the service behind: http.Handler by start
	accounts  map[string][]acquire.Account
	ledger    ledger
	tally     *tally
	journal   journal

	gate sync.RWMutex // held by each request, and by quiet
	ctx  context.Context
	stop context.CancelFunc

	// Of the test's own goroutine.
	redisBusy                  bool
	skew                       time.Duration
	pending                    []pending
	goroutines, lastGoroutines int
	heap, lastHeap             uint64
	heaps                      []uint64
	longest                    time.Duration

	mu       sync.Mutex
	failures []failure
}

type failure struct {
	at   time.Time
	text string
}

// pending is the end of an event.
type pending struct {
	at   time.Time
	name string
	end  func()
}

// fail notes what must not be, and ends the run.
func (s *soak) fail(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failures) < 5 {
		s.failures = append(s.failures, failure{time.Now(), fmt.Sprintf(format, args...)})
	}
	s.stop()
}

func newRand(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// setting reads a number from the environment.
func setting(t *testing.T, name string, or float64) float64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return or
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func TestSoak(t *testing.T) {
	lasts := time.Duration(setting(t, "SOAK_MINUTES", 0.25) * float64(time.Minute))
	seed := uint64(setting(t, "SOAK_SEED", float64(rand.IntN(1e9))))
	t.Logf("SOAK_SEED=%d, for %v", seed, lasts)
	s := newSoak(t, seed)
	r := newRand(seed, "events")
	var all sync.WaitGroup
	s.gate.Lock()
	for i := range workers {
		all.Go(func() { s.work(s.ctx, newRand(seed, fmt.Sprint("worker", i))) })
	}
	all.Go(func() {
		for s.ctx.Err() == nil {
			if err := s.supply.renew(); err != nil {
				s.fail("%v", err)
			}
			wait(s.ctx, time.Second)
		}
	})
	s.gate.Unlock()
	s.await(2 * time.Second)
	s.quiet(false)
	cards := deck(r)
	begun := time.Now()
	for s.ctx.Err() == nil && time.Since(begun) < lasts {
		cards = s.round(r, cards, min(20*time.Second, lasts))
		s.quiet(time.Since(begun) >= lasts)
	}
	ended := time.Now()
	s.stop()
	all.Wait()
	s.finish()
	s.report(t, ended.Sub(s.journal.begun))
}

func newSoak(t *testing.T, seed uint64) *soak {
	s := &soak{
		seed: seed, rate: int(setting(t, "SOAK_RATE", 400)), world: newWorld(), tally: newTally(),
		ledger: ledger{all: map[[sha256.Size]byte]*handed{}}, accounts: map[string][]acquire.Account{}, behind: &place{},
	}
	t.Cleanup(s.world.b2c.Close)
	logging.Disable() // of the Redis client, which would tell of each failure
	s.journal.begun = time.Now()
	s.ctx, s.stop = context.WithCancel(t.Context())
	s.redis = redistest.Start(t, "--appendonly", "yes", "--appendfsync", "everysec")
	s.folder = filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(s.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	key := sha256.Sum256([]byte("soak"))
	var err error
	if s.ring, err = keyring.New(key[:]); err != nil {
		t.Fatal(err)
	}
	if s.supply, err = newSupply(s.world, newRand(seed, "supply")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.startBehind(blueprint{name: "behind", mux: muxHTTP, refresh: 6 * time.Second, maxStale: time.Hour, flowless: true}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(s.serveBehind))
	t.Cleanup(server.Close)
	s.behindURL = server.URL
	for _, b := range []blueprint{
		{name: "net/http", mux: muxHTTP, refresh: 4 * time.Second, maxStale: 10 * time.Second},
		{name: "Echo over TLS", mux: muxEcho, tls: true, refresh: 8 * time.Second, maxStale: time.Hour, kept: inFile},
		{name: "Gin, many flows", mux: muxGin, wide: true, kept: inRedis, refresh: 6 * time.Second, maxStale: 20 * time.Second},
	} {
		svc, err := s.start(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.fronts = append(s.fronts, &place{now: svc})
	}
	for _, p := range append(slices.Clone(s.fronts), s.behind) {
		if err := p.now.validator.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range s.fronts[0].now.clients.pick(true) {
		for _, u := range s.world.b2c.Users() {
			account, err := a.signIn(t.Context(), u.Emails[0])
			if err != nil {
				t.Fatal(err)
			}
			s.accounts[a.flow] = append(s.accounts[a.flow], account)
		}
	}
	return s
}

// round has events happen for a time, and waits until they are over. It returns
// the cards that are left.
func (s *soak) round(r *rand.Rand, cards []event, lasts time.Duration) []event {
	r.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
	for begun := time.Now(); s.ctx.Err() == nil && time.Since(begun) < lasts; {
		if len(cards) == 0 {
			cards = deck(r)
			r.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
		}
		name, length, end := cards[0].begin(s, r)
		cards = cards[1:]
		if name != "" {
			s.journal.add(name)
			s.tally.event(name)
		}
		if end != nil {
			s.pending = append(s.pending, pending{time.Now().Add(length), name, end})
		}
		s.await(between(r, 200*time.Millisecond, 1600*time.Millisecond))
	}
	for len(s.pending) > 0 && s.ctx.Err() == nil {
		s.await(100 * time.Millisecond)
	}
	return cards
}

// await waits, and ends what has to end meanwhile.
func (s *soak) await(d time.Duration) {
	for until := time.Now().Add(d); s.ctx.Err() == nil; {
		now := time.Now()
		next := until
		for _, p := range s.pending {
			next = earlier(next, p.at)
		}
		wait(s.ctx, next.Sub(now))
		now = time.Now()
		due := slices.IndexFunc(s.pending, func(p pending) bool { return !p.at.After(now) })
		if due < 0 {
			if now.Before(until) {
				continue
			}
			return
		}
		p := s.pending[due]
		s.pending = slices.Delete(s.pending, due, due+1)
		p.end()
		s.journal.add("over: " + p.name)
	}
}

// finish ends what still goes on, and all services.
func (s *soak) finish() {
	for _, p := range s.pending {
		p.end()
	}
	for _, p := range s.fronts {
		p.now.busy.Wait()
	}
}

func (s *soak) report(t *testing.T, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.failures {
		t.Errorf("after %.2f s: %s", f.at.Sub(s.journal.begun).Seconds(), f.text)
	}
	if len(s.failures) > 0 {
		t.Logf("SOAK_SEED=%d; events, with * those of the last 30 s:\n%s", s.seed, s.journal.until(s.failures[0].at))
		t.Logf("caches:\n%s", s.caches())
	}
	counts := s.world.b2c.Counts()
	minutes := took.Minutes()
	t.Logf("SOAK_SEED=%d, %v, %d failures\n%s", s.seed, took.Round(time.Second), len(s.failures), s.tally)
	t.Logf("identity provider, requests a minute: %.0f for metadata, %.0f for keys,\n%.0f for tokens; tokens handed out: %d; slowest recovery: %.1f s\ngoroutines: %d at first, %d at last; heap: %d kB at most in two minutes,\n%d kB at last (%s)",
		float64(counts.Metadata)/minutes, float64(counts.Keys)/minutes, float64(counts.Token)/minutes, s.tally.handedOut.Load(), s.longest.Seconds(),
		s.goroutines, s.lastGoroutines, s.heap>>10, s.lastHeap>>10, megabytes(s.heaps))
	for _, p := range s.fronts {
		p.now.close()
	}
	s.endBehind(s.behind.now)
}

func megabytes(all []uint64) string {
	var b strings.Builder
	for i, n := range all[max(0, len(all)-12):] {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, n>>20)
	}
	return b.String() + " MB"
}

// caches tells how all key caches are.
func (s *soak) caches() string {
	var b strings.Builder
	for _, p := range append(slices.Clone(s.fronts), s.behind) {
		for _, st := range p.now.validator.State().Authorities {
			fmt.Fprintf(&b, "%s %s: usable %v, age %v, %d keys:", p.now.name, flowOf(strings.TrimPrefix(st.Authority, "https://contoso.b2clogin.com")), st.Usable, st.Age.Round(time.Millisecond), len(st.KeyIDs))
			for _, kid := range st.KeyIDs {
				fmt.Fprintf(&b, " %.6s…", kid)
			}
			if st.LastError != nil {
				fmt.Fprintf(&b, "; %v", st.LastError)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
