// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// testAcceptance: each rule that a request passes reports it once, before the handler
// runs, with the route that the framework knows it by; a rule that refuses does not.
func testAcceptance(t *testing.T, adapter Adapter) {
	var got []string
	tell := func(r *http.Request, a *guard.Acceptance) {
		user, nested := "nobody", ""
		if a.Holder != nil {
			user = a.Holder.UserID
		}
		if a.Nested {
			nested = " again"
		}
		token, _ := guard.FromContext(r.Context())
		if told := a.Token(); (told == nil) != (token == nil) || told != nil && told == token {
			t.Errorf("%s: got token %v where the request carries %v, want a copy", r.Pattern, told, token)
		}
		got = append(got, fmt.Sprintf("%s at %s%s", user, r.Pattern[strings.LastIndexByte(r.Pattern, ' ')+1:], nested))
	}
	g, _ := newGuard(func(o *guard.Options) { o.OnAcceptance, o.AllowPreflight = tell, true })
	other, _ := newGuard(func(o *guard.Options) { o.OnAcceptance = tell })
	handler := func(w http.ResponseWriter, r *http.Request, token *validator.Token) {
		got = append(got, "handler")
		greet(w, r, token)
	}
	admin := []Rule{{Guard: g, Requirements: []validator.Requirement{validator.Role("admin")}}}
	h := adapter.Router([]Route{
		{Method: "GET", Path: "/any", Rules: []Rule{{Guard: g}}, Handler: handler},
		{Method: "GET", Path: "/optional", Rules: []Rule{{Guard: g, Optional: true}}, Handler: handler},
		{Method: "OPTIONS", Path: "/any", Rules: []Rule{{Guard: g}}, Handler: handler},
		{Method: "GET", Prefix: "/admin", Group: []Rule{{Guard: g}}, Path: "/tasks", Rules: []Rule{{Guard: g}, {Guard: other}}, Handler: handler},
		{Method: "GET", Prefix: "/admin", Group: []Rule{{Guard: g}}, Path: "/users", Rules: admin, Handler: handler},
	})
	for _, c := range []struct {
		req  request
		want []string
	}{
		{request{"GET", "/any?a=1", bearer(goodToken)}, []string{"ada at /any", "handler"}},
		{request{"GET", "/any", bearer(expiredToken)}, nil},
		{request{"GET", "/any", bearer(outageToken)}, nil},
		{request{"GET", "/any", nil}, nil},
		{request{"GET", "/optional", nil}, []string{"nobody at /optional", "handler"}},
		{request{"GET", "/optional", bearer(goodToken)}, []string{"ada at /optional", "handler"}},
		{request{"GET", "/optional", bearer(expiredToken)}, nil},
		{request{"OPTIONS", "/any", header("Origin: https://app.test", "Access-Control-Request-Method: GET")}, []string{"nobody at /any", "handler"}},
		{request{"GET", "/admin/tasks", bearer(goodToken)}, []string{"ada at /admin/tasks", "ada at /admin/tasks again", "ada at /admin/tasks", "handler"}},
		{request{"GET", "/admin/users", bearer(goodToken)}, []string{"ada at /admin/users"}},
	} {
		got = nil
		inProcess(h, c.req)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: got %q, want %q", c.req, got, c.want)
		}
	}
}
