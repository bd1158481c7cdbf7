// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
	"github.com/b2ckit/b2ckit/emulator/internal/inprocess"
)

// router finds whose a request is among tenants that share hosts.
type router []*Tenant

// find returns the tenant that a request is to: of those that have its host, one
// that has an endpoint at its path, else one that has the path at all, else any. At
// a loopback host, which all have, it is nil if nobody has the path.
func (all router) find(r *http.Request) *Tenant {
	name := host.Name(strings.ToLower(r.Host))
	onLoopback := host.Loopback(name)
	here := slices.DeleteFunc(slices.Clone(all), func(t *Tenant) bool { return !onLoopback && !t.model.answersFor(name) })
	exact := slices.DeleteFunc(slices.Clone(here), func(t *Tenant) bool { return t.model.route(r).endpoint == NoEndpoint })
	switch {
	case len(exact) > 0:
		return exact.among(r)
	case slices.ContainsFunc(here, func(t *Tenant) bool { return t.model.inPath(r.URL.Path) }):
		return here[slices.IndexFunc(here, func(t *Tenant) bool { return t.model.inPath(r.URL.Path) })]
	case len(here) > 0 && !onLoopback:
		return here[0]
	}
	return nil
}

// among returns the one of several tenants that a request to an authority of many
// is about: who has handed out what it brings along, else who has its app and the
// domain it names, else who has its app, else the first.
func (all router) among(r *http.Request) *Tenant {
	if len(all) == 1 {
		return all[0]
	}
	// One that reads ?p= in the path of another kind's with its GUID.
	if i := slices.IndexFunc(all, func(t *Tenant) bool { return t.kind == B2C }); i >= 0 {
		return all[i]
	}
	sent := r.URL.Query()
	if r.Method == http.MethodPost {
		sent = form.Peek(r)
	}
	for _, is := range []func(t *Tenant) bool{
		func(t *Tenant) bool { return t.grants.have(form.Get(sent, "code"), form.Get(sent, "refresh_token")) },
		func(t *Tenant) bool { return t.devices.have(form.Get(sent, "device_code")) },
		func(t *Tenant) bool {
			return t.model.app(form.Get(sent, "client_id")) != nil && t.model.known(form.Get(sent, "domain_hint"))
		},
		func(t *Tenant) bool { return t.model.app(form.Get(sent, "client_id")) != nil },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i]
		}
	}
	return all[0]
}

// ServeHTTP lets the tenant of a request answer it, and the first one what is
// nobody's.
func (all router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t := all.find(r); t != nil {
		t.ServeHTTP(w, r)
		return
	}
	all[0].ServeHTTP(w, r)
}

// reach returns the error of a network on which only the tenants exist: that of a
// tenant which has the host, if one does.
func (all router) reach(u *url.URL) error {
	var first error
	for _, t := range all {
		err := t.model.reach(u)
		if err == nil {
			return nil
		}
		if first == nil || u != nil && t.model.answersFor(strings.ToLower(u.Hostname())) {
			first = err
		}
	}
	return first
}

// Transport is [Tenant.Transport] for several tenants, which may share a host as
// those of Entra ID do: a request goes to the one that [Start] would hand it to. It
// panics, as [NewTenant] does, without any tenant and where Start would say that two
// clash.
func Transport(tenants ...*Tenant) http.RoundTripper {
	if err := checkTenants(tenants); err != nil {
		panic(err.Error())
	}
	all := slices.Clone(router(tenants))
	return &inprocess.Transport{Handler: all, Reach: all.reach}
}
