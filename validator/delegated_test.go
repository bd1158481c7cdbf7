// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// bothProducts trusts a flow of B2C and an External ID tenant, with a daemon listed.
func bothProducts(t *testing.T) (v *validator.Validator, external string) {
	t.Helper()
	a, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	document := []byte(`{"keys":[` + jwkOf(&keysOf(t).userFlow.PublicKey) + `]}`)
	one, err := jwks.NewStatic(contosoTenant(t).Flow("B2C_1_susi"), contosoIssuer, document)
	if err != nil {
		t.Fatal(err)
	}
	two, err := jwks.NewStatic(a, issuer, document)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = validator.NewFromSources([]jwks.Source{one, two}, contosoAPI, &validator.Options{Now: staticNow, AllowMissingFlow: []string{daemonClient}}); err != nil {
		t.Fatal(err)
	}
	return v, issuer
}

// Who is no daemon for certain, and no user either, is neither.
func TestDelegatedAndAppOnly(t *testing.T) {
	v, issuer := bothProducts(t)
	key := keysOf(t).userFlow
	const user, app, neither, refused = "user", "app", "neither", "refused"
	daemon := set("azp", quoted(daemonClient))
	ofUser := drop("tfp", "auth_time", "nonce", "name", "emails", "idp", "oid") // what B2C writes for users
	external := func(mods ...mod) []mod {
		return append([]mod{drop("tfp"), set("ver", `"2.0"`), set("iss", quoted(issuer))}, mods...)
	}
	own := []mod{drop("scp", "nonce", "auth_time"), add("roles", `["jobs.run"]`)} // External ID's app-only
	for _, tc := range []struct {
		name string
		mods []mod
		want string
	}{
		{"B2C: a user", nil, user},
		{"B2C: a user, the flow in acr", []mod{drop("tfp"), add("acr", `"b2c_1_susi"`)}, user},
		{"B2C: a user without auth_time", []mod{drop("auth_time")}, neither},
		{"B2C: a user whose auth_time is a text", []mod{set("auth_time", `"1750000000"`)}, neither},
		{"B2C: a user, auth_time 1970", []mod{set("auth_time", "0")}, user},
		{"B2C: a daemon", []mod{daemon, ofUser}, app},
		{"B2C: a daemon with an oid that equals sub", []mod{daemon, ofUser, add("oid", `"cccccccc-cccc-cccc-cccc-cccccccccccc"`)}, app},
		{"B2C: a daemon whose token names a flow", []mod{daemon, ofUser, add("tfp", `"B2C_1_susi"`)}, neither},
		{"B2C: a daemon with auth_time", []mod{daemon, ofUser, add("auth_time", "1750000000")}, neither},
		{"B2C: a daemon with an odd auth_time", []mod{daemon, ofUser, add("auth_time", "null")}, neither},
		{"B2C: a daemon with a nonce", []mod{daemon, ofUser, add("nonce", `"n"`)}, neither},
		{"B2C: a user of the daemon's client", []mod{daemon}, neither},
		{"B2C: a client that is not listed, without marks of a user", []mod{ofUser, add("tfp", `"B2C_1_susi"`)}, neither},
		{"B2C: with the claims of External ID", []mod{add("roles", `["jobs.run"]`), add("idtyp", `"app"`)}, user},

		{"External ID: a user", external(), user},
		{"External ID: a user with roles", external(add("roles", `["admin"]`)), user},
		{"External ID: a user, by idtyp", external(add("idtyp", `"user"`)), user},
		{"External ID: a user's scp, and idtyp app", external(add("idtyp", `"app"`)), refused},
		{"External ID: an odd idtyp", external(add("idtyp", `7`)), neither},
		{"External ID: an unknown idtyp", external(add("idtyp", `"device"`)), neither},
		{"External ID: an app", external(own...), app},
		{"External ID: an app, by idtyp", external(append(own, add("idtyp", `"app"`))...), app},
		{"External ID: an app, idtyp user", external(append(own, add("idtyp", `"user"`))...), refused},
		{"External ID: roles, and another oid", external(append(own, set("oid", `"dddddddd-dddd-dddd-dddd-dddddddddddd"`))...), refused},
		{"External ID: roles, and no oid", external(append(own, drop("oid"))...), refused},
		{"External ID: roles, and neither oid nor sub", external(append(own, drop("oid", "sub"))...), refused},
		{"External ID: a client that is listed says nothing", external(daemon), user},
	} {
		token, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(tc.mods...)))
		if tc.want == refused {
			wantReason(t, tc.name, err, validator.ErrNotAccessToken)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		for _, again := range []*validator.Token{token, token.Verified().Token()} {
			userErr, appErr := validator.Delegated().Check(t.Context(), again), validator.AppOnly().Check(t.Context(), again)
			if (userErr == nil) != (tc.want == user) {
				t.Errorf("%s: Delegated: got %v, want %s", tc.name, userErr, tc.want)
			}
			if (appErr == nil) != (tc.want == app) {
				t.Errorf("%s: AppOnly: got %v, want %s", tc.name, appErr, tc.want)
			}
			if userErr != nil {
				wantReason(t, tc.name, userErr, validator.ErrUserRequired)
			}
			if appErr != nil {
				wantReason(t, tc.name, appErr, validator.ErrAppRequired)
			}
		}
	}
}

// A token that comes again is judged as it was the first time.
func TestAppOnlyOfARememberedToken(t *testing.T) {
	v, _ := bothProducts(t)
	key := keysOf(t).userFlow
	raw := signToken(key, headerOf(key), payloadOf(set("azp", quoted(daemonClient)), drop("tfp", "auth_time", "nonce")))
	for range 3 {
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		token.Flow = "B2C_1_susi" // written to, which decides nothing
		if err := validator.AppOnly().Check(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
	if v.State().Memory.Hits != 2 {
		t.Errorf("got %+v, want two hits", v.State().Memory)
	}
}

// A token that was made by hand is a daemon's if it names no flow, as a Validator takes
// no other.
func TestAppOnlyByHand(t *testing.T) {
	for _, r := range []validator.Requirement{validator.Delegated(), validator.AppOnly()} {
		if err := r.Check(t.Context(), &validator.Token{ClientID: daemonClient, Scopes: []string{"jobs.run"}}); err == nil {
			t.Errorf("a token of nowhere satisfies %v", r)
		}
	}
	for payload, want := range map[string][2]bool{
		`{"azp":"x","scp":"jobs.run"}`:            {false, true},
		`{"tfp":"B2C_1_susi","auth_time":1}`:      {true, false},
		`{"tfp":"B2C_1_susi"}`:                    {false, false},
		`{"azp":"x","scp":"y","auth_time":1}`:     {false, false},
		`{"azp":"x","scp":"y","auth_time":false}`: {false, false},
	} {
		token, err := validator.InsecureTokenFromClaims([]byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		got := [2]bool{validator.Delegated().Check(t.Context(), token) == nil, validator.AppOnly().Check(t.Context(), token) == nil}
		if got != want {
			t.Errorf("%s: Delegated, AppOnly: got %v, want %v", payload, got, want)
		}
	}
}

func TestCanSatisfySubjects(t *testing.T) {
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	b2c := contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")
	both := append([]authority.Authority{external}, b2c...)
	user, app := validator.Delegated(), validator.AppOnly()
	susi, scope, role := validator.Flow("B2C_1_susi"), validator.Scope("a"), validator.Role("a")
	web, daemon := validator.Client(webClient), validator.Client(daemonClient)
	all, any := validator.AllOf, validator.AnyOf
	listed := &validator.Options{AllowMissingFlow: []string{daemonClient}}
	known := &validator.Options{AllowMissingFlow: []string{daemonClient}, Clients: []string{webClient, daemonClient}}
	onlyDaemon := &validator.Options{AllowMissingFlow: []string{daemonClient}, Clients: []string{daemonClient}}
	const notListed = "Options.AllowMissingFlow"
	for _, tc := range []struct {
		name    string
		trusted []authority.Authority
		opts    *validator.Options
		r       validator.Requirement
		want    string // part of the error; "" if it is fine
	}{
		{"a user", b2c, nil, user, ""},
		{"an app, where none is listed", b2c, nil, app, `satisfy AppOnly(): in B2C an app counts as one if its client is in Options.AllowMissingFlow`},
		{"an app that is listed", b2c, listed, app, ""},
		{"an app that is listed and accepted", b2c, known, app, ""},
		{"that app", b2c, listed, all(app, daemon), ""},
		{"another app", b2c, listed, all(app, web), notListed},
		{"an app and its scope", b2c, listed, all(app, scope), ""},
		{"an app and a flow, which it does not name", b2c, listed, all(app, susi), `Flow("B2C_1_susi")`},
		{"a user and a flow", b2c, listed, all(user, susi), ""},
		{"a user of a client for daemons", b2c, listed, all(user, daemon), "Delegated()"},
		{"a user where only the daemon is accepted", b2c, onlyDaemon, user, "satisfy Delegated()"},
		{"a user where others are accepted too", b2c, known, user, ""},
		{"both", both, listed, all(user, app), "at once"},
		{"either", both, nil, any(user, app), ""},
		{"either, with a scope", b2c, nil, all(scope, any(user, app)), ""},
		{"an app with External ID", both, nil, app, ""},
		{"an app with External ID and a role", both, nil, all(app, role), ""},
		{"an app with External ID and a scope", both[:1], nil, all(app, scope), "AppOnly() and Scope(\"a\") at once: an app's own token of External ID has roles"},
		{"a user with External ID and a scope", both[:1], nil, all(user, scope), ""},
		{"whoever comes", b2c, &validator.Options{Updatable: true}, all(app, scope), ""},
		{"whoever comes, both", b2c, &validator.Options{Updatable: true}, all(app, user), "no token of anybody"},
	} {
		v := trusting(t, overNetwork(nil), tc.opts, tc.trusted...)
		err := v.CanSatisfy(tc.r)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: got %v, want an error with %q", tc.name, err, tc.want)
		}
		_ = v.Close()
	}
}

func TestRequirementAsText(t *testing.T) {
	r := validator.AllOf(validator.Scope("a", "b"), validator.AnyOf(validator.Delegated(), validator.AppOnly(), validator.Role("c")),
		validator.Claim("plan", "gold"), validator.Func("mine", func(*validator.Token) error { return nil }))
	if got, want := r.String(), `AllOf(Scope("a", "b"), AnyOf(Delegated(), AppOnly(), Role("c")), Claim("plan", …), Func("mine"))`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := (validator.Requirement{}).String(); got != "Requirement{}" {
		t.Errorf("the zero value: got %s", got)
	}
}
