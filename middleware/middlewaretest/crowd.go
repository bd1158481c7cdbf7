// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
)

// report: each refusal is reported once, with its reason and the route that
// the framework knows it by; requests that pass are not.
func (s suite) report(t *testing.T) {
	type refused struct {
		reason, pattern string
		status          int
	}
	var got []refused
	g, _ := newGuard(func(o *guard.Options) {
		o.OnRefusal = func(r *http.Request, refusal *guard.Refusal) {
			got = append(got, refused{refusal.Reason(), r.Pattern, refusal.Status})
		}
	})
	h := s.adapter.Router([]Route{
		{Method: "GET", Prefix: "/admin", Group: []Rule{{Guard: g}}, Path: "/tasks", Rules: []Rule{{Guard: g}}, Handler: greet},
	})
	for _, c := range []struct {
		headers []string
		reason  string
		status  int
	}{
		{bearer(goodToken), "", 0},
		{nil, "no_credential", 401},
		{header("Authorization: Bearer"), "malformed_credential", 400},
		{header("Authorization: Bearer a", "Authorization: Bearer b"), "several_credentials", 400},
		{bearer(expiredToken), "expired", 401},
		{bearer(outageToken), "keys_unavailable", 503},
		{bearer(hangupToken), "not_judged", 503},
		{bearer(nothingToken), "no_verdict", 500},
	} {
		got = nil
		inProcess(h, request{"GET", "/admin/tasks", c.headers})
		switch {
		case c.status == 0 && len(got) == 0:
		case c.status == 0 || len(got) != 1:
			t.Errorf("%q: got %d reports, want one for a refusal and none else: %v", c.headers, len(got), got)
		case got[0].reason != c.reason || got[0].status != c.status:
			t.Errorf("%q: got report %v, want %s with status %d", c.headers, got[0], c.reason, c.status)
		case !strings.HasSuffix(got[0].pattern, "/admin/tasks"):
			t.Errorf("%q: got route %q in the report, want one that ends in /admin/tasks", c.headers, got[0].pattern)
		}
	}
}

// crowd: requests at the same time don't get each other's answers.
func (s suite) crowd(t *testing.T) {
	h := s.adapter.Router(tableRoutes())
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 4 * len(table) {
				row := table[(i+worker*7)%len(table)]
				if got := inProcess(h, request{http.MethodGet, row.path, row.headers}); got != row.want {
					t.Errorf("%s, among others: got answer\n%s\nwant\n%s", row.name, got, row.want)
				}
			}
		})
	}
	wg.Wait()
}
