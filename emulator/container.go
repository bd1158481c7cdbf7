// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"strings"
	"sync"
)

// UserFlowKeys is the name of the key container that all user flows sign with.
// In B2C its key is one and the same for all tenants of the world.
const UserFlowKeys = "UserFlowKeys"

// Activation times of the first keys, in Unix seconds. The first is that of
// B2C's own user-flow key, published unchanged since 2017.
const (
	userFlowActivation = 1493763266
	policyActivation   = 1546300800
)

// container is a key container: the keys it publishes, oldest first. The last
// one signs. Its first key is made when it is first needed.
type container struct {
	first func() published

	mu     sync.Mutex
	shared bool // by two tenants
	keys   []published
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
	c.fill()
	return append([]published(nil), c.keys...)
}

// current returns the key that signs.
func (c *container) current() *Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fill()
	return c.keys[len(c.keys)-1].Key
}

// rotate makes k the key that signs; without overlap it is the only one left.
func (c *container) rotate(k published, overlap bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fill()
	if !overlap {
		c.keys = nil
	}
	c.keys = append(c.keys, k)
}

// retire leaves only the key that signs.
func (c *container) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fill()
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
	c.keys = keys
}

// fill makes the first key; the caller holds the lock.
func (c *container) fill() {
	if c.keys == nil {
		c.keys = []published{c.first()}
	}
}

// newContainers returns the containers of the tenant's flows and the one for
// user flows, by their names in lower case.
func newContainers(o *Options) map[string]*container {
	shared := &container{first: func() published { return published{userFlowKey(), userFlowActivation} }}
	if o.SharedKeysWith != nil {
		shared = o.SharedKeysWith.containers[strings.ToLower(UserFlowKeys)]
		shared.mu.Lock()
		shared.shared = true
		shared.mu.Unlock()
	}
	all := map[string]*container{strings.ToLower(UserFlowKeys): shared}
	activation := int64(policyActivation)
	if o.KeysWithoutActivation {
		activation = 0
	}
	for _, f := range o.Flows {
		name := strings.ToLower(f.KeyContainer)
		if all[name] == nil {
			all[name] = &container{first: func() published { return published{policyKey(o.ID, name), activation} }}
		}
	}
	return all
}

// Rotate adds a new key to a container, which signs from now on and is in the
// key set at once: B2C announces no key ahead. With overlap the old keys stay
// published until [Tenant.Retire]; without, they vanish at once, as when a
// policy is switched to another container.
//
// The container is [UserFlowKeys] (or ""), a name given as Flow.KeyContainer,
// or the name of a flow, which stands for that flow's container; case doesn't
// count. Rotate panics if there is no such container. It takes some tens of
// milliseconds, the time to generate a key.
func (t *Tenant) Rotate(container string, overlap bool) {
	c := t.container(container)
	c.rotate(published{NewKey(), t.now().Unix()}, overlap)
}

// Retire removes all keys of a container but the one that signs. It panics if
// there is no such container; see [Tenant.Rotate] for the names.
func (t *Tenant) Retire(container string) { t.container(container).retire() }

// Keys returns the keys a container publishes, oldest first; the last one
// signs. It panics if there is no such container; see [Tenant.Rotate] for the
// names.
func (t *Tenant) Keys(container string) []*Key {
	var keys []*Key
	for _, k := range t.container(container).published() {
		keys = append(keys, k.Key)
	}
	return keys
}

// CurrentKey returns the key that signs a flow's tokens now. It panics if there
// is no such flow; "" is the first flow.
func (t *Tenant) CurrentKey(flow string) *Key {
	return t.containerOf(t.mustFlow(flow)).current()
}

func (t *Tenant) container(name string) *container {
	if name == "" {
		name = UserFlowKeys
	}
	if c := t.containers[strings.ToLower(name)]; c != nil {
		return c
	}
	if f := t.flow(name); f != nil {
		return t.containerOf(f)
	}
	panic(fmt.Sprintf("emulator: tenant %s has no key container %q", t.opts.Name, name))
}

func (t *Tenant) containerOf(f *Flow) *container {
	return t.containers[strings.ToLower(f.KeyContainer)]
}
