// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"sync"
)

// UserFlowKeys is the name of the key container that all user flows sign with.
// In B2C its key is one and the same for all tenants of the world.
const UserFlowKeys = "UserFlowKeys"

// TenantKeys is the name of the key container of an External ID or Entra ID tenant.
// Those of Entra ID start with the same key all over the world.
const TenantKeys = "TenantKeys"

// Names of containers that a tenant publishes, but doesn't sign with.
const (
	worldKeys    = "WorldKeys"    // of Entra ID's tenants
	consumerKeys = "ConsumerKeys" // of personal accounts
)

// Activation times of the first keys, in Unix seconds. The first is that of
// B2C's own user-flow key, published unchanged since 2017.
const (
	userFlowActivation = 1493763266
	policyActivation   = 1546300800
)

// container is a key container: the keys it publishes, oldest first. The last
// one signs. Its first key is made when it is first needed.
type container struct {
	supply     *supply
	activation int64 // of the first key

	mu     sync.Mutex
	shared bool // by two tenants
	keys   []published
	drawn  int // from the supply
}

// published is a key and its activation time in Unix seconds, 0 for none.
type published struct {
	*Key
	activation int64
}

// published returns the keys, oldest first; the caller may keep the slice.
func (c *container) published() []published {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fillLocked()
	return append([]published(nil), c.keys...)
}

// verify reports whether a published key signed a token, by RS256.
func (c *container) verify(token *presented) bool {
	return slices.ContainsFunc(c.published(), func(key published) bool {
		return key.ID() == token.KeyID && token.signedBy(key.Public())
	})
}

// current returns the key that signs.
func (c *container) current() *Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fillLocked()
	return c.keys[len(c.keys)-1].Key
}

// rotate makes another key the one that signs; without overlap it is the only
// one left.
func (c *container) rotate(activation int64, overlap bool) {
	k := published{c.supply.key(c.draw()), activation}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !overlap {
		c.keys = nil
	}
	c.keys = append(c.keys, k)
}

// draw returns the number of a key of the supply that the container has not had.
func (c *container) draw() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fillLocked()
	c.drawn++
	return c.drawn - 1
}

// retire leaves only the key that signs.
func (c *container) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fillLocked()
	c.keys = c.keys[len(c.keys)-1:]
}

// restore puts back keys that were kept, but for those of a tenant that has
// missed a rotation of the others.
func (c *container) restore(keys []published) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shared && c.keys != nil && c.keys[len(c.keys)-1].activation >= keys[len(keys)-1].activation {
		return
	}
	c.keys = nil
	for _, k := range keys {
		c.keys = append(c.keys, published{c.supply.keyOf(k.private), k.activation})
	}
	c.drawn = mostKept // what was kept may be of the same supply, so the next one is new
}

// made returns the keys there are; none if none was needed.
func (c *container) made() []published {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.keys)
}

// share makes the container that of another tenant too.
func (c *container) share() *container {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shared = true
	return c
}

// fillLocked makes the first key.
func (c *container) fillLocked() {
	if c.keys == nil {
		c.keys, c.drawn = []published{{c.supply.key(0), c.activation}}, 1
	}
}
