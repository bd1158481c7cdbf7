// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Tenant is an emulated B2C tenant: an [http.Handler] that mints tokens. All
// its methods are safe for concurrent use. It has no useful zero value: call
// [NewTenant], or [NewServer] for one that listens.
type Tenant struct {
	opts       Options // with defaults, never written after NewTenant; directory has the users
	sites      []site  // where it is reached; the first is the primary one
	containers map[string]*container
	now        func() time.Time // of the options, moved by offset
	directory  *directory
	memory     *memory

	listens  atomic.Bool  // on a server
	offset   atomic.Int64 // of the clock, a time.Duration
	requests ring[Request]
	issued   ring[Issued]

	intercept atomic.Pointer[func(http.ResponseWriter, *http.Request, http.Handler)]
	decide    atomic.Pointer[func(SignInRequest) (SignIn, error)]
	counts    struct{ metadata, keys, authorize, token, logout, pages, notFound atomic.Int64 }
}

// NewTenant returns a tenant; nil options are the default tenant, contoso. It
// opens no socket, starts no goroutine and generates no key: the first request
// or token that needs a key waits for it. Like [http.ServeMux.Handle] it
// panics, naming the fields, on options that are contradictory.
func NewTenant(opts *Options) *Tenant {
	o := opts.withDefaults()
	directory := newDirectory(o.accounts())
	if err := o.checkAll(directory.accounts).errors("emulator: "); err != nil {
		panic(err.Error())
	}
	o.Users = nil // passwords among them
	t := &Tenant{opts: o, containers: newContainers(&o), directory: directory, memory: newMemory()}
	t.now = func() time.Time { return o.Now().Add(time.Duration(t.offset.Load())) }
	t.requests.limit, t.issued.limit = requestsKept, issuedKept
	for _, h := range o.Hosts {
		t.sites = append(t.sites, site{scheme: "https", host: h})
	}
	return t
}

// Name returns the tenant's short name, such as "contoso".
func (t *Tenant) Name() string { return t.opts.Name }

// ID returns the tenant's GUID, in lower case.
func (t *Tenant) ID() string { return t.opts.ID }

// Domain returns the tenant's domain, such as "contoso.onmicrosoft.com".
func (t *Tenant) Domain() string { return t.opts.Domain }

// Hosts returns the hosts the tenant is reached on, the primary one first. A
// tenant of a [Server] has the server's address, with its port, among them:
// last after [NewServer], first after [NewPlainServer].
func (t *Tenant) Hosts() []string {
	hosts := make([]string, len(t.sites))
	for i, s := range t.sites {
		hosts[i] = s.host
	}
	return hosts
}

// Flows returns the flows, with every default filled in.
func (t *Tenant) Flows() []Flow { return append([]Flow(nil), t.opts.Flows...) }

// Apps returns the app registrations, with every default filled in.
func (t *Tenant) Apps() []App {
	apps := make([]App, len(t.opts.Apps))
	for i, a := range t.opts.Apps {
		apps[i] = a.clone()
	}
	return apps
}

// API returns the first app that has an App ID URI, the one tokens are for by
// default. Without any it returns the zero App.
func (t *Tenant) API() App {
	return t.firstApp(func(a *App) bool { return a.URI != "" })
}

// Web returns the first app that was granted a scope and is no API itself, the
// client of user tokens by default. Without any it returns the zero App.
func (t *Tenant) Web() App {
	return t.firstApp(func(a *App) bool { return a.URI == "" && len(t.granted(a, nil, scopes)) > 0 })
}

// Native returns the first native app that was granted a scope and is no API
// itself: a public client. Without any it returns the zero App.
func (t *Tenant) Native() App {
	return t.firstApp(func(a *App) bool { return a.Kind == NativeApp && a.URI == "" && len(t.granted(a, nil, scopes)) > 0 })
}

// SPA returns the first single-page app that was granted a scope. Without any
// it returns the zero App.
func (t *Tenant) SPA() App {
	return t.firstApp(func(a *App) bool { return a.Kind == SPA && len(t.granted(a, nil, scopes)) > 0 })
}

// Daemon returns the first app with a secret that was granted an app role, the
// client of app-only tokens by default. Without any it returns the zero App.
func (t *Tenant) Daemon() App {
	return t.firstApp(func(a *App) bool { return a.Secret != "" && len(t.granted(a, nil, roles)) > 0 })
}

// permission tells the two kinds of names an API publishes apart.
type permission bool

const (
	scopes permission = false
	roles  permission = true
)

// granted returns the short names of what client was granted of api (nil for
// any API), in the order the API publishes them.
func (t *Tenant) granted(client, api *App, kind permission) []string {
	var names []string
	for i := range t.opts.Apps {
		a := &t.opts.Apps[i]
		if api != nil && api.ID != a.ID {
			continue
		}
		offered := a.Scopes
		if kind == roles {
			offered = a.Roles
		}
		for _, name := range offered {
			for _, g := range client.Granted {
				if strings.EqualFold(g, a.URI+"/"+name) {
					names = append(names, name)
					break
				}
			}
		}
	}
	return names
}

func (t *Tenant) firstApp(match func(*App) bool) App {
	for i := range t.opts.Apps {
		if match(&t.opts.Apps[i]) {
			return t.opts.Apps[i].clone()
		}
	}
	return App{}
}

// app returns the app with a client id, or nil.
func (t *Tenant) app(clientID string) *App {
	for i := range t.opts.Apps {
		if strings.EqualFold(t.opts.Apps[i].ID, clientID) {
			return &t.opts.Apps[i]
		}
	}
	return nil
}

// flow returns the flow of that name in any case, or nil.
func (t *Tenant) flow(name string) *Flow {
	for i := range t.opts.Flows {
		if strings.EqualFold(t.opts.Flows[i].Name, name) {
			return &t.opts.Flows[i]
		}
	}
	return nil
}

// mustFlow is flow for callers with no error to return; "" is the first flow.
func (t *Tenant) mustFlow(name string) *Flow {
	if name == "" {
		return &t.opts.Flows[0]
	}
	if f := t.flow(name); f != nil {
		return f
	}
	panic(fmt.Sprintf("emulator: tenant %s has no flow %q", t.opts.Name, name))
}
