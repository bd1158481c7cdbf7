// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// spoil writes to all that a token's holder can write to.
func spoil(t *validator.Token) {
	v := reflect.ValueOf(t).Elem()
	for f, field := range v.Fields() {
		if !f.IsExported() || field.Kind() != reflect.Slice {
			continue
		}
		for i := range field.Len() {
			field.Index(i).SetString("spoiled")
		}
		for list := field; list.Len() < field.Cap(); { // behind the end, where another list may begin
			list = reflect.Append(list, reflect.ValueOf("spoiled"))
		}
	}
	*t = validator.Token{Scopes: []string{"spoiled"}}
}

func handmade(tb testing.TB) *validator.Token {
	tb.Helper()
	token, err := validator.InsecureTokenFromClaims([]byte(`{"oid":"ada","aud":"a","scp":"read write","roles":["r"],"emails":["e"],"tfp":"B2C_1_x","tier":"gold"}`))
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func TestFrozenStaysAsItIs(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	raw := goodToken(t)
	verified := func() *validator.Token {
		token, err := r.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for name, c := range map[string]struct {
		make   func() *validator.Token
		freeze func(*validator.Token) validator.Frozen
	}{
		"verified":               {verified, (*validator.Token).Verified},
		"verified, as it is":     {verified, (*validator.Token).Freeze},
		"made by hand":           {func() *validator.Token { return handmade(t) }, (*validator.Token).Verified},
		"made by hand, as it is": {func() *validator.Token { return handmade(t) }, (*validator.Token).Freeze},
	} {
		token := c.make()
		frozen, want := c.freeze(token), token.Freeze().Token()
		spoil(token)
		if got := frozen.Token(); !sameFields(got, want) {
			t.Errorf("%s, its token spoiled: got %v, want %v", name, got, want)
		}
		spoil(frozen.Token())
		if got := frozen.Token(); !sameFields(got, want) {
			t.Errorf("%s, a copy spoiled: got %v, want %v", name, got, want)
		}
		scopes := validator.Scope(want.Scopes[0])
		spoiling := validator.Func("spoiling", func(t *validator.Token) error { spoil(t); return nil })
		if err := frozen.Satisfies(t.Context(), spoiling, scopes); err != nil {
			t.Errorf("%s: got %v behind a function that spoils its token, want it to satisfy", name, err)
		}
		if err := frozen.Satisfies(t.Context(), validator.Scope("spoiled")); err == nil {
			t.Errorf("%s: got the scope that was written, want it refused", name)
		}
		if err := frozen.Token().Claims(new(any)); err != nil {
			t.Errorf("%s: Claims: got %v, want them there", name, err)
		}
	}
}

// sameFields compares what is exported.
func sameFields(a, b *validator.Token) bool {
	v, w := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() && !reflect.DeepEqual(v.Field(i).Interface(), w.Field(i).Interface()) {
			return false
		}
	}
	return true
}

// What was written before counts if it is frozen as it is, also where it is judged
// again.
func TestFreezeTakesWhatWasWritten(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	token, err := r.Validate(t.Context(), goodToken(t))
	if err != nil {
		t.Fatal(err)
	}
	before := token.Scopes[0]
	token.Scopes = []string{"written"}
	written := validator.Scope("written")
	for name, c := range map[string]struct {
		frozen validator.Frozen
		passes bool
	}{
		"as it is":        {token.Freeze(), true},
		"as it is, again": {token.Freeze().Token().Freeze(), true},
		"a copy of it":    {token.Freeze().Token().Verified(), true},
		"as verified":     {token.Verified(), false},
		"a copy of that":  {token.Verified().Token().Verified(), false},
	} {
		if err := c.frozen.Satisfies(t.Context(), written); (err == nil) != c.passes {
			t.Errorf("%s: got %v for the scope that was written, want passed: %v", name, err, c.passes)
		}
		if err := c.frozen.Satisfies(t.Context(), validator.Scope(before)); (err == nil) == c.passes {
			t.Errorf("%s: got %v for the scope before, want passed: %v", name, err, !c.passes)
		}
	}
}

func TestFrozenSatisfiesInOrder(t *testing.T) {
	calls := ""
	step := func(name string, ok bool) validator.Requirement {
		return validator.Lookup(name, func(context.Context, *validator.Token) (bool, error) {
			calls += name
			return ok, nil
		})
	}
	if err := handmade(t).Freeze().Satisfies(t.Context(), step("a", true), step("b", false), step("c", true)); err == nil || calls != "ab" {
		t.Errorf("got %v after %q, want an error after ab", err, calls)
	}
	if err := handmade(t).Freeze().Satisfies(t.Context(), validator.Requirement{}); err == nil {
		t.Error("invalid requirement: got no error, want one")
	}
	if err := handmade(t).Freeze().Satisfies(t.Context()); err != nil {
		t.Errorf("no requirement: got %v, want none", err)
	}
}

func TestNothingFrozenSatisfiesNothing(t *testing.T) {
	var none validator.Frozen
	if err := none.Satisfies(t.Context()); err == nil || none.Token() != nil || none.Expired() {
		t.Errorf("got %v, token %v, expired %v, want an error, no token, and false", err, none.Token(), none.Expired())
	}
}

// By the clock of whoever verified it, and without leeway.
func TestFrozenExpires(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	token, err := r.Validate(t.Context(), goodToken(t))
	if err != nil {
		t.Fatal(err)
	}
	frozen := token.Verified()
	for after, want := range map[time.Duration]bool{-time.Second: false, 0: true, time.Second: true} {
		r.now = token.ExpiresAt.Add(after)
		if got := frozen.Expired(); got != want {
			t.Errorf("%v after exp: got %v, want %v", after, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		soon := (&validator.Token{ExpiresAt: time.Now().Add(time.Minute)}).Freeze()
		never := new(validator.Token).Freeze()
		if soon.Expired() || never.Expired() {
			t.Error("made by hand, before exp and without: got expired, want not")
		}
		time.Sleep(time.Minute)
		if !soon.Expired() || never.Expired() {
			t.Errorf("made by hand, at exp and without: got %v and %v, want true and false", soon.Expired(), never.Expired())
		}
	})
}

func TestFreezingCosts(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	token, err := r.Validate(t.Context(), goodToken(t))
	if err != nil {
		t.Fatal(err)
	}
	scope := validator.Scope(token.Scopes[0])
	for name, c := range map[string]struct {
		f    func()
		want float64
	}{
		"Verified and Satisfies": {func() { _ = token.Verified().Satisfies(t.Context(), scope) }, 0},
		"Freeze":                 {func() { token.Freeze() }, 2},
	} {
		if got := testing.AllocsPerRun(100, c.f); got > c.want {
			t.Errorf("%s: got %v allocations, want at most %v", name, got, c.want)
		}
	}
}
