// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests write to all that can be written to in a token that a Validator has
// returned, or given to a function of the application.

// scribble overwrites, appends to and sorts every exported field.
func scribble(t *validator.Token) {
	v := reflect.ValueOf(t).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			scribbleOn(v.Field(i))
		}
	}
}

func scribbleOn(f reflect.Value) {
	if f.Kind() != reflect.Slice {
		f.SetZero()
		return
	}
	mark := reflect.New(f.Type().Elem()).Elem()
	if mark.Kind() == reflect.String {
		mark.SetString("scribble")
	}
	if all, ok := reflect.TypeAssert[[]string](f); ok {
		slices.Sort(all)
	}
	for i := range f.Len() {
		f.Index(i).Set(mark)
	}
	for range 4 { // beyond its end, where another one may lie
		f.Set(reflect.Append(f, mark))
	}
}

// externalTenant is trusted with the corpus's user-flow key, since its tokens have roles.
func externalTenant(tb testing.TB) jwks.Source {
	tb.Helper()
	a, err := authority.ExternalID("contoso", "775527ff-9a37-4307-8b3d-cc311f58d926")
	if err != nil {
		tb.Fatal(err)
	}
	return newReplaceable(tb, a)
}

func TestNothingWrittenToATokenCounts(t *testing.T) {
	spoil := validator.Func("spoils its copy", func(t *validator.Token) error { scribble(t); return nil })
	asks := []validator.Requirement{
		spoil, validator.Client(webClient), validator.Claim("name", "Ada Example"), validator.SignedInWithin(time.Hour),
		validator.AnyOf(
			validator.AllOf(spoil, validator.Scope("tasks.read", "tasks.write"), spoil, validator.Flow("B2C_1_susi")),
			validator.AllOf(spoil, validator.ScopeOrRole("jobs.read", "jobs.run"), validator.Role("jobs.run", "jobs.stop"))),
		validator.Lookup("spoils its copy", func(_ context.Context, t *validator.Token) (bool, error) { scribble(t); return true, nil }),
		validator.Func("judges what was verified", func(t *validator.Token) error {
			if id, err := t.UserID(); err != nil || id != "cccccccc-cccc-cccc-cccc-cccccccccccc" || len(t.Emails) != 2 || len(t.Audience) == 0 {
				return errors.New("it was changed")
			}
			return nil
		}),
	}
	v, err := validator.NewFromSources([]jwks.Source{newReplaceable(t, contosoTenant(t).Flow("B2C_1_susi")), externalTenant(t)}, contosoAPI,
		&validator.Options{Now: func() time.Time { return time.Unix(corpusNow, 0) }, Requirements: asks})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	emails := set("emails", `["z@example.org","a@example.org"]`)
	raws := []string{
		goodToken(t, emails),
		goodToken(t, emails, set("iss", quoted("https://775527ff-9a37-4307-8b3d-cc311f58d926.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d926/v2.0")),
			set("ver", `"2.0"`), drop("tfp"), drop("nonce"), drop("scp"), add("roles", `["jobs.run","jobs.stop"]`), set("aud", `["`+contosoAPI+`","`+webClient+`"]`)),
	}
	var originals []*validator.Token
	filled := map[string]bool{} // fields that were written to where something stood
	for _, raw := range raws {
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		originals = append(originals, token)
		for i, f := 0, reflect.ValueOf(*token); i < f.NumField(); i++ {
			if f.Type().Field(i).IsExported() && !f.Field(i).IsZero() {
				filled[f.Type().Field(i).Name] = true
			}
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[validator.Token]()) {
		if f.IsExported() && !filled[f.Name] {
			t.Errorf("no token has a %s; then this test does not show that it is a copy", f.Name)
		}
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				n := (i + j) % len(raws)
				token, err := v.Validate(t.Context(), raws[n])
				if err != nil {
					t.Errorf("token %d: %v", n, err)
					return
				}
				if !sameToken(t, token, originals[n]) {
					t.Errorf("token %d: got %#v", n, token)
					return
				}
				scribble(token)
				for _, r := range asks {
					if err := r.Check(t.Context(), token); err != nil {
						t.Errorf("token %d: %v", n, err)
						return
					}
				}
				if err := validator.Scope("scribble").Check(t.Context(), token); err == nil {
					t.Errorf("token %d: a scope that was written to it counts", n)
				}
			}
		})
	}
	wg.Wait()
	if s := v.State().Memory; s.Hits != 800 || s.Misses != 2 {
		t.Errorf("got %+v, want 800 hits", s)
	}
}

// The lists of one token lie side by side: who appends to one must not write to the next.
func TestListsOfATokenAreApart(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	raw := goodToken(t)
	for range 2 {
		token, err := r.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		_ = append(token.Audience, "x")
		_ = append(token.Scopes, "x", "y")
		if token.Scopes[0] != "tasks.read" || token.Emails[0] != "ada@example.org" {
			t.Errorf("got %q and %q", token.Scopes, token.Emails)
		}
	}
}

// A token that was made by hand has no more than its fields, which count.
func TestHandMadeTokenIsJudgedAsItIs(t *testing.T) {
	made := &validator.Token{Scopes: []string{"a"}, ClientID: webClient}
	read, err := validator.InsecureTokenFromClaims([]byte(`{"scp":"a","azp":"` + webClient + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []*validator.Token{made, read} {
		if err := validator.Scope("a").Check(t.Context(), token); err != nil {
			t.Error(err)
		}
		if err := validator.Func("writes to its copy", func(t *validator.Token) error { scribble(t); return nil }).Check(t.Context(), token); err != nil {
			t.Error(err)
		}
		token.Scopes[0] = "b"
		if err := validator.AllOf(validator.Scope("b"), validator.Client(webClient)).Check(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
}
