// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// Two services share one app registration, and so one audience: orders asks
// stock on behalf of its caller, with the caller's own token.
func ExampleForwarder() {
	v, b2c := newValidator()
	defer v.Close()
	api := b2chttp.New(guard.New(v, nil), nil)

	stock := httptest.NewServer(api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := guard.FromContext(r.Context())
		fmt.Fprintf(w, "3 left, %s", token.Name)
	})))
	defer stock.Close()

	// Once, at start.
	forwarder, err := guard.NewForwarder(nil, stock.URL)
	if err != nil {
		panic(err)
	}
	client := &http.Client{Transport: forwarder, Timeout: 10 * time.Second}

	orders := api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The context of the request being served brings the token along.
		req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, stock.URL+"/items", nil)
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		resp, err := client.Do(req)
		if err != nil {
			http.Error(w, "stock can't be reached", http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))

	req := httptest.NewRequest(http.MethodGet, "/orders", nil)
	req.Header.Set("Authorization", "Bearer "+b2c.MustMint(emulator.Spec{}))
	rec := httptest.NewRecorder()
	orders.ServeHTTP(rec, req)
	fmt.Println(rec.Code, rec.Body)
	// Output: 200 3 left, Ada Example
}
