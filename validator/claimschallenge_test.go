// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

func TestAuthContext(t *testing.T) {
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	b2c := contosoTenant(t).Flow("B2C_1_susi")
	for _, tc := range []struct {
		name, claims string
		at           authority.Authority
		ok           bool
	}{
		{"it", `{"acrs":["c1"]}`, external, true},
		{"among others", `{"acrs":["c2","c1"]}`, external, true},
		{"not as a list", `{"acrs":"c1"}`, external, true},
		{"made by hand", `{"acrs":["c1"]}`, authority.Authority{}, true},
		{"none", `{}`, external, false},
		{"an empty list", `{"acrs":[]}`, external, false},
		{"another one", `{"acrs":["c2","c11"]}`, external, false},
		{"by case", `{"acrs":["C1"]}`, external, false},
		{"another type", `{"acrs":[1,["c1"],{"c1":1}]}`, external, false},
		{"of B2C, where a policy may write anything", `{"acrs":["c1"]}`, b2c, false},
	} {
		token := claimsToken(t, tc.claims)
		token.Authority = tc.at
		err := validator.AuthContext("c1").Check(t.Context(), token)
		if tc.ok {
			if err != nil {
				t.Errorf("%s: got %v", tc.name, err)
			}
			continue
		}
		wantReason(t, tc.name, err, validator.ErrClaimsChallenge)
		if e, _ := errors.AsType[*validator.Error](err); e.ClaimsRequest != `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}` || e.Claim != "acrs" {
			t.Errorf("%s: got claims request %s about %s", tc.name, e.ClaimsRequest, e.Claim)
		}
	}
}

func TestAuthContextsThatCantBe(t *testing.T) {
	for _, id := range []string{"", "c 1", `c1"`, "c1,c2", "ć1", strings.Repeat("c", 33)} {
		if err := validator.AuthContext(id).Err(); err == nil || !strings.Contains(err.Error(), "AuthContext") {
			t.Errorf("%q: got %v", id, err)
		}
	}
	v, err := validator.New(contosoTenant(t).Flows("B2C_1_susi"), contosoAPI, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	const want = `AuthContext("c1"): B2C has no authentication contexts`
	if err := v.CanSatisfy(validator.AuthContext("c1")); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
	if err := v.CanSatisfy(validator.AnyOf(validator.AuthContext("c1"), validator.Scope("a"))); err != nil {
		t.Errorf("with an alternative: got %v", err)
	}
}

func TestTakesClaimsChallenge(t *testing.T) {
	for claims, want := range map[string]bool{
		`{"xms_cc":["cp1"]}`: true, `{"xms_cc":["CP1","x"]}`: true, `{"xms_cc":"cp1"}`: true,
		`{}`: false, `{"xms_cc":[]}`: false, `{"xms_cc":["cp2"]}`: false, `{"xms_cc":{"cp1":1}}`: false, `{"xms_cc":[["cp1"]]}`: false,
	} {
		token := claimsToken(t, claims)
		if got := token.TakesClaimsChallenge(); got != want || token.Freeze().TakesClaimsChallenge() != want {
			t.Errorf("%s: got %v", claims, got)
		}
	}
	if none := (validator.Frozen{}); none.TakesClaimsChallenge() || none.AuthorizationEndpoint() != "" {
		t.Error("no token takes a challenge")
	}
}

func ExampleAuthContext() {
	token, _ := validator.InsecureTokenFromClaims([]byte(`{"oid":"ada","scp":"pay","acrs":["c2"],"xms_cc":["cp1"]}`))
	err := validator.AuthContext("c1").Check(context.Background(), token)
	if e, ok := errors.AsType[*validator.Error](err); ok {
		fmt.Println(e.Reason, e.ClaimsRequest)
	}
	fmt.Println(token.TakesClaimsChallenge())
	// Output:
	// claims_challenge {"access_token":{"acrs":{"essential":true,"value":"c1"}}}
	// true
}
