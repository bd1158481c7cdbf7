// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// The answers of a guard that has a resource.
const (
	leads = `resource_metadata="https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp"`

	noCredentialLeads = `401
Cache-Control: no-store
Content-Length: 99
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", scope="https://contoso.onmicrosoft.com/tasks/tasks.write", ` + leads + `

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"An access token is required."}
`
	invalidTokenLeads = `401
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token is not valid for this resource.", scope="https://contoso.onmicrosoft.com/tasks/tasks.write", ` + leads + `

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token is not valid for this resource.","error":"invalid_token"}
`
	forbiddenLeads = `403
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="https://contoso.onmicrosoft.com/tasks/tasks.read https://contoso.onmicrosoft.com/tasks/tasks.write", ` + leads + `

{"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
`
	documentAllowed = `204
Access-Control-Allow-Headers: *
Access-Control-Allow-Methods: GET, HEAD
Access-Control-Allow-Origin: *
Access-Control-Max-Age: 300
Allow: GET, HEAD, OPTIONS

`
)

func newResource(t *testing.T, url string, pathOnly bool) *guard.Resource {
	t.Helper()
	res, err := guard.NewResource(url, &guard.ResourceOptions{
		AppIDURI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"tasks.read", "tasks.write"}, PathOnly: pathOnly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// testChallenge: a challenge leads to the metadata of the guard's resource, whatever
// the request says of the host.
func testChallenge(t *testing.T, adapter Adapter) {
	g, _ := newGuard(func(o *guard.Options) { o.Resource = newResource(t, "https://mcp.contoso.com/mcp", false) })
	h := adapter.Router([]Route{get("/write", Rule{Guard: g, Requirements: []validator.Requirement{validator.Scope("tasks.write")}})})
	addr := listen(t, h)
	forwarded := header("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http", "Forwarded: host=evil.example")
	for _, row := range []row{
		{"no token", "/write", nil, noCredentialLeads},
		{"no token, forwarded", "/write", forwarded, noCredentialLeads},
		{"refused token", "/write", append(bearer("bad"), forwarded...), invalidTokenLeads},
		{"scope", "/write", append(bearer(goodToken), forwarded...), forbiddenLeads},
		{"outage", "/write", bearer(blinkToken), unavailable},
	} {
		t.Run(row.name, func(t *testing.T) {
			both(t, h, addr, request{http.MethodGet, row.path, row.headers}, row.want)
		})
	}
}

// testMount: the metadata of a resource is where clients look for it, to the byte, and
// two resources are not in one place.
func testMount(t *testing.T, adapter Adapter) {
	if adapter.Mounted == nil {
		return // there is nothing to be held to
	}
	const root = "/.well-known/oauth-protected-resource"
	first := newResource(t, "https://mcp.contoso.com/mcp", false)
	h := adapter.Mounted(first, newResource(t, "https://mcp.contoso.com/mcp/", true), newResource(t, "https://mcp.contoso.com/v1.0/~a", true))
	addr := listen(t, h)
	of := func(path string) string {
		body := `{"resource":"https://mcp.contoso.com` + path + `","authorization_servers":["https://mcp.contoso.com"],"scopes_supported":["https://contoso.onmicrosoft.com/tasks/tasks.read",` +
			`"https://contoso.onmicrosoft.com/tasks/tasks.write"],"bearer_methods_supported":["header"]}` + "\n"
		return fmt.Sprintf("200\nAccess-Control-Allow-Origin: *\nCache-Control: public, max-age=300\nContent-Length: %d\nContent-Type: application/json\n\n%s", len(body), body)
	}
	for _, c := range []struct{ method, path, want string }{
		{"GET", root, of("/mcp")},
		{"GET", root + "/mcp", of("/mcp")},
		{"GET", root + "/mcp/", of("/mcp/")},
		{"GET", root + "/v1.0/~a", of("/v1.0/~a")},
		{"HEAD", root, withoutBody(of("/mcp"))},
		{"HEAD", root + "/mcp/", withoutBody(of("/mcp/"))},
		{"OPTIONS", root, documentAllowed},
		{"OPTIONS", root + "/mcp", documentAllowed},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			both(t, h, addr, request{c.method, c.path, header("X-Forwarded-Host: evil.example", "Origin: https://app.test")}, c.want)
		})
	}
	for _, path := range []string{root + "/", root + "/mcp/x", root + "/other", root + "%2Fmcp", "/mcp"} {
		if got := inProcess(h, request{"GET", path, nil}); strings.HasPrefix(got, "200") {
			t.Errorf("GET %s: got answer\n%s\nwant none of the documents", path, got)
		}
	}

	for name, second := range map[string]*guard.Resource{
		"at the root": newResource(t, "https://mcp.contoso.com/other", false),
		"at the path": newResource(t, "https://mcp.contoso.com/mcp", true),
	} {
		if got := panicOf(func() { adapter.Mounted(first, second) }); !strings.Contains(got, "is taken, maybe by another Resource") {
			t.Errorf("two resources %s: got panic %q, want one that tells", name, got)
		}
	}
	slash := adapter.Mounted(newResource(t, "https://mcp.contoso.com/", false))
	if got, want := inProcess(slash, request{"GET", root, nil}), of("/"); got != want {
		t.Errorf("without a path: got answer\n%s\nwant\n%s", got, want)
	}
}
