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

// testMethods: every method is guarded alike, and HEAD is answered as GET is,
// without the body.
func testMethods(t *testing.T, adapter Adapter) {
	g, _ := newGuard(nil)
	all := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	var routes []Route
	for _, method := range all {
		routes = append(routes, Route{Method: method, Path: "/tasks", Rules: []Rule{{Guard: g}}, Handler: greet})
	}
	h := adapter.Router(routes)
	addr := listen(t, h)
	for _, method := range all {
		want, pass := invalidToken, strings.Replace(welcome, "GET", method, 1)
		pass = strings.Replace(pass, "11", map[int]string{3: "11", 4: "12", 5: "13", 6: "14", 7: "15"}[len(method)], 1)
		if method == http.MethodHead {
			want, pass = withoutBody(want), withoutBody(pass)
		}
		both(t, h, addr, request{method, "/tasks", bearer("bad")}, want)
		both(t, h, addr, request{method, "/tasks", bearer(goodToken)}, pass)
	}
}

func withoutBody(answer string) string {
	head, _, _ := strings.Cut(answer, "\n\n")
	return head + "\n\n"
}

// testPreflight: OPTIONS passes without a token only if that is asked for, and
// only if it is a preflight.
func testPreflight(t *testing.T, adapter Adapter) {
	strict, _ := newGuard(nil)
	lax, script := newGuard(func(o *guard.Options) { o.AllowPreflight = true })
	h := adapter.Router([]Route{
		{Method: "OPTIONS", Path: "/strict", Rules: []Rule{{Guard: strict}}, Handler: greet},
		{Method: "OPTIONS", Path: "/lax", Rules: []Rule{{Guard: lax}}, Handler: greet},
		{Method: "GET", Path: "/lax", Rules: []Rule{{Guard: lax}}, Handler: greet},
		{Method: "OPTIONS", Prefix: "/mixed", Group: []Rule{{Guard: strict}}, Path: "/lax", Rules: []Rule{{Guard: lax}}, Handler: greet},
		{Method: "OPTIONS", Prefix: "/nested", Group: []Rule{{Guard: lax}}, Path: "/lax", Rules: []Rule{{Guard: lax, Requirements: []validator.Requirement{validator.Scope("x")}}}, Handler: greet},
	})
	addr := listen(t, h)
	const pass = "200\nContent-Length: 18\nContent-Type: text/plain\n\nOPTIONS for nobody"
	origin, wants := "Origin: https://app.test", "Access-Control-Request-Method: GET"
	for _, c := range []struct {
		name string
		req  request
		want string
	}{
		{"not asked for", request{"OPTIONS", "/strict", header(origin, wants)}, noCredential},
		{"preflight", request{"OPTIONS", "/lax", header(origin, wants)}, pass},
		{"preflight with a token", request{"OPTIONS", "/lax", header(origin, wants, "Authorization: Bearer good")}, pass},
		{"nested", request{"OPTIONS", "/nested/lax", header(origin, wants)}, pass},
		{"a token of another guard", request{"OPTIONS", "/mixed/lax", header(origin, wants, "Authorization: Bearer good")}, pass},
		{"no method", request{"OPTIONS", "/lax", header(origin)}, noCredential},
		{"no origin", request{"OPTIONS", "/lax", header(wants)}, noCredential},
		{"empty origin", request{"OPTIONS", "/lax", header("Origin: ", wants)}, noCredential},
		{"no OPTIONS", request{"GET", "/lax", header(origin, wants)}, noCredential},
		{"bad token and no preflight", request{"OPTIONS", "/lax", header(origin, "Authorization: Bearer bad")}, invalidToken},
	} {
		t.Run(c.name, func(t *testing.T) { both(t, h, addr, c.req, c.want) })
	}
	if got, want := script.calls.Load(), int64(2); got != want { // of the last request alone
		t.Errorf("validations behind AllowPreflight: got %d, want %d", got, want)
	}
}

// testOptional: an absent credential passes, a bad one does not.
func testOptional(t *testing.T, adapter Adapter) {
	g, _ := newGuard(nil)
	other, _ := newGuard(nil)
	scope := []validator.Requirement{validator.Scope("tasks.write")}
	h := adapter.Router([]Route{
		get("/any", Rule{Guard: g, Optional: true}),
		get("/scope", Rule{Guard: g, Optional: true, Requirements: scope}),
		{Method: "GET", Prefix: "/group", Group: []Rule{{Guard: g, Optional: true}}, Path: "/required", Rules: []Rule{{Guard: g}}, Handler: greet},
		get("/other", Rule{Guard: g}, Rule{Guard: other, Optional: true}),
	})
	addr := listen(t, h)
	for _, row := range []row{
		{"absent", "/any", nil, anonymous},
		{"another scheme", "/any", header("Authorization: Basic YTpi"), anonymous},
		{"good", "/any", bearer(goodToken), welcome},
		{"refused", "/any", bearer("bad"), invalidToken},
		{"malformed", "/any", header("Authorization: Bearer"), invalidRequest},
		{"empty", "/any", header("Authorization: "), anonymous},
		{"two empty", "/any", header("Authorization: ", "Authorization: "), invalidRequest},
		{"empty where the route requires one", "/group/required", header("Authorization: "), noCredential},
		{"several", "/any", header("Authorization: Basic YTpi", "Authorization: Basic YTpi"), invalidRequest},
		{"hidden in a list", "/any", header("Authorization: Basic YTpi,Bearer good"), invalidRequest},
		{"outage", "/any", bearer(blinkToken), unavailable},
		{"no verdict", "/any", bearer(nothingToken), noVerdict},
		{"absent where a scope is wanted", "/scope", nil, anonymous},
		{"good where another scope is wanted", "/scope", bearer(goodToken), forbiddenScope},
		{"absent where the route requires one", "/group/required", nil, noCredential},
		{"good where the route requires one", "/group/required", bearer(goodToken), welcome},
		{"good for both guards", "/other", bearer(goodToken), welcome},
	} {
		t.Run(row.name, func(t *testing.T) {
			both(t, h, addr, request{http.MethodGet, row.path, row.headers}, row.want)
		})
	}
}

// testNested: a guard on a group and on a route verifies once; requirements add
// up; a token of another guard counts for nothing.
func testNested(t *testing.T, adapter Adapter) {
	g, calls := newGuard(nil)
	other, otherCalls := newGuard(nil)
	read, write := validator.Scope("tasks.read"), validator.Scope("tasks.write")
	route := func(path string, group, rules []Rule) Route {
		return Route{Method: "GET", Prefix: "/admin" + path, Group: group, Path: "/tasks", Rules: rules, Handler: greet}
	}
	h := adapter.Router([]Route{
		route("/same", []Rule{{Guard: g}}, []Rule{{Guard: g, Requirements: []validator.Requirement{read}}, {Guard: g}}),
		route("/inner", []Rule{{Guard: g}}, []Rule{{Guard: g, Requirements: []validator.Requirement{write}}}),
		route("/outer", []Rule{{Guard: g, Requirements: []validator.Requirement{write}}}, []Rule{{Guard: g}}),
		route("/optional", []Rule{{Guard: g}}, []Rule{{Guard: g, Optional: true, Requirements: []validator.Requirement{write}}}),
		route("/other", []Rule{{Guard: g}}, []Rule{{Guard: other}}),
		route("/back", []Rule{{Guard: g}, {Guard: other}}, []Rule{{Guard: g}}),
	})
	for _, c := range []struct {
		name, path            string
		want                  string
		validations, byOthers int64
	}{
		{"same guard", "/same", welcome, 1, 0},
		{"requirement of the route", "/inner", forbiddenScope, 1, 0},
		{"requirement of the group", "/outer", forbiddenScope, 1, 0},
		{"optional in a required group", "/optional", forbiddenScope, 1, 0},
		{"another guard", "/other", welcome, 1, 1},
		{"another guard between", "/back", welcome, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls.calls.Store(0)
			otherCalls.calls.Store(0)
			if got := inProcess(h, request{"GET", "/admin" + c.path + "/tasks", bearer(goodToken)}); got != c.want {
				t.Errorf("got answer\n%s\nwant\n%s", got, c.want)
			}
			if got := calls.calls.Load(); got != c.validations {
				t.Errorf("validations: got %d, want %d", got, c.validations)
			}
			if got := otherCalls.calls.Load(); got != c.byOthers {
				t.Errorf("validations by the other guard: got %d, want %d", got, c.byOthers)
			}
		})
	}
}
