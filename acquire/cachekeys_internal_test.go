// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// What tells tokens apart, by itself: authorities that differ in nothing else.
func TestCacheKeyParts(t *testing.T) {
	const (
		one, another = "775527ff-9a37-4307-8b3d-cc311f58d925", "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11"
		client       = "60603c1b-6f1b-4c5f-8f8b-3a3d3e5f0a01"
	)
	must := func(a authority.Authority, err error) authority.Authority {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	b2c := func(host, tenant, flow string) authority.Authority {
		t.Helper()
		return must(authority.Parse("https://" + host + "/" + tenant + "/" + flow + "/v2.0/"))
	}
	external := must(authority.ExternalID("contoso", one))
	base := cacheKeys{b2c("login.contoso.com", one, "B2C_1_susi"), client}
	own := tokenOwner{scopes: "api://tasks/.default"}
	for name, pair := range map[string][2]cacheKeys{
		"host":            {base, {b2c("login.fabrikam.com", one, "B2C_1_susi"), client}},
		"tenant":          {base, {b2c("login.contoso.com", another, "B2C_1_susi"), client}},
		"flow":            {base, {b2c("login.contoso.com", one, "B2C_1_edit"), client}},
		"client":          {base, {base.flow, another}},
		"external host":   {{external, client}, {must(external.WithHost("login.contoso.com")), client}},
		"external tenant": {{must(external.WithHost("login.contoso.com")), client}, {must(must(authority.ExternalID("contoso", another)).WithHost("login.contoso.com")), client}},
		"product":         {{must(external.WithHost("login.contoso.com")), client}, {must(must(authority.Entra(one)).WithHost("login.contoso.com")), client}},
		"one of several":  {{must(authority.Entra(one)), client}, {must(authority.EntraMultiTenant(one)), client}},
		"consumers":       {{must(authority.EntraMultiTenant(one, another)), client}, {must(authority.EntraMultiTenant(one, authority.ConsumerTenantID)), client}},
	} {
		if pair[0].token(own) == pair[1].token(own) || pair[0].account("a") == pair[1].account("a") || pair[0].accounts() == pair[1].accounts() {
			t.Errorf("%s: two that differ in it share entries", name)
		}
	}
	if again := (cacheKeys{b2c("login.contoso.com", one, "b2c_1_SUSI"), client}); again.token(own) != base.token(own) || again.account("a") != base.account("a") {
		t.Error("one flow in another case has entries of its own")
	}
	seen := map[string]tokenOwner{}
	for _, of := range []tokenOwner{
		own, {scopes: "api://TASKS/.default"}, {assertion: "A", scopes: own.scopes}, {assertion: "a", scopes: own.scopes}, {assertion: "A", scopes: "api://TASKS/.default"},
	} {
		key := base.token(of)
		if other, there := seen[key]; there {
			t.Errorf("%+v and %+v share an entry", of, other)
		}
		seen[key] = of
	}
}
