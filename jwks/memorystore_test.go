// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/keyring"
)

// memory is a [jwks.Leaser] in the process, which fails as a test likes.
type memory struct {
	place string

	mu     sync.Mutex
	values map[string][]byte
	ttls   map[string]time.Duration
	leases map[string]time.Time // until when
	calls  map[string]int
	fault  func(ctx context.Context, call string) error // before each call; nil: none
}

func (m *memory) Place() string { return m.place }

func (m *memory) begin(ctx context.Context, call string) error {
	m.mu.Lock()
	if m.calls == nil {
		m.calls = map[string]int{}
	}
	m.calls[call]++
	fault := m.fault
	m.mu.Unlock()
	if fault != nil {
		return fault(ctx, call)
	}
	return nil
}

func (m *memory) Load(ctx context.Context, name string) ([]byte, error) {
	if err := m.begin(ctx, "load"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.values[name]), nil
}

func (m *memory) Save(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if err := m.begin(ctx, "save"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values, m.ttls = map[string][]byte{}, map[string]time.Duration{}
	}
	m.values[name], m.ttls[name] = slices.Clone(value), ttl
	return nil
}

func (m *memory) Lease(ctx context.Context, name string, ttl time.Duration) (func(), bool, error) {
	if err := m.begin(ctx, "lease"); err != nil {
		return nil, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Now().Before(m.leases[name]) {
		return nil, false, nil
	}
	if m.leases == nil {
		m.leases = map[string]time.Time{}
	}
	until := time.Now().Add(ttl)
	m.leases[name] = until
	return func() {
		_ = m.begin(context.Background(), "release")
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.leases[name].Equal(until) {
			delete(m.leases, name)
		}
	}, true, nil
}

// only returns the one value there is, and its name.
func (m *memory) only(t testing.TB) (name string, value []byte) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.values) != 1 {
		t.Fatalf("got %d snapshots, want 1", len(m.values))
	}
	for name, value = range m.values {
	}
	return name, slices.Clone(value)
}

func (m *memory) put(name string, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values, m.ttls = map[string][]byte{}, map[string]time.Duration{}
	}
	m.values[name] = value
}

func (m *memory) set(fault func(ctx context.Context, call string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = fault
}

// asked returns how often each method was called since it was last asked.
func (m *memory) asked() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := maps.Clone(m.calls)
	clear(m.calls)
	return calls
}

func ring(t testing.TB, seeds ...byte) *keyring.Ring {
	t.Helper()
	var keys [][]byte
	for _, seed := range seeds {
		keys = append(keys, slices.Repeat([]byte{seed}, keyring.KeySize))
	}
	r, err := keyring.New(keys[0], keys[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func snapshots(t testing.TB, store jwks.Store, r *keyring.Ring) *jwks.Snapshots {
	t.Helper()
	s, err := jwks.NewSnapshots(store, r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
