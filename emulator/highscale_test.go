// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// highScale is a B2C tenant and its other side.
func highScale() (b2c, external *emulator.Tenant) {
	b2c = emulator.NewTenant(&emulator.Options{Pages: true})
	return b2c, emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, HighScaleOf: b2c, Pages: true})
}

// TestHighScale: who signs in at either side is the same user, by oid alone.
func TestHighScale(t *testing.T) {
	b2c, external := highScale()
	equal(t, "ID", external.ID(), b2c.ID())
	equal(t, "domain", external.Domain(), b2c.Domain())
	equalList(t, "hosts", external.Hosts(), []string{"contoso.ciamlogin.com", "775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com"})

	old := claimsOf(t, mint(t, b2c, emulator.Spec{}))
	now := claimsOf(t, mint(t, external, emulator.Spec{}))
	equal(t, "oid", now["oid"], old["sub"])
	equal(t, "oid", now["oid"], any("c7efba82-c747-491c-b669-d4a981268755"))
	equal(t, "iss", now["iss"], any(ciamIssuer))
	equal(t, "iss of B2C", old["iss"], any("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"))
	for _, name := range []string{"iss", "sub", "aud", "azp"} {
		if now[name] == old[name] {
			t.Errorf("%s is the same, %v", name, now[name])
		}
	}
	for _, a := range b2c.Apps() {
		equal(t, "an app of both", slices.ContainsFunc(external.Apps(), func(b emulator.App) bool { return a.ID == b.ID || a.URI != "" && a.URI == b.URI }), false)
	}
	equal(t, "kid of both", b2c.CurrentKey("").ID() == external.CurrentKey("").ID(), false)
}

// TestHighScaleDirectory: there is one, whoever changes it, and both sides heed it.
func TestHighScaleDirectory(t *testing.T) {
	b2c, external := highScale()
	kim, err := external.AddUser(emulator.User{Name: "Kim", Username: "kim", Password: "Correct-horse"})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := b2c.CheckPassword("kim", "Correct-horse"); !ok || got.ObjectID != kim.ObjectID {
		t.Errorf("got %+v, %t", got, ok)
	}
	signIn := func(tenant *emulator.Tenant, c *http.Client) sheet {
		t.Helper()
		return read(t, get(t, c, tenant.AuthorizeURL("")+"?"+form("client_id", tenant.Web().ID, "redirect_uri", callback,
			"response_type", "code", "scope", "openid offline_access "+tenant.API().URI+"/tasks.read").Encode()))
	}
	var refresh [2]string
	for i, tenant := range []*emulator.Tenant{b2c, external} {
		c := browser(t, tenant.Transport())
		r := signIn(tenant, c).send(t, c, "username", "kim", "password", "Correct-horse")
		got := redeem(t, tenant.Client(), tenant.TokenURL(""), changed(redemption(landed(t, r).Get("code")), "client_id", tenant.Web().ID))
		refresh[i] = got.RefreshToken
	}
	if err := b2c.RemoveUser(kim.ObjectID); err != nil {
		t.Fatal(err)
	}
	for i, tenant := range []*emulator.Tenant{b2c, external} {
		equal(t, "users", len(tenant.Users()), 2)
		r := post(t, tenant.Client(), tenant.TokenURL(""), changed(refreshing(refresh[i]), "client_id", tenant.Web().ID))
		equal(t, "refresh at "+tenant.Name(), decode[failure](t, r.body).Error, "invalid_grant")
	}
}

// TestHighScaleServer: one server has both, also where the path alone tells them
// apart.
func TestHighScaleServer(t *testing.T) {
	b2c, external := highScale()
	for _, order := range [][]*emulator.Tenant{{b2c, external}, {external, b2c}} {
		server, err := emulator.Start(nil, order...)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		for at, want := range map[string]string{
			"https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925": ciamIssuer,
			server.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925":                 ciamIssuer,
			server.URL + "/contoso.onmicrosoft.com":                              ciamIssuer,
			"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi":    "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
			server.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi":      server.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
			server.URL + "/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi":  server.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
		} {
			r := get(t, server.Client(), at+wellKnown)
			equal(t, at, decode[struct{ Issuer string }](t, r.body).Issuer, want)
		}
		// ?p= is B2C's form, whoever comes first.
		r := get(t, server.Client(), server.URL+"/contoso.onmicrosoft.com"+wellKnown+"?p=B2C_1_susi")
		equal(t, "?p=", decode[struct{ Issuer string }](t, r.body).Issuer, server.URL+"/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/")
	}
}

func TestHighScaleMistakes(t *testing.T) {
	b2c, external := highScale()
	wrong := func(o emulator.Options, lines ...string) {
		t.Helper()
		if err := o.Check(); err == nil || err.Error() != strings.Join(lines, "\n") {
			t.Errorf("got %v, want %q", err, lines)
		}
	}
	wrong(emulator.Options{HighScaleOf: b2c, Name: "x"},
		"emulator: Options.HighScaleOf is set, but a tenant of the kind b2c is never the other side of a B2C tenant")
	wrong(emulator.Options{Kind: emulator.ExternalID, HighScaleOf: external, Apps: []emulator.App{}},
		"emulator: Options.HighScaleOf is a tenant of the kind external-id, and not b2c")
	wrong(emulator.Options{
		Kind: emulator.ExternalID, HighScaleOf: b2c, ID: stockID, Domain: "fabrikam.onmicrosoft.com",
		Users: []emulator.User{{Name: "Kim"}}, Apps: []emulator.App{{Name: "api", ID: apiID}},
	},
		`emulator: Options.ID "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348" is not that of the B2C tenant, 775527ff-9a37-4307-8b3d-cc311f58d925; leave it out`,
		`emulator: Options.Domain "fabrikam.onmicrosoft.com" is not that of the B2C tenant, contoso.onmicrosoft.com; leave it out`,
		"emulator: Options.Users is set, but the users are those of the B2C tenant",
		`emulator: Options.Apps[0].ID "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6" is that of the app tasks-api of the B2C tenant: an app is registered once for either`)
}
