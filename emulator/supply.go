// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "sync"

// mostKept keys of a supply are kept for containers that come later.
const mostKept = 32

// supply makes the keys that containers of one name have, one after the other:
// the second of one is the second of all. A key takes a while to make, and tests
// make the same tenant again and again. Its zero value is ready.
type supply struct {
	mu   sync.Mutex
	made []func() *Key
}

// key returns the key number n, from 0. Of those behind [mostKept] each call
// makes a new one.
func (s *supply) key(n int) *Key {
	if n >= mostKept {
		return NewKey()
	}
	s.mu.Lock()
	for len(s.made) <= n {
		s.made = append(s.made, sync.OnceValue(NewKey))
	}
	key := s.made[n]
	s.mu.Unlock()
	return key()
}

// userFlowSupply is that of all user flows. B2C has one for the whole world; the
// emulator has one a process.
var userFlowSupply supply

// policySupplies are those of the containers of custom policies, by tenant GUID
// and container name: as in B2C, tenants with one GUID are one tenant.
var policySupplies = struct {
	sync.Mutex
	of map[string]*supply
}{of: map[string]*supply{}}

func policySupply(tenantID, container string) *supply {
	name := tenantID + "/" + container
	policySupplies.Lock()
	defer policySupplies.Unlock()
	if policySupplies.of[name] == nil {
		policySupplies.of[name] = new(supply)
	}
	return policySupplies.of[name]
}
