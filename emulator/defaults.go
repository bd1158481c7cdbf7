// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

const (
	defaultName = "contoso"
	defaultID   = "775527ff-9a37-4307-8b3d-cc311f58d925"

	// The identifiers of the default apps in the default tenant.
	defaultAPI    = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	defaultWeb    = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	defaultDaemon = "5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e"
	defaultNative = "e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41"
	defaultSPA    = "b19d6e2f-3c58-4f7a-9e0b-7d4a2c81f563"
)

// DefaultPassword is the password of the default tenant's local account,
// lin@example.org.
const DefaultPassword = "emulated-password"

// DefaultOptions returns the default tenant written out: every flow, app and
// user with all that is default about it, to change what should be otherwise.
// The result is the caller's.
func DefaultOptions() *Options {
	o := new(Options).withDefaults()
	o.Now = nil
	return &o
}

// withDefaults returns a copy of o, deep as far as a tenant keeps it, with
// every default filled in. It checks nothing.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.fillHighScale()
	if c.Name == "" {
		c.Name = defaultName
	}
	if c.ID == "" {
		c.ID = defaultID
		if c.Name != defaultName {
			c.ID = guid.Of("tenant", c.Name)
		}
	}
	c.ID = strings.ToLower(c.ID)
	c.Hosts = append([]string(nil), c.Hosts...)
	if len(c.Hosts) == 0 {
		c.Hosts = c.defaultHosts()
	}
	for i, h := range c.Hosts {
		c.Hosts[i] = strings.ToLower(h)
	}
	if c.Domain == "" {
		c.Domain = c.Name + ".onmicrosoft.com"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Flows = c.flowsWithDefaults()
	c.Apps = c.appsWithDefaults()
	c.Users = c.usersWithDefaults()
	return c
}

func (o *Options) flowsWithDefaults() []Flow {
	flows := make([]Flow, len(o.Flows))
	for i := range o.Flows {
		flows[i] = o.Flows[i].clone()
	}
	if len(flows) == 0 {
		flows = productOf(o.Kind).flows()
	}
	for i := range flows {
		productOf(o.Kind).fill(&flows[i])
		flows[i].fillDefaults()
	}
	return flows
}

func (o *Options) defaultHosts() []string {
	return productOf(o.Kind).hosts(strings.ToLower(o.Name), o.ID)
}

func (o *Options) appsWithDefaults() []App {
	apps := make([]App, len(o.Apps))
	for i := range o.Apps {
		apps[i] = o.Apps[i].clone()
	}
	if o.Apps == nil {
		apps = o.defaultApps()
	}
	for i := range apps {
		a := &apps[i]
		if a.ID == "" {
			a.ID = guid.Of(o.ID, "client", a.Name)
		}
		if a.ObjectID == "" {
			a.ObjectID = guid.Of(o.ID, "service principal", a.Name)
		}
		if a.Kind == AppDefault {
			a.Kind = WebApp
			if a.Secret == "" && len(a.Certificates)+len(a.Federated) == 0 {
				a.Kind = NativeApp
			}
		}
		for j := range a.Federated {
			a.Federated[j] = a.Federated[j].withDefaults()
		}
		a.ID, a.ObjectID = strings.ToLower(a.ID), strings.ToLower(a.ObjectID)
	}
	return apps
}

func (o *Options) defaultApps() []App {
	apps := o.defaultAppsAt("https://" + o.Domain + "/tasks")
	if o.ID == defaultID {
		for i, id := range []string{defaultAPI, defaultWeb, defaultDaemon, defaultNative, defaultSPA} {
			apps[i].ID = id
		}
	}
	return apps
}

// defaultAppsAt are the default apps around an API, but for their ids.
func (o *Options) defaultAppsAt(uri string) []App {
	granted := []string{uri + "/tasks.read", uri + "/tasks.write"}
	const local = "http://localhost:8400/callback"
	return []App{
		{Name: "tasks-api", URI: uri, Scopes: []string{"tasks.read", "tasks.write"}, Roles: []string{"jobs.run"}},
		{Name: "tasks-web", Secret: "emulated-web-secret", RedirectURIs: []string{local, "https://app.contoso.example/callback"}, Granted: granted},
		{Name: "tasks-daemon", Secret: "emulated-daemon-secret", Granted: []string{uri + "/jobs.run"}},
		{Name: "tasks-native", Kind: NativeApp, RedirectURIs: []string{local}, Granted: granted},
		{Name: "tasks-spa", Kind: SPA, RedirectURIs: []string{"http://localhost:3000/"}, Granted: granted},
	}
}

func (o *Options) usersWithDefaults() []User {
	users := make([]User, len(o.Users))
	for i := range o.Users {
		users[i] = o.Users[i].clone()
	}
	if o.HighScaleOf != nil && o.Users == nil {
		return nil
	}
	if o.Users == nil {
		users = []User{{
			Name: "Ada Example", GivenName: "Ada", FamilyName: "Example",
			Emails: []string{"ada@example.org"}, IDP: "google.com",
		}, {
			Name: "Lin Example", GivenName: "Lin", FamilyName: "Example",
			Emails: []string{"lin@example.org"}, Password: DefaultPassword,
		}}
	}
	for i := range users {
		users[i] = users[i].identified(o.ID)
	}
	return users
}

// fillHighScale takes over what the other side of a B2C tenant has in common with
// it. Its own name is another one, since tenants of one server are told apart by
// theirs; its hosts are named after B2C's.
func (o *Options) fillHighScale() {
	of := o.HighScaleOf
	if of == nil {
		return
	}
	if o.Name == "" {
		o.Name = of.model.name + "-external"
	}
	if o.ID == "" {
		o.ID = of.model.id
	}
	if o.Domain == "" {
		o.Domain = of.model.domain
	}
	if len(o.Hosts) == 0 {
		o.Hosts = productOf(o.Kind).hosts(of.model.name, o.ID)
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

// model returns what a tenant is, by options with defaults filled in.
func (o *Options) model() *model {
	p := productOf(o.Kind)
	m := &model{
		names: names{o.Name, o.ID, o.Domain}, addresses: p, telling: p,
		hosts: o.Hosts, flows: o.Flows, apps: o.Apps, pages: o.Pages, emailScope: o.EmailScope, devices: o.Kind != B2C,
	}
	for _, h := range o.Hosts {
		m.sites = append(m.sites, site{scheme: "https", host: h})
	}
	return m
}
