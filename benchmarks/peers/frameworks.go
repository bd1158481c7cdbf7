// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
)

// The frameworks.
const (
	NetHTTP compare.Framework = "net/http"
	Echo    compare.Framework = "Echo"
	Gin     compare.Framework = "Gin"
)

// Frameworks are all of them.
var Frameworks = []compare.Framework{NetHTTP, Echo, Gin}

// Unguarded is the handler behind all middleware of a framework, with none before it.
// It refuses nobody.
func Unguarded(f compare.Framework) *compare.Subject {
	switch f {
	case Echo:
		return compare.Handler(onEcho())
	case Gin:
		return compare.Handler(onGin())
	default:
		return compare.Handler(onNetHTTP(func(h http.Handler) http.Handler { return h }))
	}
}

func onNetHTTP(middleware func(http.Handler) http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+compare.Path, middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })))
	return mux
}

func onEcho(middleware ...echo.MiddlewareFunc) http.Handler {
	e := echo.New()
	e.GET(compare.Path, func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, middleware...)
	return e
}

func onGin(middleware ...gin.HandlerFunc) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET(compare.Path, append(middleware, func(c *gin.Context) { c.Status(http.StatusNoContent) })...)
	return r
}
