// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/b2ckit/b2ckit/emulator"

// File is a configuration without mistakes.
type File struct {
	// Tenants has one tenant at least.
	Tenants []Tenant
}

// Tenant describes one tenant.
type Tenant struct {
	// Options are those that emulator.NewTenant takes, defaults not filled in.
	// Pages is set.
	Options emulator.Options

	// SignInAs is the one user that everyone is signed in as at once: a name,
	// email address, user name or object id of a user of the tenant, in any
	// case. If empty, people sign in on pages.
	SignInAs string

	Migration
}

// NewTenants makes the tenants. Those of B2C have one container of user-flow keys,
// and those of Entra ID one of all keys, as they have at Microsoft.
func (f *File) NewTenants() []*emulator.Tenant {
	var all []*emulator.Tenant
	byName := map[string]*emulator.Tenant{}
	for i := range f.Tenants {
		o, err := f.Tenants[i].options(f.Tenants[i].Options, byName)
		if err != nil {
			panic("config: " + err.Error()) // a configuration has no mistakes
		}
		if o.SharedKeysWith == nil {
			o.SharedKeysWith = keysOf(o.Kind, all)
		}
		t := emulator.NewTenant(&o)
		byName[t.Name()] = t
		if who := f.Tenants[i].SignInAs; who != "" {
			signInAs(t, who)
		}
		all = append(all, t)
	}
	return all
}
