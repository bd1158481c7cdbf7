// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// authorityAt returns the authority of a flow at an address of its tenant; at a
// tenant without flows its own.
func authorityAt(base string, t *emulator.Tenant, flow string) string {
	if flow == "" {
		return base + "/" + t.ID()
	}
	return base + "/" + t.Domain() + "/" + flow
}

// issuerAt returns the issuer that goes with authorityAt: in B2C it follows the
// host, elsewhere it is always the same.
func issuerAt(base string, t *emulator.Tenant, flow string) string {
	if t.Kind() != emulator.B2C {
		return t.Issuer(flow)
	}
	return strings.Replace(t.Issuer(flow), "https://"+t.Hosts()[0]+"/", base+"/", 1)
}

// allB2C reports whether all tenants are ones of B2C.
func allB2C(tenants []*emulator.Tenant) bool {
	return !slices.ContainsFunc(tenants, func(t *emulator.Tenant) bool { return t.Kind() != emulator.B2C })
}
