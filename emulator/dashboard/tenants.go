// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// tenants are those of a dashboard; there is one at least.
type tenants []*emulator.Tenant

func (all tenants) names() []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name()
	}
	return names
}

// find returns the tenant with a name, else the first with a domain or GUID, which
// a B2C tenant and its other side have in common; "" is the only one.
func (all tenants) find(name string) (*emulator.Tenant, error) {
	if name == "" && len(all) == 1 {
		return all[0], nil
	}
	if name == "" {
		return nil, wrong("tenant", "is needed, as there are several")
	}
	for _, t := range all {
		if strings.EqualFold(name, t.Name()) {
			return t, nil
		}
	}
	for _, t := range all {
		if strings.EqualFold(name, t.Domain()) || strings.EqualFold(name, t.ID()) {
			return t, nil
		}
	}
	return nil, wrong("tenant", "there is no tenant %q", name)
}
