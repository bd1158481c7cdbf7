// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// checkTogether looks for what two tenants of one server can't have in common.
func (c *checker) checkTogether(tenants []Tenant) {
	owners := map[string]int{}
	for i := range tenants {
		path := fmt.Sprintf("tenants[%d]", i)
		var clash bool // of the names: what follows from them clashes too
		for _, n := range c.namesOf(path, &tenants[i].Options) {
			key := n.setting + " " + strings.ToLower(n.value)
			if n.setting == "id" || n.setting == "domain" { // which a B2C tenant shares with its other side
				key += map[bool]string{true: " B2C"}[tenants[i].Options.Kind == emulator.B2C]
			}
			other, taken := owners[key]
			if taken && (n.given || !clash) {
				c.add(path+"."+n.member, "%q is that of tenants[%d] too", n.value, other)
			}
			clash = clash || taken && n.setting == "name"
			owners[key] = i
		}
	}
}

// name is one of those by which a tenant is found.
type name struct {
	setting, member, value string
	given                  bool // in the file; else it follows from the tenant's name
}

// namesOf returns the names that have no mistake, the tenant's name first.
func (c *checker) namesOf(path string, o *emulator.Options) (names []name) {
	add := func(setting, member, value string, given bool) {
		if value != "" && !c.isWrong(path+"."+member) {
			names = append(names, name{setting, member, value, given})
		}
	}
	var defaults emulator.Options
	t := c.made[path]
	if t == nil && !c.isWrong(path+".name") {
		t = emulator.NewTenant(&emulator.Options{Kind: o.Kind, Name: o.Name, Users: []emulator.User{}})
	}
	if t != nil {
		defaults = emulator.Options{Name: t.Name(), ID: t.ID(), Domain: t.Domain(), Hosts: t.Hosts()}
	}
	add("name", "name", cmp.Or(o.Name, defaults.Name), true)
	add("id", "id", cmp.Or(o.ID, defaults.ID), o.ID != "")
	add("domain", "domain", cmp.Or(o.Domain, defaults.Domain), o.Domain != "")
	hosts := o.Hosts
	if len(hosts) == 0 {
		hosts = defaults.Hosts
	}
	for j, h := range hosts {
		if o.Kind == emulator.EntraID && strings.EqualFold(h, entraHost) {
			continue // all are there
		}
		add("host", fmt.Sprintf("hosts[%d]", j), h, len(o.Hosts) > 0)
	}
	return names
}

// isWrong reports whether something has been found wrong at a path.
func (c *checker) isWrong(path string) bool { return c.Unread(path) || c.at[path] }

// entraHost is where all tenants of Entra ID are.
const entraHost = "login.microsoftonline.com"
