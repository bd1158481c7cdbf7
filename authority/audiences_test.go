// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// Two registrations of one API.
const (
	apiA = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	apiB = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
)

func TestWithAudiences(t *testing.T) {
	tenant := contoso(t)
	external, err := authority.ExternalID("contoso", guid)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := tenant.WithAudiences(apiA).WithHosts("login.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	withID, err := parsed(t, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi").WithAudiences(apiA).WithTenantID(guid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		a    authority.Authority
		want []string
	}{
		{"none", tenant.Flow("B2C_1_susi"), nil},
		{"zero", authority.Authority{}, nil},
		{"one", tenant.Flow("B2C_1_susi").WithAudiences(apiA), []string{apiA}},
		{"two, in their order", tenant.Flow("B2C_1_susi").WithAudiences(apiB, apiA), []string{apiB, apiA}},
		{"GUID folds", tenant.Flow("B2C_1_susi").WithAudiences(strings.ToUpper(apiB)), []string{apiB}},
		{"no GUID keeps its case", tenant.Flow("B2C_1_susi").WithAudiences("api://Tasks"), []string{"api://Tasks"}},
		{"External ID", external.WithAudiences(strings.ToUpper(apiB), apiA), []string{apiB, apiA}},
		{"the last call counts", tenant.Flow("B2C_1_susi").WithAudiences(apiA).WithAudiences(apiB), []string{apiB}},
		{"of the tenant", tenant.WithAudiences(apiA, apiB).Flow("B2C_1_susi"), []string{apiA, apiB}},
		{"of the tenant, by Flows", tenant.WithAudiences(apiA).Flows("B2C_1_edit", "B2C_1_susi")[1], []string{apiA}},
		{"of the tenant, then of the authority", tenant.WithAudiences(apiA).Flow("B2C_1_susi").WithAudiences(apiB), []string{apiB}},
		{"kept by WithHosts", moved.Flow("B2C_1_susi"), []string{apiA}},
		{"kept by WithTenantID", withID, []string{apiA}},
	} {
		if got := tc.a.Audiences(); !slices.Equal(got, tc.want) || tc.name != "zero" && tc.a.Err() != nil {
			t.Errorf("%s: got %q, error %v; want %q", tc.name, got, tc.a.Err(), tc.want)
		}
	}
	if tenant.Flow("B2C_1_susi").Audiences() != nil {
		t.Error("WithAudiences changed its receiver")
	}
}

// Authorities stay comparable, and an audience is no part of where they are.
func TestAudiencesAndEquality(t *testing.T) {
	plain := contoso(t).Flow("B2C_1_susi")
	a, again, b := plain.WithAudiences(apiA), plain.WithAudiences(strings.ToUpper(apiA)), plain.WithAudiences(apiB)
	if a != again || a == b || a == plain {
		t.Errorf("got %v, %v, %v; want == to tell audiences apart", a == again, a == b, a == plain)
	}
	if a.ID() != b.ID() || a.String() != plain.String() {
		t.Errorf("got IDs %q and %q; want one authority", a.ID(), b.ID())
	}
	all := a.Audiences()
	all[0] = "x"
	if got := a.Audiences(); got[0] != apiA {
		t.Errorf("got %q after the caller changed its slice, want %q", got, apiA)
	}
}

func TestAudiencesRefused(t *testing.T) {
	for _, tc := range []struct {
		name string
		ids  []string
		want []string
	}{
		{"none", nil, []string{"audiences: empty"}},
		{"empty", []string{""}, []string{"one is empty"}},
		{"empty second", []string{apiA, ""}, []string{"one is empty"}},
		{"space", []string{"a b"}, []string{`audiences: "a b" holds space`}},
		{"space around", []string{" " + apiA}, []string{"holds space"}},
		{"line feed", []string{apiA + "\n"}, []string{"holds space"}},
		{"no-break space", []string{apiA + "\u00a0"}, []string{"holds space"}},
		{"NUL", []string{"a\x00"}, []string{"does not print"}},
		{"bad UTF-8", []string{"a\xff"}, []string{"does not print"}},
		{"long", []string{strings.Repeat("a ", 1<<19)}, []string{"holds space"}},
		{"twice", []string{apiA, apiB, strings.ToUpper(apiA)}, []string{`"` + apiA + `" is named twice`}},
		{"all at once", []string{"", "a b", apiA, apiA}, []string{"one is empty", `"a b"`, "named twice"}},
	} {
		tenant, plain := contoso(t).WithAudiences(tc.ids...), contoso(t).Flow("B2C_1_susi")
		for _, err := range []error{
			plain.WithAudiences(tc.ids...).Err(), tenant.Flow("B2C_1_susi").Err(), tenant.Flows("B2C_1_a", "B2C_1_b")[1].Err(),
		} {
			checkErrors(t, tc.name, err, tc.want...)
		}
		_, err := tenant.WithHosts("login.contoso.com")
		checkErrors(t, tc.name+", WithHosts", err, tc.want...)
		// An error that is there already stays, and a later call mends none.
		checkErrors(t, tc.name+", and the flow", tenant.Flow("susi").WithAudiences(apiA).Err(), append(tc.want, `flow: "susi"`)...)
		checkErrors(t, tc.name+", of a bad flow", contoso(t).Flow("susi").WithAudiences(tc.ids...).Err(), append(tc.want, `flow: "susi"`)...)
		checkErrors(t, tc.name+", of no authority", authority.Authority{}.WithAudiences(tc.ids...).Err(), append(tc.want, "empty Authority")...)
	}
}
