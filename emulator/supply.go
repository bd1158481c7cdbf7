// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rsa"
	"sync"
)

// mostKept keys of a supply are kept for containers that come later.
const mostKept = 32

// supply makes the keys that containers of one name have, one after the other:
// the second of one is the second of all. A key takes a while to make, and tests
// make the same tenant again and again. Its zero value is ready.
type supply struct {
	certified bool // its keys are in certificates

	mu   sync.Mutex
	made []func() *Key
}

// keyOf returns a key as those of the supply are.
func (s *supply) keyOf(private *rsa.PrivateKey) *Key {
	if s.certified {
		return certifiedKeyOf(private)
	}
	return keyOf(private)
}

func (s *supply) fresh() *Key { return s.keyOf(newPrivate()) }

// key returns the key number n, from 0. Of those behind [mostKept] each call
// makes a new one.
func (s *supply) key(n int) *Key {
	if n >= mostKept {
		return s.fresh()
	}
	s.mu.Lock()
	for len(s.made) <= n {
		s.made = append(s.made, sync.OnceValue(s.fresh))
	}
	key := s.made[n]
	s.mu.Unlock()
	return key()
}

// userFlowSupply is that of all user flows. B2C has one for the whole world; the
// emulator has one a process.
var userFlowSupply supply

// Those of External ID and Entra ID: the world's tenants of Entra ID sign with one
// key, and personal accounts with another.
var (
	worldSupply    = supply{certified: true}
	consumerSupply = supply{certified: true}
)

// ownSupplies are those of containers that one tenant has, by its GUID and the
// container's name: as in B2C, tenants with one GUID are one tenant.
var ownSupplies = struct {
	sync.Mutex
	of map[string]*supply
}{of: map[string]*supply{}}

func ownSupply(tenantID, container string, certified bool) *supply {
	name := tenantID + "/" + container
	ownSupplies.Lock()
	defer ownSupplies.Unlock()
	if ownSupplies.of[name] == nil {
		ownSupplies.of[name] = &supply{certified: certified}
	}
	return ownSupplies.of[name]
}
