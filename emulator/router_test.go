// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/emulator"
)

// world is a B2C tenant, an External ID tenant with its GUID, and two tenants of
// Entra ID with an app of the same client id.
func world() []*emulator.Tenant {
	app := emulator.App{Name: "shared", ID: clientID, Secret: "s3cret", RedirectURIs: []string{callback}}
	entra := func(name string) *emulator.Tenant {
		return emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: name, Pages: true, Apps: []emulator.App{
			app, {Name: "own", Secret: "own-secret", RedirectURIs: []string{callback}},
		}})
	}
	return []*emulator.Tenant{
		emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "ciam", ID: tenantID}),
		entra("fabrikam"), entra("adatum"),
	}
}

// TestTransport: each request finds its tenant, at hosts that they share and not,
// within a bubble too.
func TestTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := world()
		client := &http.Client{Transport: emulator.Transport(all...)}
		fabrikam, adatum := all[2], all[3]
		for url, issuer := range map[string]string{
			metadataURL: contosoIssuer,
			"https://ciam.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925" + wellKnown:           ciamIssuer,
			"https://login.microsoftonline.com/fabrikam.onmicrosoft.com" + wellKnown:                "https://login.microsoftonline.com/" + fabrikam.ID() + "/v2.0",
			"https://login.microsoftonline.com/" + adatum.ID() + wellKnown:                          "https://login.microsoftonline.com/" + adatum.ID() + "/v2.0",
			"https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration": "https://login.microsoftonline.com/{tenantid}/v2.0",
		} {
			r := get(t, client, url)
			equal(t, url+" status", r.status, 200)
			equal(t, url, decode[document](t, r.body).Issuer, issuer)
		}
		equal(t, "a tenant that isn't there", get(t, client, "https://login.microsoftonline.com/none"+wellKnown).status, 400)
		if _, err := open(t.Context(), client, "https://login.example/"); err == nil || !strings.Contains(err.Error(), "no such host") {
			t.Errorf("got %v, want no such host", err)
		}
		if _, err := open(t.Context(), client, "http://ciam.ciamlogin.com/"); err == nil || !strings.Contains(err.Error(), "refused") {
			t.Errorf("got %v, want a refused connection", err)
		}
	})
	mustPanic(t, "needs a tenant", func() { emulator.Transport() })
	mustPanic(t, `the host "contoso.b2clogin.com"`, func() {
		emulator.Transport(emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "b", Hosts: []string{"contoso.b2clogin.com"}}))
	})
	mustPanic(t, `the GUID`, func() {
		emulator.Transport(emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID}), emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "b", ID: tenantID}))
	})
}

// TestCommon: at an authority of many tenants a request is the tenant's whose app
// asks, or whose domain it names, and what was handed out finds its way back.
func TestCommon(t *testing.T) {
	all := world()
	transport := emulator.Transport(all...)
	client := &http.Client{Transport: transport}
	fabrikam, adatum := all[2], all[3]
	const authorize = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize"
	const token = "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"
	own := func(of *emulator.Tenant) string { return of.Apps()[1].ID }
	for _, c := range []struct {
		client, secret, hint string
		want                 *emulator.Tenant
	}{
		{clientID, "s3cret", "", fabrikam},
		{clientID, "s3cret", "adatum.onmicrosoft.com", adatum},
		{own(adatum), "own-secret", "", adatum},
		{own(adatum), "own-secret", "fabrikam.onmicrosoft.com", adatum},
		{own(fabrikam), "own-secret", "", fabrikam},
	} {
		b := browser(t, transport)
		page := read(t, visit(t, b, authorize, "client_id", c.client, "domain_hint", c.hint, "scope", "openid profile offline_access"))
		equal(t, "the form goes to the tenant", strings.HasPrefix(page.action, "https://login.microsoftonline.com/"+c.want.ID()+"/SelfAsserted?tx="), true)
		code := landed(t, linSignsIn(t, b, page)).Get("code")
		form := changed(redemption(code), "client_id", c.client, "client_secret", c.secret)
		r := post(t, client, token, form)
		a := decode[tokens](t, r.body)
		equal(t, "tid", claimsOf(t, a.IDToken)["tid"], any(c.want.ID()))
		equal(t, "iss", claimsOf(t, a.IDToken)["iss"], any("https://login.microsoftonline.com/"+c.want.ID()+"/v2.0"))
		r = post(t, client, token, changed(form, "grant_type", "refresh_token", "refresh_token", a.RefreshToken))
		equal(t, "refreshed", claimsOf(t, decode[tokens](t, r.body).IDToken)["tid"], any(c.want.ID()))
	}
	equal(t, "an app that nobody has", strings.Contains(post(t, client, token, credentials(userID, "x", "")).body, "AADSTS700016"), true)
	r := post(t, client, token, changed(credentials(own(adatum), "own-secret", "x/.default"), "x", strings.Repeat("x", 64<<10)))
	equal(t, "a body that is too large", r.status, http.StatusRequestEntityTooLarge)
}

// TestStartKinds: at a loopback host too.
func TestStartKinds(t *testing.T) {
	all := world()
	s := start(t, nil, all...)
	for path, issuer := range map[string]string{
		"/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi": s.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
		"/775527ff-9a37-4307-8b3d-cc311f58d925":            ciamIssuer,
		"/ciam.onmicrosoft.com":                            ciamIssuer,
		"/adatum.onmicrosoft.com":                          "https://login.microsoftonline.com/" + all[3].ID() + "/v2.0",
		"/common":                                          "https://login.microsoftonline.com/{tenantid}/v2.0",
	} {
		d := decode[document](t, get(t, s.Client(), s.URL+path+wellKnown).body)
		equal(t, path, d.Issuer, issuer)
		equal(t, path+" jwks_uri", strings.HasPrefix(d.JWKS, s.URL+"/"), true)
		equal(t, path+" keys", len(kids(t, s.Client(), d.JWKS)) > 0, true)
	}
	equal(t, "by name", get(t, s.Client(), "https://login.microsoftonline.com/adatum.onmicrosoft.com"+wellKnown).status, 200)
}
