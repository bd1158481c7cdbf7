// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// What an agent sees that knows nothing but the API's URL: where to read on, and what
// to ask for, first without a token and then with one that does not suffice.
func ExampleResource() {
	v, b2c := newValidator()
	defer v.Close()
	res, err := guard.NewResource("https://mcp.contoso.com/mcp", &guard.ResourceOptions{
		AppIDURI: "https://contoso.onmicrosoft.com/mcp",
		Scopes:   []string{"tasks.read", "tasks.write"},
		Name:     "Contoso's tasks",
	})
	if err != nil {
		panic(err)
	}
	api := b2chttp.New(guard.New(v, &guard.Options{Resource: res, Logger: slog.New(slog.DiscardHandler)}), nil)

	mux := http.NewServeMux()
	res.Mount(mux)
	mux.Handle("POST /mcp", api.Require(validator.Scope("tasks.write"))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))

	for _, authorization := range []string{"", "Bearer " + b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.read"}})} {
		req := httptest.NewRequest("POST", "https://mcp.contoso.com/mcp", nil)
		req.Header.Set("Authorization", authorization)
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, req)
		fmt.Println(rec.Code, rec.Header().Get("WWW-Authenticate"))
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest("GET", "/.well-known/oauth-protected-resource/mcp", nil))
	fmt.Print(rec.Body)
	// Output:
	// 401 Bearer realm="api", scope="https://contoso.onmicrosoft.com/mcp/tasks.write", resource_metadata="https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp"
	// 403 Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="https://contoso.onmicrosoft.com/mcp/tasks.read https://contoso.onmicrosoft.com/mcp/tasks.write", resource_metadata="https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp"
	// {"resource":"https://mcp.contoso.com/mcp","authorization_servers":["https://mcp.contoso.com"],"scopes_supported":["https://contoso.onmicrosoft.com/mcp/tasks.read","https://contoso.onmicrosoft.com/mcp/tasks.write"],"bearer_methods_supported":["header"],"resource_name":"Contoso's tasks"}
}
