// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"reflect"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/hint"
)

func (p platform) check(s settings, all *mistakes) {
	if s.emailScope {
		all.add("Options.EmailScope", "is set, but that is a question of B2C alone")
	}
	if s.keysWithoutActivation {
		all.add("Options.KeysWithoutActivation", "is set, but only custom policies have such keys")
	}
	for i, f := range s.flows {
		field := fmt.Sprintf("Options.Flows[%d]", i)
		plain := Flow{Lifetime: f.Lifetime, RefreshLifetime: f.RefreshLifetime, RefreshWindow: f.RefreshWindow, RefreshOnce: f.RefreshOnce, Issuer: f.Issuer}
		p.fill(&plain)
		plain.fillDefaults()
		switch {
		case i > 0:
			all.add(field, "is one too many: a tenant of the kind %s has no flows, and one entry says how long its tokens live", s.kind)
		case !reflect.DeepEqual(plain, f):
			all.add(field, "says more than Lifetime, RefreshLifetime, RefreshWindow, RefreshOnce and Issuer: a tenant of the kind %s has no flows", s.kind)
		}
		f.check(all, field)
		s.kind.checkIssuer(f.Issuer, field+".Issuer", all)
	}
	for i, a := range s.apps {
		if v := a.AccessTokenVersion; v < 0 || v > 2 {
			all.add(fmt.Sprintf("Options.Apps[%d].AccessTokenVersion", i), "%d is neither 1 nor 2", v)
		}
	}
}

// checkUser looks for roles that no API publishes.
func (platform) checkUser(u User, apps []App, field string, all *mistakes) {
	published := fold.Set{}
	var names []string
	for _, a := range apps {
		for _, r := range a.Roles {
			published.Twice(a.URI + "/" + r)
			names = append(names, a.URI+"/"+r)
		}
	}
	for i, r := range u.Roles {
		if !published.Has(r) {
			all.add(fmt.Sprintf("%s.Roles[%d]", field, i), "%q is no role of an API here; %s", r, hint.ThereAre(names))
		}
	}
}
