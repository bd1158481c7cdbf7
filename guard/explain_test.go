// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// The verdict of Explain is that of the rule, for every request and from the hook.
func TestExplain(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	expired := emulator.Spec{IssuedAt: time.Now().Add(-2 * time.Hour)}
	for _, c := range []struct {
		name   string
		req    *http.Request
		want   validator.Verdict // "" for no explanation
		reason validator.Reason
	}{
		{"good", get(bearer(b2c, emulator.Spec{Scopes: []string{"tasks.read", "tasks.write"}})), validator.Accepted, ""},
		{"expired", get(bearer(b2c, expired)), validator.Refused, validator.ErrExpired},
		{"lacks a scope", get(bearer(b2c, emulator.Spec{Scopes: []string{"tasks.read"}})), validator.Refused, validator.ErrScopeRequired},
		{"no token at all", get("Bearer x"), validator.Refused, validator.ErrMalformed},
		{"none", get(), "", ""},
		{"another scheme", get("Basic YTpi"), "", ""},
		{"malformed", get("Bearer"), "", ""},
		{"several", get("Bearer a", "Bearer b"), "", ""},
	} {
		for _, omit := range []bool{false, true} {
			var g *guard.Guard
			hooks := 0
			write := validator.Scope("tasks.write")
			check := func(r *http.Request) {
				hooks++
				x, ok := g.Explain(r, write)
				if ok != (c.want != "") || (x != nil) != ok {
					t.Errorf("%s: got %v, %v, want an explanation: %v", c.name, x, ok, c.want != "")
				}
				if !ok {
					return
				}
				if x.Verdict != c.want || (x.Err == nil) != (c.reason == "") || x.Err != nil && x.Err.Reason != c.reason {
					t.Errorf("%s: got verdict %s and error %v, want %s because of %s", c.name, x.Verdict, x.Err, c.want, c.reason)
				}
				if has := x.Token != nil; has != (x.Err == nil && !omit) {
					t.Errorf("%s, omit %v: got token %v", c.name, omit, x.Token)
				}
				if (x.Unverified == nil) != omit {
					t.Errorf("%s, omit %v: got claims %v", c.name, omit, x.Unverified)
				}
				if x.Err != nil && x.Err.Holder != nil && (x.Err.Holder.UserID == "") != omit {
					t.Errorf("%s, omit %v: got holder %+v", c.name, omit, x.Err.Holder)
				}
			}
			options := quiet()
			options.OmitUser = omit
			options.OnRefusal = func(r *http.Request, _ *guard.Refusal) { check(r) }
			options.OnAcceptance = func(r *http.Request, _ *guard.Acceptance) { check(r) }
			g = guard.New(contosos(t, options.Logger, b2c, nil), options)
			rule := g.Rule(write)
			if _, err := rule.Admit(c.req, ""); err != nil {
				_ = rule.Report(c.req, err)
			}
			if hooks != 1 {
				t.Errorf("%s: got %d hooks, want 1", c.name, hooks)
			}
		}
	}
}

// A header that was taken off on the way, behind the outer rule, is explained all the
// same; a validator that can't explain says so.
func TestExplainWithoutHeaderOrMethod(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	g := guard.New(contosos(t, quiet().Logger, b2c, nil), quiet())
	ctx, err := g.Rule().Check(get(bearer(b2c, emulator.Spec{})))
	if err != nil {
		t.Fatal(err)
	}
	if x, ok := g.Explain(get().WithContext(ctx)); !ok || x.Verdict != validator.Accepted {
		t.Errorf("got %v, %v, want the outer rule's token accepted", x, ok)
	}
	if x, ok := guard.New(validateFunc(accept), quiet()).Explain(get("Bearer a")); ok || x != nil {
		t.Errorf("got %v, %v, want nothing of a validator that can't explain", x, ok)
	}
	if x, ok := guard.New(mute{}, quiet()).Explain(get("Bearer a")); ok || x != nil {
		t.Errorf("got %v, %v, want nothing of a validator that says nothing", x, ok)
	}
}

// mute is a validator whose explanations are nil.
type mute struct{ validateFunc }

func (mute) Explain(context.Context, string, ...validator.Requirement) *validator.Explanation {
	return nil
}
