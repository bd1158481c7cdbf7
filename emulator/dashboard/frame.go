// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import "github.com/b2ckit/b2ckit/emulator"

// frame is what every page has.
type frame struct {
	Title   string
	Tenant  string   // the one on the page; "" for none
	Tenants []string // all
}

// frameOf is the frame of a page about a tenant, or about none.
func frameOf(title string, t *emulator.Tenant, all tenants) frame {
	f := frame{Title: title, Tenants: all.names()}
	if t != nil {
		f.Tenant = t.Name()
	}
	return f
}
