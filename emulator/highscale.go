// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// fillHighScale takes over what the other side of a B2C tenant has in common with
// it. Its own name is another one, since tenants of one server are told apart by
// theirs; its hosts are named after B2C's.
func (o *Options) fillHighScale() {
	of := o.HighScaleOf
	if of == nil {
		return
	}
	if o.Name == "" {
		o.Name = of.Name() + "-external"
	}
	if o.ID == "" {
		o.ID = of.ID()
	}
	if o.Domain == "" {
		o.Domain = of.Domain()
	}
	if len(o.Hosts) == 0 {
		o.Hosts = productOf(o.Kind).hosts(of.Name(), o.ID)
	}
	if o.Apps == nil {
		o.Apps = o.highScaleApps()
	}
}

// highScaleApps are the default apps of the other side of a B2C tenant: an app is
// registered once for either, under another client id and App ID URI.
func (o *Options) highScaleApps() []App {
	apps := o.defaultAppsAt("https://" + o.Domain + "/tasks-external")
	for i := range apps {
		apps[i].ID = guid.Of(o.ID, "external client", apps[i].Name)
		apps[i].ObjectID = guid.Of(o.ID, "external service principal", apps[i].Name)
	}
	return apps
}

func (o *Options) checkHighScale(all *mistakes) {
	of := o.HighScaleOf
	if of == nil {
		return
	}
	switch {
	case o.Kind != ExternalID:
		all.add("Options.HighScaleOf", "is set, but a tenant of the kind %s is never the other side of a B2C tenant", o.Kind)
	case of.kind != B2C:
		all.add("Options.HighScaleOf", "is a tenant of the kind %s, and not %s", of.kind, B2C)
	}
	if o.ID != of.ID() {
		all.add("Options.ID", "%q is not that of the B2C tenant, %s; leave it out", o.ID, of.ID())
	}
	if o.Domain != of.Domain() {
		all.add("Options.Domain", "%q is not that of the B2C tenant, %s; leave it out", o.Domain, of.Domain())
	}
	if o.Users != nil {
		all.add("Options.Users", "is set, but the users are those of the B2C tenant")
	}
	for i, a := range o.Apps {
		if other := of.model.app(a.ID); other != nil {
			all.add(fmt.Sprintf("Options.Apps[%d].ID", i), "%q is that of the app %s of the B2C tenant: an app is registered once for either", a.ID, other.Name)
		}
	}
}
