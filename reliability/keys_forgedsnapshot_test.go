// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/keyring"
)

// database keeps snapshots where others can write. It outlives a bubble.
type database struct {
	place string

	mu     sync.Mutex
	values map[string][]byte
}

func newDatabase(place string) *database {
	return &database{place: place, values: map[string][]byte{}}
}

func (d *database) Place() string { return d.place }

func (d *database) Load(_ context.Context, name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values[name], nil
}

func (d *database) Save(_ context.Context, name string, value []byte, _ time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.values[name] = bytes.Clone(value)
	return nil
}

func (d *database) snapshots(t *testing.T, ring *keyring.Ring) *jwks.Snapshots {
	t.Helper()
	s, err := jwks.NewSnapshots(d, ring)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (d *database) all() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.values)
}

func (d *database) putBack(values map[string][]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.values = maps.Clone(values)
}

// only is the one value that there is.
func (d *database) only(t *testing.T) (name string, value []byte) {
	t.Helper()
	if len(d.values) != 1 {
		t.Fatalf("got %d values, want one", len(d.values))
	}
	for name, value = range d.values {
	}
	return name, value
}

var forgeryRow = &row{
	test:    "forged_snapshot",
	fault:   "somebody writes to the place of the snapshots: an attacker's keys under the right issuer, another tenant's, flow's or place's snapshot, one that is cut, changed, from the future or too old; a process starts while B2C is away",
	promise: "as if there were none: 0 false accepts; and 3 s after B2C is back good tokens pass",
	by:      virtualTime,
	cases: []testCase{
		{name: "sealed with another key", run: forgedSnapshot(sealedByAnother)},
		{name: "not sealed", run: filesOf(0o700, 0o600, newRing())},
		{name: "another tenant's", run: forgedSnapshot(anotherTenants)},
		{name: "another flow's", run: forgedSnapshot(anotherFlows)},
		{name: "another place's", run: forgedSnapshot(anotherPlaces)},
		{name: "cut", run: forgedSnapshot(changed(func(v []byte, i int) []byte { return v[:len(v)*i/20] }))},
		{name: "changed", run: forgedSnapshot(changed(func(v []byte, i int) []byte {
			v = bytes.Clone(v)
			v[(len(v)-1)*i/20] ^= 1
			return v
		}))},
		{name: "from the future", before: fetchInTheFuture, run: forgedSnapshot(fromTheFuture)},
		{name: "too old", run: forgedSnapshot(tooOld)},
		{name: "in a folder that is open", run: filesOf(0o777, 0o600, nil)},
		{name: "in a file that is open", run: filesOf(0o700, 0o666, nil)},
	},
}

// attack is what somebody does to a fleet's database.
type attack struct {
	db   *database
	ring *keyring.Ring // the fleet's
	b2c  *network      // as it really is
	evil *network      // the same tenant, with keys of the attacker's
	name string        // of the fleet's snapshot
	good []byte        // as the fleet has saved it
}

// forgedSnapshot has somebody write values to the database, and a process start
// with each of them. The key signs the tokens of whoever did it.
func forgedSnapshot(forge func(*testing.T, *attack) (values [][]byte, key *emulator.Key)) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		a := &attack{db: newDatabase("production"), ring: newRing(), b2c: newNetwork(), evil: newNetwork()}
		a.evil.Rotate(partner, false)
		newAPI(t, a.b2c, keysIn(a.db.snapshots(t, a.ring)), partner).once(t, a.b2c.token(partner))
		a.name, a.good = a.db.only(t)
		values, key := forge(t, a)
		for _, value := range values {
			a.db.putBack(map[string][]byte{a.name: value})
			attacked(t, f, a.b2c, a.db.snapshots(t, a.ring), key)
		}
	}
}

// attacked starts a process on forged snapshots while B2C is away.
func attacked(t *testing.T, f *figures, b2c *network, snapshots *jwks.Snapshots, key *emulator.Key) {
	t.Helper()
	unplugged(b2c)
	a := newAPI(t, b2c, keysIn(snapshots), partner)
	defer a.validator.Close()
	accepted, good := 0, b2c.token(partner)
	forged := b2c.MustMint(emulator.Spec{Flow: partner, Key: key, Header: map[string]any{"kid": key.ID()}})
	for _, raw := range []string{forged, good} {
		if got := a.private(raw); got.status == http.StatusOK {
			accepted++
		} else if !got.isOutage() {
			t.Errorf("while B2C is away: got %+v, want 503", got)
		}
	}
	sound(b2c)
	took, _ := askUntil(t, 100*time.Millisecond, time.Minute, func() answer { return a.private(good) })
	if got := a.private(forged); got.status == http.StatusOK {
		accepted++
	}
	f.counted("false accepts", accepted, 0)
	f.took("good tokens after", took, 3*time.Second)
}

// fetch has a process fetch from a network, for a database of its own.
func fetch(t *testing.T, n *network, place string, ring *keyring.Ring, flow string) []byte {
	t.Helper()
	db := newDatabase(place)
	newAPI(t, n, keysIn(db.snapshots(t, ring)), flow).once(t, n.token(flow))
	_, value := db.only(t)
	return value
}

func sealedByAnother(t *testing.T, a *attack) ([][]byte, *emulator.Key) {
	return [][]byte{fetch(t, a.evil, a.db.place, newRing(), partner)}, a.evil.CurrentKey(partner)
}

func fileIn(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.keys")
	if err != nil || len(files) != 1 {
		t.Fatalf("got the files %v (%v), want one", files, err)
	}
	return files[0]
}

func anotherPlaces(t *testing.T, a *attack) ([][]byte, *emulator.Key) {
	return [][]byte{fetch(t, a.evil, "staging", a.ring, partner)}, a.evil.CurrentKey(partner)
}

func anotherFlows(t *testing.T, a *attack) ([][]byte, *emulator.Key) {
	return [][]byte{fetch(t, a.b2c, a.db.place, a.ring, susi)}, a.b2c.CurrentKey(susi)
}

// anotherTenants is what the same fleet has fetched for a tenant of somebody else.
func anotherTenants(t *testing.T, a *attack) ([][]byte, *emulator.Key) {
	const fabrikamID = "99999999-9999-4999-8999-999999999999"
	n := newNetworkOf(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
	n.Rotate(partner, false)
	fabrikam, err := authority.B2C("fabrikam", fabrikamID)
	if err != nil {
		t.Fatal(err)
	}
	db := newDatabase(a.db.place)
	cache, err := jwks.New(fabrikam.Flow(partner), &jwks.Options{Transport: n, Snapshots: db.snapshots(t, a.ring), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := cache.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = cache.Close()
	_, value := db.only(t)
	return [][]byte{value}, n.CurrentKey(partner)
}

// changed is the fleet's own snapshot, damaged in 20 ways. The key is its own: what
// it signs must not pass by it any more.
func changed(damage func(value []byte, i int) []byte) func(*testing.T, *attack) ([][]byte, *emulator.Key) {
	return func(_ *testing.T, a *attack) (values [][]byte, _ *emulator.Key) {
		for i := range 20 {
			values = append(values, damage(a.good, i))
		}
		return values, forgersKey()
	}
}

// future is what a process has fetched whose clock is an hour ahead.
var future struct {
	ring  *keyring.Ring
	value []byte
	key   *emulator.Key
}

func fetchInTheFuture(t *testing.T) {
	bubble(t, func(t *testing.T) {
		time.Sleep(time.Hour)
		n := newNetwork()
		n.Rotate(partner, false)
		future.ring, future.key = newRing(), n.CurrentKey(partner)
		future.value = fetch(t, n, "production", future.ring, partner)
	})
}

func fromTheFuture(_ *testing.T, a *attack) ([][]byte, *emulator.Key) {
	a.ring = future.ring
	return [][]byte{future.value}, future.key
}

// tooOld is the fleet's own snapshot, with a key that B2C has withdrawn since.
func tooOld(_ *testing.T, a *attack) ([][]byte, *emulator.Key) {
	key := a.b2c.CurrentKey(partner)
	a.b2c.Rotate(partner, false)
	time.Sleep(24 * time.Hour)
	return [][]byte{a.good}, key
}

// filesOf has somebody without a ring write a file. The process has one, or else the
// modes say that others than its own user can write.
func filesOf(folder, file os.FileMode, ring *keyring.Ring) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c, evil, dir := newNetwork(), newNetwork(), t.TempDir()+"/keys"
		evil.Rotate(partner, false)
		newAPI(t, evil, keysIn(filesIn(t, dir, nil)), partner).once(t, evil.token(partner))
		for _, err := range []error{os.Chmod(fileIn(t, dir), file), os.Chmod(dir, folder)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		attacked(t, f, b2c, filesIn(t, dir, ring), evil.CurrentKey(partner))
	}
}
