// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/hint"
)

// order is a spec of a tenant with the flow and the site it names.
type order struct {
	Spec
	model *model
	flow  *Flow
	site  site
}

// newOrder finds what a spec names. An error names all fields that are wrong.
func newOrder(m *model, spec Spec) (*order, error) {
	var wrong mistakes
	spec.check(&wrong)
	flow := &m.flows[0]
	if spec.Flow != "" {
		if flow = m.flow(spec.Flow); flow == nil {
			wrong.add("Spec.Flow:", "tenant %s has no flow %q; %s", m.name, spec.Flow, hint.ThereAre(m.flowNames()))
		}
	}
	if flow != nil && flow.Name == "" && spec.FlowClaim != ClaimDefault {
		wrong.add("Spec.FlowClaim:", "is set, but tenant %s has no flows", m.name)
	}
	at, ok := m.siteOf(spec.Host)
	if !ok {
		wrong.add("Spec.Host:", "tenant %s isn't reached on %q; %s", m.name, spec.Host, hint.ThereAre(m.hostsReached()))
	}
	if err := errorsOf[Spec](wrong, "emulator: "); err != nil {
		return nil, err
	}
	return &order{spec, m, flow, at}, nil
}
