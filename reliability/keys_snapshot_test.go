// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
	"github.com/b2ckit/b2ckit/jwks/rediskeys"
	"github.com/b2ckit/b2ckit/keyring"
)

var snapshotRows = []*row{{
	test:    "snapshot_at_start",
	fault:   "a process with a key snapshot, in a file or in Redis, starts while B2C refuses connections or hangs",
	promise: "the first request is answered 200; first 200 ≤ 1 s",
	by:      realSockets,
	cases: []testCase{
		{name: "file, refused", run: snapshotAtStart(inFiles(nil), false)},
		{name: "file, hanging", run: snapshotAtStart(inFiles(nil), true)},
		{name: "sealed file, refused", run: snapshotAtStart(inFiles(newRing()), false)},
		{name: "Redis, refused", run: snapshotAtStart(inRedis, false)},
		{name: "Redis, hanging", run: snapshotAtStart(inRedis, true)},
	},
}, {
	test:    "snapshot_age",
	fault:   "an outage of 28 h, in which a process starts anew each 7 h, and somebody puts back the first snapshot",
	promise: "served until 24 h after B2C last confirmed the keys, then 503 within 2 s",
	by:      virtualTime,
	cases:   one(snapshotAge),
}, {
	test:    "snapshot_store_away",
	fault:   "the place of the snapshots fails or hangs; B2C is sound",
	promise: "as without one: 0 errors; first 200 ≤ 1 s",
	by:      virtualTime,
	cases: []testCase{
		{name: "fails", run: snapshotStoreAway(false)},
		{name: "hangs", run: snapshotStoreAway(true)},
	},
}}

func newRing() *keyring.Ring {
	ring, err := keyring.New(keyring.NewKey())
	if err != nil {
		panic(err)
	}
	return ring
}

// keysIn are the defaults with snapshots.
func keysIn(s *jwks.Snapshots) *jwks.Options { return &jwks.Options{Snapshots: s} }

func inFiles(ring *keyring.Ring) func(*testing.T) *jwks.Snapshots {
	return func(t *testing.T) *jwks.Snapshots { return filesIn(t, t.TempDir()+"/keys", ring) }
}

func filesIn(t *testing.T, dir string, ring *keyring.Ring) *jwks.Snapshots {
	t.Helper()
	s, err := keyfile.New(dir, ring)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func inRedis(t *testing.T) *jwks.Snapshots {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: redistest.Start(t).Addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	s, err := rediskeys.New(client, newRing(), &rediskeys.Options{Timeout: time.Second, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func snapshotAtStart(open func(*testing.T) *jwks.Snapshots, hangs bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		s, snapshots := newSite(t), open(t)
		raw := s.MustMint(emulator.Spec{})
		newAPI(t, s.transport(t), keysIn(snapshots), susi).once(t, raw)
		if hangs {
			s.fails(t, emulator.Fault{Kind: emulator.FaultHang})
		} else {
			s.shut(t)
		}
		start, errors := time.Now(), 0
		a := newAPI(t, s.transport(t), keysIn(snapshots), susi)
		for a.private(raw).status != http.StatusOK && errors < 10 {
			errors++
		}
		f.counted("errors", errors, 0)
		f.took("first 200", time.Since(start), busy(time.Second))
	}
}

// once is a process that answers one request, which has to be good.
func (a *api) once(t *testing.T, raw string) {
	t.Helper()
	if got := a.private(raw); got.status != http.StatusOK {
		t.Fatalf("a sound process: got %d", got.status)
	}
	if err := a.validator.Close(); err != nil {
		t.Fatal(err)
	}
}

func snapshotAge(t *testing.T, f *figures) {
	n, db, ring := newNetwork(), newDatabase("production"), newRing()
	raw := n.lasting(partner)
	newAPI(t, n, keysIn(db.snapshots(t, ring)), partner).once(t, raw)
	first, limit := db.all(), time.Now().Add(24*time.Hour)
	unplugged(n)
	early, late := 0, time.Duration(0)
	for range 4 {
		db.putBack(first)
		a := newAPI(t, n, keysIn(db.snapshots(t, ring)), partner)
		for start := time.Now(); time.Since(start) < 7*time.Hour; time.Sleep(10 * time.Second) {
			got := a.private(raw)
			switch {
			case got.status == http.StatusOK:
				late = max(late, got.asked.Sub(limit))
			case !got.isOutage():
				t.Fatalf("got %+v, want 200 or 503", got)
			case got.asked.Before(limit):
				early++
			}
		}
		_ = a.validator.Close()
	}
	f.counted("errors before", early, 0)
	f.took("last 200 after the limit", late, 2*time.Second)
}

func snapshotStoreAway(hangs bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := newNetwork()
		s, err := jwks.NewSnapshots(storeAway{hangs}, newRing())
		if err != nil {
			t.Fatal(err)
		}
		a := newAPI(t, n, keysIn(s), partner)
		took, before := askUntil(t, 100*time.Millisecond, time.Minute, func() answer { return a.private(n.token(partner)) })
		f.counted("errors", len(before), 0)
		f.took("first 200", took, time.Second)
		f.counted("errors later", a.errorsFor(3*time.Hour, time.Minute, n.lasting(partner)), 0)
	}
}

// storeAway is a store that fails at once, or when nobody waits any more.
type storeAway struct{ hangs bool }

func (storeAway) Place() string { return "away" }

func (s storeAway) fail(ctx context.Context) error {
	if s.hangs {
		<-ctx.Done()
	}
	return errors.New("away")
}

func (s storeAway) Load(ctx context.Context, _ string) ([]byte, error) { return nil, s.fail(ctx) }

func (s storeAway) Save(ctx context.Context, _ string, _ []byte, _ time.Duration) error {
	return s.fail(ctx)
}
