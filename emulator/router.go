// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

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
	var byRoute, byPath, byHost *Tenant
	for _, t := range all {
		switch {
		case !onLoopback && !t.model.answersFor(name):
			continue
		case t.model.route(r).endpoint != NoEndpoint:
			if t.kind == B2C { // which reads ?p=, and others of the same GUID don't
				return t
			}
			byRoute = cmp.Or(byRoute, t)
		case byPath == nil && t.model.inPath(r.URL.Path):
			byPath = t
		case byHost == nil && !onLoopback:
			byHost = t
		}
	}
	return cmp.Or(byRoute, byPath, byHost)
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
		if first == nil || t.model.answersFor(strings.ToLower(u.Hostname())) {
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
	all := append(router(nil), tenants...)
	return &inprocess.Transport{Handler: all, Reach: all.reach}
}
