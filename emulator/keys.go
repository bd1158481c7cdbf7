// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"strings"
)

// keys are the key containers of a tenant: those of its flows and the one for
// user flows, which other tenants may share.
type keys struct {
	model      *model
	containers map[string]*container // by their names in lower case; never written
}

// newKeys makes the containers; shared is that of user flows, nil for one of the
// tenant's own.
func newKeys(m *model, shared *container, withoutActivation bool) *keys {
	if shared == nil {
		shared = &container{supply: &userFlowSupply, activation: userFlowActivation}
	}
	all := map[string]*container{strings.ToLower(UserFlowKeys): shared}
	activation := int64(policyActivation)
	if withoutActivation {
		activation = 0
	}
	for _, f := range m.flows {
		name := strings.ToLower(f.KeyContainer)
		if all[name] == nil {
			all[name] = &container{supply: policySupply(m.id, name), activation: activation}
		}
	}
	return &keys{m, all}
}

// ofUserFlows returns the container that user flows sign with.
func (k *keys) ofUserFlows() *container { return k.containers[strings.ToLower(UserFlowKeys)] }

// of returns the container that a flow signs with.
func (k *keys) of(f *Flow) *container { return k.containers[strings.ToLower(f.KeyContainer)] }

// named returns a container by its own name or by that of a flow, in any case; ""
// is that of user flows. It panics if there is none.
func (k *keys) named(name string) *container {
	if name == "" {
		return k.ofUserFlows()
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
