// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// testUndecided: what a requirement could not find out is a 503, whatever
// combination it stands in, and never a 403.
func testUndecided(t *testing.T, adapter Adapter) {
	var reasons, users []string
	g, _ := newGuard(func(o *guard.Options) {
		o.OnRefusal = func(_ *http.Request, r *guard.Refusal) {
			reasons, users = append(reasons, r.Reason()), append(users, userOf(r))
		}
	})
	lookup := func(ok bool, err error) validator.Requirement {
		return validator.Lookup("blocked users", func(context.Context, *validator.Token) (bool, error) { return ok, err })
	}
	own := func(err error) validator.Requirement {
		return validator.Func("blocked users", func(*validator.Token) error { return err })
	}
	down, later := errors.New(secret), &guard.Refusal{Status: 503, RetryAfter: 1500 * time.Millisecond}
	yes, write := lookup(true, nil), validator.Scope("tasks.write")
	for _, c := range []struct {
		name     string
		required validator.Requirement
		want     string
		reason   string
	}{
		{"yes", yes, welcome, ""},
		{"no", lookup(false, nil), forbidden, "refused"},
		{"down", lookup(false, down), unavailable, "undecided"},
		{"down, yes all the same", lookup(true, down), unavailable, "undecided"},
		{"down for a while", lookup(false, later), unavailableFor2, "undecided"},
		{"function refuses", own(down), forbidden, "refused"},
		{"function's context ended", own(context.DeadlineExceeded), unavailable, "undecided"},
		{"function's other guard can't tell", own(later), unavailableFor2, "undecided"},
		{"any, down first", validator.AnyOf(lookup(false, down), yes), welcome, ""},
		{"any, down and refused", validator.AnyOf(lookup(false, later), write), unavailableFor2, "undecided"},
		{"any, refused and down", validator.AnyOf(write, lookup(false, later)), unavailableFor2, "undecided"},
		{"all, down first", validator.AllOf(lookup(false, down), write), unavailable, "undecided"},
		{"all, refused first", validator.AllOf(write, lookup(false, down)), forbiddenScope, "scope_required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := adapter.Router([]Route{get("/any", Rule{Guard: g, Requirements: []validator.Requirement{c.required}})})
			reasons, users = nil, nil
			if got := inProcess(h, request{http.MethodGet, "/any", bearer(goodToken)}); got != c.want {
				t.Errorf("got answer\n%s\nwant\n%s", got, c.want)
			}
			if c.reason == "" && len(reasons) == 0 {
				return
			}
			if len(reasons) != 1 || reasons[0] != c.reason || users[0] != "ada" {
				t.Errorf("got reports %q of %q, want one of %s for ada", reasons, users, c.reason)
			}
		})
	}
}
