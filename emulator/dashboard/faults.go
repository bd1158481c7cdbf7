// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"slices"
	"sync"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

type (
	faultBody struct {
		ofTenant
		Faults []emulator.Fault `json:"faults"`
	}
	faultList struct {
		Faults []wire.Object `json:"faults"`
	}
)

func faultsOf(t *emulator.Tenant) []wire.Object {
	all := []wire.Object{}
	for _, f := range t.Faults() {
		all = append(all, wire.ObjectOf(f))
	}
	return all
}

func listFaults(t *emulator.Tenant) faultList { return faultList{faultsOf(t)} }

// faultSetter sets the faults of tenants, one change after the other.
type faultSetter struct {
	mu sync.Mutex // held while faults are read and set again
}

// put replaces the faults of a tenant.
func (s *faultSetter) put(t *emulator.Tenant, b faultBody) (any, error) {
	if b.Faults == nil {
		return nil, wrong("faults", "is needed; an empty list clears them")
	}
	if err := s.set(t, b.Faults...); err != nil {
		return nil, err
	}
	return listFaults(t), nil
}

func (s *faultSetter) set(t *emulator.Tenant, faults ...emulator.Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.SetFaults(faults...)
}

// add adds a fault after the others. A request that uses one of them up just now
// may find it there once more.
func (s *faultSetter) add(t *emulator.Tenant, f emulator.Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.SetFaults(append(t.Faults(), f)...)
}

// clear removes the first fault that is like f but for how often it still comes;
// there need not be one.
func (s *faultSetter) clear(t *emulator.Tenant, f emulator.Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	faults := t.Faults()
	i := slices.IndexFunc(faults, func(other emulator.Fault) bool {
		other.Times = f.Times
		return other == f
	})
	if i < 0 {
		return nil
	}
	return t.SetFaults(slices.Delete(faults, i, i+1)...)
}
