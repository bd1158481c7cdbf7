// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

func TestCanSatisfy(t *testing.T) {
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	b2c := contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")
	both := append([]authority.Authority{external}, b2c...)
	susi, edit, reset := validator.Flow("b2c_1_SUSI"), validator.Flow("B2C_1_edit"), validator.Flow("B2C_1_reset")
	role, web, daemon, scope := validator.Role("admin"), validator.Client(webClient), validator.Client(daemonClient), validator.Scope("a")
	lookup := validator.Lookup("x", func(context.Context, *validator.Token) (bool, error) { return false, nil })
	all, any := validator.AllOf, validator.AnyOf
	clients := func(ids ...string) *validator.Options { return &validator.Options{Clients: ids} }
	asking := func(all ...validator.Requirement) *validator.Options { return &validator.Options{Requirements: all} }
	const issuesNone = "B2C issues no roles claim"
	for _, tc := range []struct {
		name    string
		trusted []authority.Authority
		opts    *validator.Options
		r       validator.Requirement
		want    string // part of the error; "" if it is fine
	}{
		{"scope", b2c, nil, scope, ""},
		{"claim", b2c, nil, validator.Claim("roles", "admin"), ""},
		{"sign-in", b2c, nil, validator.SignedInWithin(time.Hour), ""},
		{"function", b2c, nil, lookup, ""},
		{"role with B2C alone", b2c, nil, role, `validator: no token that is accepted here can satisfy Role("admin"): ` + issuesNone},
		{"any role with B2C alone", b2c, nil, validator.AnyRole("a", "b"), `AnyRole("a", "b"): ` + issuesNone},
		{"role with External ID", both, nil, role, ""},
		{"any role with External ID", both, nil, validator.AnyRole("a", "b"), ""},
		{"scope or role with B2C", b2c, nil, validator.ScopeOrRole("a", "b"), ""},
		{"scope or role with External ID", both[:1], nil, validator.ScopeOrRole("a", "b"), ""},
		{"flow", b2c, nil, susi, ""},
		{"flows, one of them trusted", b2c, nil, validator.Flow("B2C_1_reset", "B2C_1_edit"), ""},
		{"flow that is not trusted", b2c, nil, reset, `satisfy Flow("B2C_1_reset"); trusted: https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi, https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit`},
		{"flow with External ID alone", both[:1], nil, susi, `Flow("b2c_1_SUSI")`},

		{"any of, one possible", b2c, nil, any(role, reset, scope), ""},
		{"any of, none possible", b2c, nil, any(role, reset), `satisfy AnyOf(Role("admin"), Flow("B2C_1_reset")): ` + issuesNone},
		{"any of one", b2c, nil, any(role), `satisfy Role("admin"): `},
		{"any of alternatives at different authorities", both, nil, any(all(role, susi), all(edit, scope)), ""},
		{"all of, one impossible", b2c, nil, all(scope, role), `satisfy Role("admin"): `},
		{"all of, both possible", b2c, nil, all(scope, susi), ""},
		{"two flows at once", b2c, nil, all(susi, edit), `satisfy Flow("B2C_1_edit") and Flow("b2c_1_SUSI") at once; trusted: `},
		{"two flows of one list", b2c, nil, all(susi, validator.Flow("B2C_1_edit", "B2C_1_susi")), ""},
		{"a role, and a flow of the other product", both, nil, all(role, susi), `satisfy Flow("b2c_1_SUSI") and Role("admin") at once: ` + issuesNone},
		{"nested", b2c, nil, all(scope, any(all(susi, edit), all(role, scope))), "AnyOf("},
		{"nested, possible", b2c, nil, all(scope, any(all(susi, edit), all(edit, scope))), ""},

		{"client", b2c, nil, web, ""},
		{"client that is accepted", b2c, clients(webClient, daemonClient), daemon, ""},
		{"client that is not accepted", b2c, clients(webClient), daemon, `satisfy Client("` + daemonClient + `"); trusted: https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi, https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit; Options.Clients: "` + webClient + `"`},
		{"clients, one of them accepted", b2c, clients(webClient), validator.Client(webClient, daemonClient), ""},
		{"client in upper case", b2c, clients(strings.ToUpper(webClient)), web, ""},
		{"two clients at once", b2c, nil, all(web, daemon), "at once"},
		{"either client", b2c, nil, all(any(web, daemon), daemon), ""},
		{"a client or another rule", b2c, clients(webClient), any(daemon, scope), ""},
		{"a client that fits, at a flow that does not", b2c, clients(webClient, daemonClient), all(web, reset), `satisfy Flow("B2C_1_reset"); `},

		{"with the validator's own", b2c, asking(susi), scope, ""},
		{"against the validator's own", b2c, asking(susi), edit, "at once"},
		{"against one of the validator's own", b2c, asking(scope, any(susi, web)), all(edit, daemon), "at once"},
		{"beside one of the validator's own", b2c, asking(scope, any(susi, web)), all(edit, web), ""},

		{"invalid", b2c, nil, validator.Scope(""), "Scope"},
		{"zero", b2c, nil, validator.Requirement{}, "empty Requirement"},
	} {
		v := trusting(t, overNetwork(nil), tc.opts, tc.trusted...)
		err := v.CanSatisfy(tc.r)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: got %v, want an error with %q", tc.name, err, tc.want)
		}
		if err != nil {
			checkErrorText(t, tc.name, err)
		}
		_ = v.Close()
	}
	if err := new(validator.Validator).CanSatisfy(scope); err == nil {
		t.Error("the zero Validator: got no error")
	}
}

// With many authorities the error stays short.
func TestCanSatisfyOfManyFlows(t *testing.T) {
	names := make([]string, 0, 200)
	for i := range 200 {
		names = append(names, fmt.Sprintf("B2C_1_flow%d", i))
	}
	v := trusting(t, overNetwork(nil), nil, contosoTenant(t).Flows(names...)...)
	defer v.Close()
	err := v.CanSatisfy(validator.Role("admin"))
	if err == nil || !strings.HasSuffix(err.Error(), "B2C_1_flow9 and 190 more") {
		t.Errorf("got %v, want ten names and a count", err)
	}
	if err := v.CanSatisfy(validator.Flow("B2C_1_flow199")); err != nil {
		t.Error(err)
	}
}

// Where authorities come and go only what can never be is impossible.
func TestCanSatisfyWhoeverComes(t *testing.T) {
	susi, edit, role := validator.Flow("B2C_1_susi"), validator.Flow("B2C_1_edit"), validator.Role("admin")
	web, daemon := validator.Client(webClient), validator.Client(daemonClient)
	for _, tc := range []struct {
		name string
		r    validator.Requirement
		want string // part of the error, "" if there is none
	}{
		{"a flow", edit, ""},
		{"a role", role, ""},
		{"a client that is not accepted so far", daemon, ""},
		{"one of two flows", validator.AnyOf(susi, edit), ""},
		{"a flow in two spellings", validator.AllOf(susi, validator.Flow("b2c_1_SUSI")), ""},
		{"two flows at once", validator.AllOf(susi, edit), "validator: no token of anybody can satisfy "},
		{"two clients at once", validator.AllOf(web, daemon), `Client("` + webClient + `")`},
		{"a role of a flow", validator.AllOf(role, susi), "B2C issues no roles claim"},
		{"a role of a flow or not", validator.AnyOf(validator.AllOf(role, susi), edit), ""},
	} {
		for when, trusted := range map[string][]authority.Authority{"nobody": nil, "contoso": contosoTenant(t).Flows("B2C_1_susi")} {
			v, err := validator.New(trusted, contosoAPI, &validator.Options{Updatable: true, Clients: []string{webClient}})
			if err != nil {
				t.Fatal(err)
			}
			err = v.CanSatisfy(tc.r)
			if (err == nil) != (tc.want == "") || err != nil && (!strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "anybody.")) {
				t.Errorf("%s, trusting %s: got %v, want %q", tc.name, when, err, tc.want)
			}
			_ = v.Close()
		}
	}
	_, err := validator.New(nil, "", &validator.Options{Updatable: true, Requirements: []validator.Requirement{susi, edit}})
	if err == nil || !strings.Contains(err.Error(), "validator: Options.Requirements: no token of anybody can satisfy") {
		t.Errorf("got %v, want an error about Options.Requirements", err)
	}
}
