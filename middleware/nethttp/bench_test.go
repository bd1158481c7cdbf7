// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

func BenchmarkMiddleware(b *testing.B) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux := http.NewServeMux()
	mux.Handle("GET /bare", bare)
	mux.Handle("GET /guarded", b2chttp.New(guard.New(fast{}, nil), nil).Require()(bare))
	benchmark(b, mux)
}

// fast is a validator that costs nothing.
type fast struct{}

var fastToken = &validator.Token{}

func (fast) Validate(context.Context, string) (*validator.Token, error) { return fastToken, nil }

func benchmark(b *testing.B, h http.Handler) {
	for _, path := range []string{"bare", "guarded"} {
		b.Run(path, func(b *testing.B) {
			req := httptest.NewRequest(http.MethodGet, "/"+path, nil)
			req.Header.Set("Authorization", "Bearer "+strings.Repeat("a1-_", 300))
			w := discard{}
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, req)
			}
		})
	}
}

// discard is a ResponseWriter that costs nothing.
type discard struct{}

var discarded = http.Header{}

func (discard) Header() http.Header         { return discarded }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
