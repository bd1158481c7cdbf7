// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// cors lets scripts of one origin call. Libraries such as github.com/rs/cors do the
// same and more.
func cors(origin string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if r.Header.Get("Origin") != origin {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Headers", "Authorization")
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// CORS goes outside of the guard: a preflight carries no token, and what the guard
// refuses must be readable, too. Without Access-Control-Expose-Headers a script sees
// the 401 and not what the challenge asks for.
func Example_cors() {
	g := guard.New(one{}, &guard.Options{Logger: slog.New(slog.DiscardHandler)})
	api := b2chttp.New(g, nil)
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.NotFoundHandler()))
	handler := cors("https://app.contoso.com", mux)

	for _, tc := range []struct{ method, origin string }{
		{"OPTIONS", "https://app.contoso.com"},
		{"GET", "https://app.contoso.com"},
		{"OPTIONS", "https://elsewhere.example"},
	} {
		req := httptest.NewRequest(tc.method, "/tasks", nil)
		req.Header.Set("Origin", tc.origin)
		if tc.method == "OPTIONS" {
			req.Header.Set("Access-Control-Request-Method", "GET")
			req.Header.Set("Access-Control-Request-Headers", "authorization")
		}
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		h := rec.Header()
		fmt.Printf("%s %d allows %q, shows %q\n", tc.method, rec.Code, h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Expose-Headers"))
	}
	// Output:
	// OPTIONS 204 allows "https://app.contoso.com", shows "WWW-Authenticate, Retry-After"
	// GET 401 allows "https://app.contoso.com", shows "WWW-Authenticate, Retry-After"
	// OPTIONS 405 allows "", shows ""
}
