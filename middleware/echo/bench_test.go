// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/guard"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	"github.com/b2ckit/b2ckit/validator"
)

func BenchmarkMiddleware(b *testing.B) {
	bare := func(c echo.Context) error { return c.NoContent(204) }
	e := echo.New()
	e.GET("/bare", bare)
	e.GET("/guarded", bare, b2cecho.New(guard.New(fast{}, nil), nil).Require())
	benchmark(b, e)
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
