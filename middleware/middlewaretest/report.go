// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// testReport: each refusal is reported once, with its reason, who was refused, and
// the route that the framework knows it by; requests that pass are not.
func testReport(t *testing.T, adapter Adapter) {
	var got []*guard.Refusal
	var patterns []string
	g, _ := newGuard(func(o *guard.Options) {
		o.OnRefusal = func(r *http.Request, refusal *guard.Refusal) {
			got, patterns = append(got, refusal), append(patterns, r.Pattern)
		}
	})
	admin := []Rule{{Guard: g, Requirements: []validator.Requirement{validator.Role("admin")}}}
	h := adapter.Router([]Route{
		{Method: "GET", Prefix: "/admin", Group: []Rule{{Guard: g}}, Path: "/tasks", Rules: []Rule{{Guard: g}}, Handler: greet},
		{Method: "GET", Prefix: "/admin", Group: []Rule{{Guard: g}}, Path: "/users", Rules: admin, Handler: greet},
	})
	for _, c := range []struct {
		path    string
		headers []string
		reason  string
		status  int
		user    string // "" where no signature was verified
	}{
		{"/admin/tasks", bearer(goodToken), "", 0, ""},
		{"/admin/tasks", nil, "no_credential", 401, ""},
		{"/admin/tasks", header("Authorization: "), "no_credential", 401, ""},
		{"/admin/tasks", header("Authorization: Bearer"), "malformed_credential", 400, ""},
		{"/admin/tasks", header("Authorization: Bearer a", "Authorization: Bearer b"), "several_credentials", 400, ""},
		{"/admin/tasks", bearer(expiredToken), "expired", 401, "eve"},
		{"/admin/tasks", bearer(outageToken), "keys_unavailable", 503, ""},
		{"/admin/tasks", bearer(canceledToken), "not_validated", 503, ""},
		{"/admin/tasks", bearer(nothingToken), "no_verdict", 500, ""},
		{"/admin/users", bearer(goodToken), "role_required", 403, "ada"},
	} {
		got, patterns = nil, nil
		inProcess(h, request{"GET", c.path, c.headers})
		if c.status == 0 && len(got) == 0 {
			continue
		}
		if c.status == 0 || len(got) != 1 {
			t.Errorf("%q: got %d reports, want one for a refusal and none else: %v", c.headers, len(got), got)
			continue
		}
		if r := got[0]; r.Reason() != c.reason || r.Status != c.status {
			t.Errorf("%q: got report of %s with status %d, want %s with status %d", c.headers, r.Reason(), r.Status, c.reason, c.status)
		}
		if !strings.HasSuffix(patterns[0], c.path) {
			t.Errorf("%q: got route %q in the report, want one that ends in %s", c.headers, patterns[0], c.path)
		}
		if user := userOf(got[0]); user != c.user {
			t.Errorf("%q: got user %q in the report, want %q", c.headers, user, c.user)
		}
	}
}

func userOf(r *guard.Refusal) string {
	if r.Holder == nil {
		return ""
	}
	return r.Holder.UserID
}
