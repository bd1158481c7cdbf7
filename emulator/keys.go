// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// keys are the key containers of a tenant: those of its flows and the main one,
// B2C's for user flows, which other tenants may share.
type keys struct {
	model      *model
	mainName   string                // in lower case
	containers map[string]*container // by their names in lower case; never written
}

// newKeys adds the containers of custom policies, and of apps, to others. shared takes the place
// of the main one, unless it is nil.
func newKeys(m *model, main string, others map[string]*container, shared *container, withoutActivation bool) *keys {
	all := map[string]*container{}
	for name, c := range others {
		all[strings.ToLower(name)] = c
	}
	main = strings.ToLower(main)
	if shared != nil {
		all[main] = shared
	}
	activation := int64(policyActivation)
	if withoutActivation {
		activation = 0
	}
	for _, f := range m.flows {
		name := strings.ToLower(f.KeyContainer)
		if all[name] == nil {
			all[name] = &container{supply: ownSupply(m.id, name, false), activation: activation}
		}
	}
	for _, a := range m.apps {
		if a.OwnSigningKey {
			all[a.ID] = &container{supply: ownSupply(m.id, a.ID, true)}
		}
	}
	return &keys{m, main, all}
}

// main returns the container that user flows sign with, or a product's tenants
// without flows.
func (k *keys) main() *container { return k.containers[k.mainName] }

// of returns the container that a flow signs with.
func (k *keys) of(f *Flow) *container { return k.containers[strings.ToLower(f.KeyContainer)] }

// ofApp returns the container of an app that has its own, or nil.
func (k *keys) ofApp(clientID string) *container {
	if app := k.model.app(clientID); app != nil && app.OwnSigningKey {
		return k.containers[app.ID]
	}
	return nil
}

// signing returns the container that signs a flow's tokens for an audience.
func (k *keys) signing(f *Flow, audience string) *container {
	if own := k.ofApp(audience); own != nil {
		return own
	}
	return k.of(f)
}

// named returns a container by its own name or by that of a flow, in any case; ""
// is the main one. It panics if there is none.
func (k *keys) named(name string) *container {
	if name == "" {
		return k.main()
	}
	if c := k.containers[strings.ToLower(name)]; c != nil {
		return c
	}
	if f := k.model.flow(name); f != nil {
		return k.of(f)
	}
	panic(fmt.Sprintf("emulator: tenant %s has no key container %q", k.model.name, name))
}

// verify reports whether a published key of the tenant signed a token.
func (k *keys) verify(token *presented) bool {
	for _, c := range k.containers {
		if c.verify(token) {
			return true
		}
	}
	return false
}

// signed reports whether a published key of the tenant made a token.
func (k *keys) signed(token *jws.Token) bool {
	for _, c := range k.containers {
		for _, key := range c.published() {
			if key.ID() == token.KeyID && token.SignedBy(key.Public(), jws.RS256) {
				return true
			}
		}
	}
	return false
}
