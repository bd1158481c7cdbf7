// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// What a route asks means the same of each product, as far as that documents it.
func TestRequirementsOfSuccessors(t *testing.T) {
	all := successors(t)
	v := trustingSources(t, &validator.Options{AllowMissingRoles: []string{daemonClient}, AllowMissingFlow: []string{daemonClient}},
		all["b2c"], all["external"], all["workforce"], all["list"], all["provider"])
	tokens := map[string]string{
		"B2C's user":           sign(t, b2cUser.with(fields{"scp": "tasks.read jobs.run"}), nil),
		"B2C's daemon":         sign(t, b2cUser.with(fields{"scp": "jobs.run", "azp": daemonClient, "tfp": nil, "auth_time": nil, "nonce": nil}), nil),
		"user":                 sign(t, externalUser, nil),
		"user with the role":   sign(t, externalUser.with(fields{"scp": "other", "roles": []string{"jobs.run"}}), nil),
		"odd with the role":    sign(t, externalUser.with(fields{"scp": "other", "idtyp": "device", "roles": []string{"jobs.run"}}), nil),
		"app":                  sign(t, workforceUser.with(asApp), nil),
		"app without roles":    sign(t, workforceUser.with(asApp).with(fields{"roles": nil}), nil),
		"user in groups":       sign(t, listedUser.with(fields{"groups": []string{"g1", "g2"}}), nil),
		"user in many groups":  sign(t, listedUser.with(fields{"_claim_names": fields{"groups": "src1"}, "_claim_sources": fields{"src1": fields{"endpoint": "https://graph.windows.net/x"}}}), nil),
		"user who has groups":  sign(t, listedUser.with(fields{"hasgroups": true}), nil),
		"user of the second":   sign(t, listedUser.with(fields{"iss": secondIssuer, "tid": secondGUID}), nil),
		"provider's user":      sign(t, providerUser.with(fields{"auth_time": 1750000000, "groups": []string{"g1"}, "roles": []string{"jobs.run"}}), signedBy(curveKID, "ES256")),
		"provider's app":       sign(t, providerUser.with(fields{"client_id": "daemon", "azp": "other", "sub": "daemon", "scope": "jobs.run"}), signedBy(curveKID, "ES256")),
		"provider's, in doubt": sign(t, providerUser, signedBy(curveKID, "ES256")),
		"B2C's, with groups":   sign(t, b2cUser.with(fields{"groups": []string{"g1"}, "roles": []string{"jobs.run"}, "tid": unlistedGUID}), nil),
	}
	const passes = "passes"
	for _, tc := range []struct {
		r    validator.Requirement
		want map[string]validator.Reason // of those that pass, and what the others are refused for
		all  validator.Reason
	}{
		{validator.Delegated(), map[string]validator.Reason{"B2C's user": passes, "B2C's, with groups": passes, "user": passes, "user with the role": passes, "user in groups": passes, "user in many groups": passes, "user who has groups": passes, "user of the second": passes, "provider's user": passes}, validator.ErrUserRequired},
		{validator.AppOnly(), map[string]validator.Reason{"B2C's daemon": passes, "app": passes, "app without roles": passes, "provider's app": passes}, validator.ErrAppRequired},
		{validator.Role("jobs.run"), map[string]validator.Reason{"user with the role": passes, "odd with the role": passes, "app": passes}, validator.ErrRoleRequired},
		{validator.ScopeOrRole("tasks.read", "jobs.run"), map[string]validator.Reason{
			"B2C's user": passes, "B2C's daemon": passes, "B2C's, with groups": passes, "user": passes, "app": passes, "user in groups": passes, "user in many groups": passes, "user who has groups": passes,
			"user of the second": passes, "provider's user": passes, "provider's, in doubt": passes,
		}, validator.ErrScopeRequired},
		{validator.Tenant(strings.ToUpper(listedGUID), contosoID), map[string]validator.Reason{"B2C's user": passes, "B2C's daemon": passes, "B2C's, with groups": passes, "user in groups": passes, "user in many groups": passes, "user who has groups": passes}, validator.ErrTenantRequired},
		{validator.Group("g1", "g2"), map[string]validator.Reason{"user in groups": passes, "user in many groups": validator.ErrGroupsOverage, "user who has groups": validator.ErrGroupsOverage}, validator.ErrGroupRequired},
		{validator.AnyGroup("g3", "g2"), map[string]validator.Reason{"user in groups": passes, "user in many groups": validator.ErrGroupsOverage, "user who has groups": validator.ErrGroupsOverage}, validator.ErrGroupRequired},
		{validator.Group("g1", "g3"), map[string]validator.Reason{"user in many groups": validator.ErrGroupsOverage, "user who has groups": validator.ErrGroupsOverage}, validator.ErrGroupRequired},
	} {
		for name, raw := range tokens {
			token, err := v.Validate(t.Context(), raw)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			token.Roles, token.Scopes, token.ClientID = []string{"jobs.run"}, []string{"tasks.read"}, token.Subject // which decides nothing
			want := tc.want[name]
			if want == "" {
				want = tc.all
			}
			if err := tc.r.Check(t.Context(), token); want == passes && err != nil {
				t.Errorf("%v of %s: %v", tc.r, name, err)
			} else if want != passes {
				wantReason(t, tc.r.String()+" of "+name, err, want)
			}
			if token.IsDelegated() != (validator.Delegated().Check(t.Context(), token) == nil) || token.IsAppOnly() != (validator.AppOnly().Check(t.Context(), token) == nil) {
				t.Errorf("%s: IsDelegated %v, IsAppOnly %v", name, token.IsDelegated(), token.IsAppOnly())
			}
		}
	}
	token, err := v.Validate(t.Context(), tokens["user in groups"])
	if err != nil {
		t.Fatal(err)
	}
	groups := token.Groups()
	if !slices.Equal(groups, []string{"g1", "g2"}) || token.TenantID() != listedGUID || token.ClientAuth() != "0" {
		t.Errorf("got groups %q, tenant %q, client auth %q", groups, token.TenantID(), token.ClientAuth())
	}
	groups[0] = "g9"
	if !slices.Equal(token.Groups(), []string{"g1", "g2"}) {
		t.Error("what is written to the groups stays in the token")
	}
}

func TestCanSatisfyOfSuccessors(t *testing.T) {
	workforce, err := authority.Entra(workforceGUID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := authority.EntraMultiTenant(listedGUID, secondGUID)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := authority.OpenIDProvider(providerIssuer, authority.ES256)
	if err != nil {
		t.Fatal(err)
	}
	b2c := contosoTenant(t).Flow("B2C_1_susi")
	all := validator.AllOf
	for _, tc := range []struct {
		at   []authority.Authority
		r    validator.Requirement
		want string // part of the error; "" if it is fine
	}{
		{[]authority.Authority{b2c}, validator.Group("g"), `Group("g"): B2C issues no groups claim`},
		{[]authority.Authority{b2c}, validator.AnyOf(validator.Group("g"), validator.Scope("a")), ""},
		{[]authority.Authority{b2c}, validator.Tenant(contosoID), ""},
		{[]authority.Authority{b2c}, validator.Tenant(listedGUID), `Tenant("` + listedGUID + `")`},
		{[]authority.Authority{workforce}, validator.Group("g"), ""},
		{[]authority.Authority{workforce}, all(validator.AppOnly(), validator.Scope("a")), "an app's own token of Entra ID has roles, and no scp"},
		{[]authority.Authority{workforce}, all(validator.AppOnly(), validator.ScopeOrRole("a", "b")), ""},
		{[]authority.Authority{workforce}, all(validator.Delegated(), validator.AnyOf(validator.Flow("B2C_1_susi"), validator.ScopeOrRole("a", "b"))), ""},
		{[]authority.Authority{workforce}, validator.Flow("B2C_1_susi"), `Flow("B2C_1_susi")`},
		{[]authority.Authority{workforce}, validator.Role("a"), ""},
		{[]authority.Authority{list}, validator.Tenant(secondGUID), ""},
		{[]authority.Authority{list}, all(validator.Tenant(secondGUID), validator.Tenant(listedGUID)), "at once"},
		{[]authority.Authority{list}, all(validator.Tenant(secondGUID, listedGUID), validator.Tenant(listedGUID), validator.AppOnly(), validator.Role("a")), ""},
		{[]authority.Authority{list}, validator.Tenant(unlistedGUID), "Tenant("},
		{[]authority.Authority{list, b2c}, all(validator.Tenant(contosoID), validator.Role("a")), "B2C issues no roles claim"},
		{[]authority.Authority{provider}, validator.Role("a"), "no standard has a roles claim"},
		{[]authority.Authority{provider}, validator.Group("a"), "no standard has a groups claim"},
		{[]authority.Authority{provider}, validator.Tenant(contosoID), "Tenant("},
		{[]authority.Authority{provider}, all(validator.AppOnly(), validator.Scope("a")), ""},
	} {
		v, err := validator.New(tc.at, contosoAPI, &validator.Options{Transport: overNetwork(nil), Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		err = v.CanSatisfy(tc.r)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%v at %v: got %v, want an error with %q", tc.r, tc.at, err, tc.want)
		}
		_ = v.Close()
	}
	v, err := validator.New(nil, "", &validator.Options{Updatable: true, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	if err := v.CanSatisfy(all(validator.Tenant(unlistedGUID), validator.Group("g"), validator.AppOnly())); err != nil {
		t.Errorf("whoever comes: %v", err)
	}
	if err := v.CanSatisfy(all(validator.Tenant(unlistedGUID), validator.Tenant(listedGUID))); err == nil {
		t.Error("nobody is of two tenants")
	}
	for _, r := range []validator.Requirement{validator.Tenant(), validator.Tenant("contoso"), validator.Group(), validator.AnyGroup(" ")} {
		if r.Err() == nil {
			t.Errorf("%v is accepted", r)
		}
	}
}

// What is trusted may change, and with it the algorithms: nothing that was learned under
// other terms counts then, neither keys nor headers nor tokens.
func TestAlgorithmsAreTrustedAnew(t *testing.T) {
	provider := func(algs ...authority.Algorithm) jwks.Source {
		a, err := authority.OpenIDProvider(providerIssuer, algs...)
		return publishes(t, a.WithAudiences(providerAPI), err, providerIssuer, shared(t, ""), curve(t))
	}
	both, one := provider(authority.PS256, authority.ES256), provider(authority.ES256)
	v := trustingSources(t, &validator.Options{Updatable: true}, both)
	ps, es := sign(t, providerUser, signedBy(sharedKID, "PS256")), sign(t, providerUser, signedBy(curveKID, "ES256"))
	other := sign(t, providerUser.with(fields{"sub": "another"}), signedBy(sharedKID, "PS256")) // of the same header
	for range 2 {
		for _, raw := range []string{ps, es} {
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	to := func(s jwks.Source) {
		t.Helper()
		if err := v.Update(func(trust *validator.Trust) error { trust.Sources = []jwks.Source{s}; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	to(one)
	for _, raw := range []string{ps, other} {
		_, err := v.Validate(t.Context(), raw)
		wantReason(t, "PS256 is trusted no more", err, validator.ErrAlgorithm)
	}
	if _, err := v.Validate(t.Context(), es); err != nil {
		t.Error(err)
	}
	to(both)
	if _, err := v.Validate(t.Context(), other); err != nil {
		t.Error(err)
	}
}

func TestAppsWithoutRoles(t *testing.T) {
	all := successors(t)
	raw := sign(t, externalUser.with(asApp).with(fields{"roles": nil}), nil)
	v := trustingSources(t, &validator.Options{Updatable: true, AllowMissingRoles: []string{strings.ToUpper(daemonClient)}}, all["external"])
	for range 2 {
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if !token.IsAppOnly() || token.IsDelegated() {
			t.Error("it is an app's own")
		}
	}
	_, err := v.Validate(t.Context(), sign(t, externalUser.with(asApp).with(fields{"roles": nil, "azp": webClient}), nil))
	wantReason(t, "of another client", err, validator.ErrNotAccessToken)
	for name, mods := range map[string]fields{
		"an ID token": {"nonce": "n"}, "sub is another": {"sub": "x"}, "an empty scp": {"scp": ""}, "a user's by idtyp": {"idtyp": "user"},
	} {
		_, err := v.Validate(t.Context(), sign(t, externalUser.with(asApp).with(fields{"roles": nil}).with(mods), nil))
		wantReason(t, name, err, validator.ErrNotAccessToken)
	}
	if err := v.Update(func(trust *validator.Trust) error {
		trust.AllowMissingRoles, trust.Clients = nil, []string{daemonClient}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err = v.Validate(t.Context(), raw)
	wantReason(t, "no more", err, validator.ErrNotAccessToken)
	if !strings.Contains(err.Error(), "Trust.AllowMissingRoles") {
		t.Errorf("got %v, want the name of where the list is now", err)
	}
	_, err = v.Validate(t.Context(), sign(t, externalUser, nil))
	if wantReason(t, "another client", err, validator.ErrClient); !strings.Contains(err.Error(), "not in Trust.Clients") {
		t.Errorf("got %v", err)
	}
	for name, opts := range map[string]*validator.Options{
		"where only B2C is trusted": {AllowMissingRoles: []string{daemonClient}},
		"no GUID":                   {AllowMissingRoles: []string{"daemon"}},
		"not among the clients":     {AllowMissingRoles: []string{daemonClient}, Clients: []string{webClient}},
	} {
		if _, err := validator.New(contosoTenant(t).Flows("B2C_1_susi"), contosoAPI, opts); err == nil || !strings.Contains(err.Error(), "Options.AllowMissingRoles") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// By whose rules an issuer's tokens go is certain.
func TestOneIssuerOfTwoProducts(t *testing.T) {
	tenant, err := contosoTenant(t).WithHosts("login.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := authority.OpenIDProvider("https://login.contoso.com/"+contosoID+"/v2.0/", authority.RS256)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := validator.New(append(tenant.Flows("B2C_1_susi"), provider), contosoAPI, nil); err == nil || !strings.Contains(err.Error(), "follow different rules") {
		t.Errorf("got %v", err)
	}
	one, err := authority.OpenIDProvider("https://idp.example/one", authority.RS256)
	if err != nil {
		t.Fatal(err)
	}
	two, err := authority.OpenIDProvider("https://idp.example/two", authority.RS256)
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.New([]authority.Authority{one, two}, "api", nil)
	if err != nil {
		t.Fatalf("two of one host: %v", err)
	}
	_ = v.Close()
	if _, err := validator.New([]authority.Authority{one, one}, "api", nil); err == nil || !strings.Contains(err.Error(), "named twice") {
		t.Errorf("one twice: got %v", err)
	}
}
