// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"github.com/b2ckit/b2ckit/emulator"
)

// Migration says what a tenant has from others that stand before it in the file,
// each by its name. The tags of its fields are their names there.
type Migration struct {
	// HighScaleOf is the B2C tenant whose other side this one is.
	HighScaleOf string `json:"highScaleOf,omitempty"`

	// UsersOf is a tenant whose users this one begins with, under other object ids:
	// those of Options.Users come before them.
	UsersOf string `json:"usersOf,omitempty"`

	// OldIDAttribute is the custom attribute with the old object ids of these users.
	// If empty, there is none.
	OldIDAttribute string `json:"oldIdAttribute,omitempty"`

	// PasswordsOf is a tenant that is asked for passwords which this one doesn't
	// know yet.
	PasswordsOf string `json:"passwordsOf,omitempty"`
}

// options returns a tenant's options with what it has from others, which are there
// by their names. Who isn't there is left out.
func (m *Migration) options(o emulator.Options, others map[string]*emulator.Tenant) (emulator.Options, error) {
	o.HighScaleOf = others[m.HighScaleOf]
	if from := others[m.PasswordsOf]; from != nil {
		o.OnPasswordSubmit = emulator.PasswordsOf(from)
	}
	from := others[m.UsersOf]
	if from == nil {
		return o, nil
	}
	empty := emulator.Options{Kind: o.Kind, Name: o.Name, ID: o.ID, Domain: o.Domain, Apps: o.Apps, Users: o.Users}
	if empty.Users == nil {
		empty.Users = []emulator.User{}
	}
	if empty.Check() != nil {
		return o, nil //nolint:nilerr // the options themselves are told of it
	}
	added, err := emulator.NewTenant(&empty).ImportUsers(from.Users(), m.OldIDAttribute)
	o.Users = append(append([]emulator.User{}, o.Users...), added...)
	return o, err
}

// checkMigration looks for tenants that aren't there, and returns the options with
// those that are.
func (c *checker) checkMigration(path string, t *Tenant, before map[string]*emulator.Tenant) emulator.Options {
	for _, named := range []struct{ member, name string }{
		{"highScaleOf", t.HighScaleOf}, {"usersOf", t.UsersOf}, {"passwordsOf", t.PasswordsOf},
	} {
		if at := path + "." + named.member; named.name != "" && before[named.name] == nil && !c.broken {
			c.add(at, "%q is no tenant that stands before this one", named.name)
		}
	}
	if t.OldIDAttribute != "" && t.UsersOf == "" {
		c.add(path+".oldIdAttribute", "is set, but usersOf isn't")
	}
	o, err := t.options(t.Options, before)
	if err != nil {
		c.add(path+".usersOf", "%v", err)
	}
	return o
}

// keysOf returns the tenant that another one shares its keys with: of B2C's and of
// Entra ID's the first; those of External ID have their own.
func keysOf(kind emulator.TenantKind, before []*emulator.Tenant) *emulator.Tenant {
	for _, t := range before {
		if t.Kind() == kind && kind != emulator.ExternalID {
			return t
		}
	}
	return nil
}
