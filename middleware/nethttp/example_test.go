// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

func Example() {
	// In production, leave Transport out.
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport()})
	if err != nil {
		panic(err)
	}
	defer v.Close()
	api := b2chttp.New(guard.New(v, &guard.Options{Logger: slog.New(slog.DiscardHandler)}), nil)

	mux := http.NewServeMux()
	listTasks := func(w http.ResponseWriter, r *http.Request) {
		token, _ := guard.FromContext(r.Context())
		fmt.Fprintln(w, "Tasks of", token.Name)
	}
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))

	for _, authorization := range []string{"", "Bearer " + b2c.MustMint(emulator.Spec{})} {
		req := httptest.NewRequest("GET", "/tasks", nil)
		req.Header.Set("Authorization", authorization)
		if authorization == "" {
			req.Header.Del("Authorization")
		}
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, req)
		fmt.Print(rec.Code, " ", rec.Body)
	}
	// Output:
	// 401 {"type":"about:blank","title":"Unauthorized","status":401,"detail":"An access token is required."}
	// 200 Tasks of Ada Example
}

// The application can answer refused requests in its own way. The challenge
// is in the headers already.
func ExampleNew() {
	g := guard.New(one{}, &guard.Options{Logger: slog.New(slog.DiscardHandler)})
	api := b2chttp.New(g, &b2chttp.Options{
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal) {
			http.Error(w, "Please sign in.", refusal.Status)
		},
	})
	h := api.Require()(http.NotFoundHandler())

	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Print(rec.Code, " ", rec.Header().Get("WWW-Authenticate"), " ", rec.Body)
	// Output: 401 Bearer realm="api" Please sign in.
}
