// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// What the API says about tenants.
type (
	tenantView struct {
		Name       string          `json:"name"`
		Kind       string          `json:"kind"`
		ID         string          `json:"id"`
		Domain     string          `json:"domain"`
		Hosts      []string        `json:"hosts"`
		Clock      clockView       `json:"clock"`
		Counts     countsView      `json:"counts"`
		Flows      []wire.Object   `json:"flows"`
		Apps       []wire.Object   `json:"apps"`
		Users      []wire.Object   `json:"users"`
		Containers []containerView `json:"containers"`
		Faults     []wire.Object   `json:"faults"`
	}

	countsView struct {
		Metadata  int `json:"metadata"`
		Keys      int `json:"keys"`
		Authorize int `json:"authorize"`
		Token     int `json:"token"`
		Logout    int `json:"logout"`
		Pages     int `json:"pages"`
		UserInfo  int `json:"userInfo"`
		Device    int `json:"device"`
		NotFound  int `json:"notFound"`
	}

	// flowURLs are the addresses of a flow.
	flowURLs struct {
		Issuer    string `json:"issuer"`
		Authority string `json:"authority"`
		Metadata  string `json:"metadata"`
		Keys      string `json:"keys"`
		Authorize string `json:"authorize"`
		Token     string `json:"token"`
		Logout    string `json:"logout"`
	}
)

// describeAll describes all tenants, or the one that is asked for.
func describeAll(r *http.Request, all tenants) (any, error) {
	if r.URL.RawQuery != "" {
		_, t, err := query(all, r)
		if err != nil {
			return nil, err
		}
		all = tenants{t}
	}
	var views []tenantView
	for _, t := range all {
		views = append(views, describe(r, t))
	}
	return map[string][]tenantView{"tenants": views}, nil
}

// describe says what a tenant is, with its URLs and issuers as they are at the
// address that was asked. The primary host may be one that nobody here can
// reach; and as anywhere in B2C, they follow the host of the request.
func describe(r *http.Request, t *emulator.Tenant) tenantView {
	v := tenantView{
		Name: t.Name(), Kind: t.Kind().String(), ID: t.ID(), Domain: t.Domain(), Hosts: t.Hosts(), Clock: clock(t), Counts: countsView(t.Counts()),
		Users: usersOf(t), Containers: containersOf(t), Faults: faultsOf(t),
	}
	for _, f := range t.Flows() {
		settings := wire.ObjectOf(f).Without("issuer") // here it is an address
		v.Flows = append(v.Flows, settings.Insert("kind", wire.ObjectOf(urlsOf(r, t, f.Name))...))
	}
	for _, a := range t.Apps() {
		v.Apps = append(v.Apps, wire.ObjectWithSecrets(a)) // emulated ones, for whoever may use the dashboard
	}
	return v
}

func urlsOf(r *http.Request, t *emulator.Tenant, flow string) flowURLs {
	issuer := t.Issuer(flow)
	switch pattern := t.Flows()[0].Issuer; {
	case t.Kind() == emulator.B2C, pattern == emulator.IssuerHost:
		issuer = here(r, issuer)
	case pattern == emulator.IssuerEntra:
		issuer = "https://login.microsoftonline.com/" + t.ID() + "/v2.0"
	} // elsewhere it is always the same
	return flowURLs{
		Issuer: issuer, Authority: here(r, t.AuthorityURL(flow)), Metadata: here(r, t.MetadataURL(flow)),
		Keys: here(r, t.JWKSURL(flow)), Authorize: here(r, t.AuthorizeURL(flow)), Token: here(r, t.TokenURL(flow)), Logout: here(r, t.LogoutURL(flow)),
	}
}
