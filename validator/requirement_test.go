// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

func claimsToken(tb testing.TB, payload string) *validator.Token {
	tb.Helper()
	token, err := validator.InsecureTokenFromClaims([]byte(payload))
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func TestRequirements(t *testing.T) {
	const payload = `{"scp":"tasks.read Tasks.Write","roles":["admin","ops"],"tfp":"B2C_1_susi","azp":"` + webClient + `",` +
		`"s":"gold","n":3,"f":1.5,"b":true,"list":["x","y",7],"obj":{"a":1},"nothing":null,"empty":[],"deep":[["x"]],"one":"1"}`
	token := claimsToken(t, payload)
	bare := claimsToken(t, `{}`)
	pass := validator.Func("yes", func(*validator.Token) error { return nil })
	fail := validator.Func("no", func(*validator.Token) error { return io.EOF })
	for _, tc := range []struct {
		name string
		r    validator.Requirement
		want validator.Reason // "" if it passes
	}{
		{"scope", validator.Scope("tasks.read"), ""},
		{"scope, two", validator.Scope("tasks.read", "Tasks.Write"), ""},
		{"scope, one missing", validator.Scope("tasks.read", "tasks.admin"), validator.ErrScopeRequired},
		{"scope, other case", validator.Scope("tasks.write"), validator.ErrScopeRequired},
		{"scope, substring", validator.Scope("tasks"), validator.ErrScopeRequired},
		{"any scope", validator.AnyScope("tasks.admin", "tasks.read"), ""},
		{"any scope, none", validator.AnyScope("tasks.admin", "tasks.delete"), validator.ErrScopeRequired},
		{"role", validator.Role("admin"), ""},
		{"roles, one missing", validator.Role("admin", "root"), validator.ErrRoleRequired},
		{"role, other case", validator.Role("Admin"), validator.ErrRoleRequired},
		{"role that is a scope", validator.Role("tasks.read"), validator.ErrRoleRequired},
		{"any role", validator.AnyRole("root", "ops"), ""},
		{"any role, none", validator.AnyRole("root"), validator.ErrRoleRequired},
		{"scope or role: scope", validator.ScopeOrRole("tasks.read", "root"), ""},
		{"scope or role: role", validator.ScopeOrRole("tasks.admin", "admin"), ""},
		{"scope or role: neither", validator.ScopeOrRole("tasks.admin", "root"), validator.ErrScopeRequired},
		{"flow", validator.Flow("B2C_1_edit", "b2c_1_SUSI"), ""},
		{"flow, other", validator.Flow("B2C_1_edit"), validator.ErrFlowRequired},
		{"client", validator.Client(daemonClient, strings.ToUpper(webClient)), ""},
		{"client, other", validator.Client(daemonClient), validator.ErrClientRequired},
		{"claim, string", validator.Claim("s", "silver", "gold"), ""},
		{"claim, other case", validator.Claim("s", "Gold"), validator.ErrClaimRequired},
		{"claim, name in other case", validator.Claim("S", "gold"), validator.ErrClaimRequired},
		{"claim, int", validator.Claim("n", 3), ""},
		{"claim, int64", validator.Claim("n", int64(3)), ""},
		{"claim, float", validator.Claim("f", 1.5), ""},
		{"claim, int as float", validator.Claim("n", 3.0), ""},
		{"claim, number as string", validator.Claim("n", "3"), validator.ErrClaimRequired},
		{"claim, string as number", validator.Claim("one", 1), validator.ErrClaimRequired},
		{"claim, bool", validator.Claim("b", true), ""},
		{"claim, other bool", validator.Claim("b", false), validator.ErrClaimRequired},
		{"claim, bool as string", validator.Claim("b", "true"), validator.ErrClaimRequired},
		{"claim, element", validator.Claim("list", "y"), ""},
		{"claim, number element", validator.Claim("list", 7), ""},
		{"claim, no element", validator.Claim("list", "z"), validator.ErrClaimRequired},
		{"claim, object", validator.Claim("obj", "a"), validator.ErrClaimRequired},
		{"claim, null", validator.Claim("nothing", "null"), validator.ErrClaimRequired},
		{"claim, null is not false", validator.Claim("nothing", false), validator.ErrClaimRequired},
		{"claim, null is not empty", validator.Claim("nothing", ""), validator.ErrClaimRequired},
		{"claim, empty array", validator.Claim("empty", ""), validator.ErrClaimRequired},
		{"claim, nested array", validator.Claim("deep", "x"), validator.ErrClaimRequired},
		{"claim, missing", validator.Claim("gone", ""), validator.ErrClaimRequired},
		{"func", pass, ""},
		{"func fails", fail, validator.ErrRefused},
		{"all of", validator.AllOf(pass, validator.Scope("tasks.read")), ""},
		{"all of, second fails", validator.AllOf(pass, validator.Role("root"), fail), validator.ErrRoleRequired},
		{"any of, second", validator.AnyOf(fail, pass), ""},
		{"any of, none", validator.AnyOf(validator.Role("root"), validator.Flow("B2C_1_edit")), validator.ErrRoleRequired},
		{"nested", validator.AllOf(validator.AnyOf(fail, validator.AllOf(pass, validator.Client(webClient))), pass), ""},
		{"nested fails", validator.AllOf(validator.AnyOf(fail, validator.AllOf(pass, validator.Client(daemonClient))), pass), validator.ErrRefused},
	} {
		if err := tc.r.Err(); err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		err := tc.r.Check(t.Context(), token)
		if tc.want != "" {
			wantReason(t, tc.name, err, tc.want)
		} else if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if tc.name != "func" && !strings.Contains(tc.name, "any of, second") && tc.r.Check(t.Context(), bare) == nil {
			t.Errorf("%s: a token without claims passes", tc.name)
		}
		if err := tc.r.Check(t.Context(), nil); !errors.Is(err, validator.ErrRefused) {
			t.Errorf("%s: no token: got %v", tc.name, err)
		}
	}
}

// A number in a token satisfies nothing that it is not, however it is spelt and
// whatever it is rounded to.
func TestClaimNumbersAreExact(t *testing.T) {
	const most = 1<<53 - 1
	for _, tc := range []struct {
		token string
		want  any
		ok    bool
	}{
		{"9007199254740991", most, true},
		{"9007199254740991", int64(most), true},
		{"9007199254740991", float64(most), true},
		{"-9007199254740991", -most, true},
		{"9007199254740991.0", most, true},
		{"9.007199254740991e15", most, true},
		{"9007199254740990", most, false},
		{"9007199254740992", most, false},
		{"9007199254740993", most, false},
		{"9007199254740991.4", most, false},
		{"9007199254740990.6", most, false},
		{"-9007199254740993", -most, false},
		{"3", 3, true},
		{"3.0", 3, true},
		{"3e0", 3, true},
		{"30E-1", 3, true},
		{"0.0003e+4", 3, true},
		{"300e-2", 3.0, true},
		{"3.0000000000000000001", 3, false},
		{"2.9999999999999999999", 3.0, false},
		{"3e-1", 3, false},
		{"0", 0, true},
		{"-0", 0, true},
		{"0.00e99999999999999999999", 0, true},
		{"1e-400", 0, false},
		{"-1e-400", 0.0, false},
		{"1e-99999999999999999999", 0, false},
		{"1e400", most, false},
		{"1.5", 1.5, true},
		{"15e-1", 1.5, true},
		{"1.25", 1.5, false},
		{"0.1", 0.1, true},
	} {
		r := validator.Claim("n", tc.want)
		if err := r.Err(); err != nil {
			t.Errorf("Claim of %v: %v", tc.want, err)
		}
		for _, payload := range []string{`{"n":` + tc.token + `}`, `{"n":["x",` + tc.token + `]}`} {
			if err := r.Check(t.Context(), claimsToken(t, payload)); (err == nil) != tc.ok {
				t.Errorf("%s against %T %v: got %v, want satisfied %v", payload, tc.want, tc.want, err, tc.ok)
			}
		}
	}
}

// A flow requirement fails for a token that names no flow, whatever it asks.
func TestFlowRequirementNeedsAFlow(t *testing.T) {
	if err := validator.Flow("B2C_1_susi").Check(t.Context(), &validator.Token{}); !errors.Is(err, validator.ErrFlowRequired) {
		t.Errorf("got %v", err)
	}
}

func TestInvalidRequirements(t *testing.T) {
	good := validator.Scope("a")
	var zero validator.Requirement
	for _, tc := range []struct {
		name string
		r    validator.Requirement
		want string
	}{
		{"zero", zero, "empty Requirement"},
		{"Scope()", validator.Scope(), "Scope"},
		{"Scope empty", validator.Scope(""), "Scope"},
		{"Scope with space", validator.Scope("tasks.read tasks.write"), "argument of its own"},
		{"Scope with quote", validator.Scope(`a"b`), "Scope"},
		{"Scope with backslash", validator.Scope(`a\b`), "Scope"},
		{"Scope with control", validator.Scope("a\n"), "Scope"},
		{"Scope not ASCII", validator.Scope("é"), "Scope"},
		{"Scope as URI", validator.Scope("https://contoso.onmicrosoft.com/tasks/tasks.read"), `want "tasks.read"`},
		{"Scope second", validator.Scope("a", ""), "Scope"},
		{"AnyScope()", validator.AnyScope(), "AnyScope"},
		{"AnyScope empty", validator.AnyScope("a", ""), "AnyScope"},
		{"Role()", validator.Role(), "Role"},
		{"Role empty", validator.Role(""), "Role"},
		{"Role space", validator.Role(" admin"), "Role"},
		{"AnyRole()", validator.AnyRole(), "AnyRole"},
		{"ScopeOrRole scope", validator.ScopeOrRole("", "r"), "Scope"},
		{"ScopeOrRole role", validator.ScopeOrRole("s", ""), "Role"},
		{"Flow()", validator.Flow(), "Flow"},
		{"Flow empty", validator.Flow(""), "Flow"},
		{"Flow no flow", validator.Flow("mfa"), "B2C_1_"},
		{"Client no GUID", validator.Client("my app"), "not a GUID"},
		{"Scope .default", validator.Scope(".default"), "asks for"},
		{"Scope URI .default", validator.Scope("https://contoso.onmicrosoft.com/tasks/.default"), "asks for"},
		{"Client()", validator.Client(), "Client"},
		{"Client empty", validator.Client("a", ""), "Client"},
		{"Claim no name", validator.Claim("", "x"), "Claim"},
		{"Claim no value", validator.Claim("x"), "at least one value"},
		{"Claim nil", validator.Claim("x", nil), "not supported"},
		{"Claim slice", validator.Claim("x", []string{"a"}), "not supported"},
		{"Claim time", validator.Claim("x", time.Now()), "not supported"},
		{"Claim inexact", validator.Claim("x", int64(1<<53)), "9007199254740992 is beyond 2^53-1"},
		{"Claim inexact, int", validator.Claim("x", 1<<53+1), "9007199254740993 is beyond 2^53-1"},
		{"Claim inexact, float", validator.Claim("x", float64(1<<53)), "beyond 2^53-1"},
		{"Claim inexact negative", validator.Claim("x", -1<<53), "2^53-1"},
		{"Claim inexact negative, float", validator.Claim("x", float64(-1<<53)), "2^53-1"},
		{"Claim least int64", validator.Claim("x", int64(math.MinInt64)), "2^53-1"},
		{"Claim inexact second", validator.Claim("x", 1, 1<<53), "2^53-1"},
		{"Claim NaN", validator.Claim("x", math.NaN()), "2^53-1"},
		{"Claim infinite", validator.Claim("x", math.Inf(1)), "2^53-1"},
		{"Claim minus infinite", validator.Claim("x", math.Inf(-1)), "2^53-1"},
		{"SignedInWithin 0", validator.SignedInWithin(0), "SignedInWithin"},
		{"SignedInWithin negative", validator.SignedInWithin(-time.Hour), "SignedInWithin"},
		{"SignedInWithin ms", validator.SignedInWithin(time.Millisecond), "SignedInWithin"},
		{"Func no name", validator.Func("", func(*validator.Token) error { return nil }), "Func"},
		{"Func nil", validator.Func("x", nil), "Func"},
		{"Lookup no name", validator.Lookup("", func(context.Context, *validator.Token) (bool, error) { return true, nil }), "Lookup"},
		{"Lookup nil", validator.Lookup("x", nil), "Lookup"},
		{"AllOf()", validator.AllOf(), "AllOf"},
		{"AnyOf()", validator.AnyOf(), "AnyOf"},
		{"AllOf zero", validator.AllOf(good, zero), "empty Requirement"},
		{"AnyOf invalid", validator.AnyOf(good, validator.Scope("")), "Scope"},
		{"nested", validator.AllOf(validator.AnyOf(good, validator.AllOf(good, validator.Role("")))), "Role"},
	} {
		if err := tc.r.Err(); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error with %q", tc.name, err, tc.want)
		}
		// Should nobody have looked at Err, nothing passes.
		wantReason(t, tc.name, tc.r.Check(t.Context(), claimsToken(t, `{"scp":"a s","roles":["r"]}`)), validator.ErrRefused)
	}
}

func TestSignedInWithin(t *testing.T) {
	key := keysOf(t).userFlow
	now := time.Unix(1750000000, 0)
	v := staticValidator(t, &validator.Options{Now: func() time.Time { return now }})
	r := validator.SignedInWithin(10 * time.Minute)
	for _, tc := range []struct {
		name string
		mod  mod
		ok   bool
	}{
		{"now", set("auth_time", "1750000000"), true},
		{"just in time", set("auth_time", "1749999400"), true},
		{"one second late", set("auth_time", "1749999399"), false},
		{"a fraction late", set("auth_time", "1749999399.5"), false},
		{"1970", set("auth_time", "0"), false},
		{"missing", drop("auth_time"), false},
		{"ahead by the leeway", set("auth_time", "1750000060"), true},
		{"ahead by more", set("auth_time", "1750000060.5"), false},
		{"an hour ahead", set("auth_time", "1750003600"), false},
		{"the year 9999", set("auth_time", "253402300799"), false},
		{"out of range", set("auth_time", "253402300800"), false},
		{"beyond float64", set("auth_time", "1e400"), false},
		{"negative", set("auth_time", "-1"), false},
		{"a string", set("auth_time", `"1750000000"`), false},
		{"null", set("auth_time", "null"), false},
		{"an array", set("auth_time", "[1750000000]"), false},
	} {
		token, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(tc.mod)))
		if err != nil {
			t.Fatal(err)
		}
		err = r.Check(t.Context(), token)
		if (err == nil) != tc.ok {
			t.Errorf("%s: got %v", tc.name, err)
		}
		if !tc.ok {
			wantReason(t, tc.name, err, validator.ErrSignInTooOld)
			if e, _ := errors.AsType[*validator.Error](err); e.MaxAge != 10*time.Minute {
				t.Errorf("%s: got MaxAge %v", tc.name, e.MaxAge)
			}
		}
	}
	// The leeway is the validator's, and the usual one for tokens without one.
	strict := staticValidator(t, &validator.Options{Leeway: -1, Now: func() time.Time { return now }})
	ahead := payloadOf(set("auth_time", "1750000001"))
	token, err := strict.Validate(t.Context(), signToken(key, headerOf(key), ahead))
	if err != nil {
		t.Fatal(err)
	}
	wantReason(t, "ahead, and no leeway", r.Check(t.Context(), token), validator.ErrSignInTooOld)
	if err := r.Check(t.Context(), &validator.Token{AuthTime: time.Now().Add(50 * time.Second)}); err != nil {
		t.Errorf("made by hand, within the usual leeway: %v", err)
	}
	wantReason(t, "made by hand, ahead", r.Check(t.Context(), &validator.Token{AuthTime: time.Now().Add(2 * time.Minute)}), validator.ErrSignInTooOld)
	if err := validator.SignedInWithin(math.MaxInt64).Check(t.Context(), &validator.Token{AuthTime: time.Unix(0, 0)}); err != nil {
		t.Errorf("within the longest time there is: %v", err)
	}

	// The age is taken when the question is asked, not when the token came.
	token, err = v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf()))
	if err != nil || r.Check(t.Context(), token) != nil {
		t.Fatal(err, r.Check(t.Context(), token))
	}
	now = now.Add(11 * time.Minute)
	wantReason(t, "later", r.Check(t.Context(), token), validator.ErrSignInTooOld)
}

func TestRequirementScopes(t *testing.T) {
	a, b, role := validator.Scope("a", "b"), validator.AnyScope("b", "c"), validator.Role("r")
	for _, tc := range []struct {
		name string
		r    validator.Requirement
		err  []string // of a token without scopes
		all  []string
	}{
		{"scope", a, []string{"a", "b"}, []string{"a", "b"}},
		{"any", b, []string{"b", "c"}, []string{"b", "c"}},
		{"role", role, nil, nil},
		{"all", validator.AllOf(a, b, role), []string{"a", "b"}, []string{"a", "b", "c"}},
		{"either", validator.AnyOf(a, b), []string{"a", "b", "c"}, []string{"a", "b", "c"}},
		{"either of all", validator.AnyOf(validator.AllOf(a, b, role), a), []string{"a", "b", "c"}, []string{"a", "b", "c"}},
		{"scope or role", validator.ScopeOrRole("a", "r"), []string{"a"}, []string{"a"}},
	} {
		e, _ := errors.AsType[*validator.Error](tc.r.Check(t.Context(), &validator.Token{}))
		if e == nil || !slices.Equal(e.Scopes, tc.err) {
			t.Errorf("%s: got error %v with scopes, want %q", tc.name, e, tc.err)
		}
		if got := tc.r.Scopes(); !slices.Equal(got, tc.all) {
			t.Errorf("%s: got scopes %q, want %q", tc.name, got, tc.all)
		}
	}
}

// What callers do to the slices they gave or got changes no requirement.
func TestRequirementsAreImmutable(t *testing.T) {
	names := []string{"a"}
	for name, r := range map[string]validator.Requirement{
		"Scope": validator.Scope(names...), "AnyScope": validator.AnyScope(names...),
		"AnyOf": validator.AnyOf(validator.Scope("a"), validator.Scope("b")), "AllOf": validator.AllOf(validator.Scope("a")),
	} {
		r.Scopes()[0] = "x"
		names[0] = "x"
		if e, _ := errors.AsType[*validator.Error](r.Check(t.Context(), &validator.Token{})); e != nil {
			e.Scopes[0] = "x"
		}
		if err := r.Check(t.Context(), &validator.Token{Scopes: []string{"x"}}); err == nil {
			t.Errorf("%s: changed through its arguments", name)
		}
		names[0] = "a"
	}
}
