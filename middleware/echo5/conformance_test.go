// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho5_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v5"

	"github.com/b2ckit/b2ckit/guard"
	b2cecho5 "github.com/b2ckit/b2ckit/middleware/echo5"
	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
)

func TestConformance(t *testing.T) {
	middlewaretest.Run(t, middlewaretest.Adapter{Router: router, Mounted: mounted})
}

func router(routes []middlewaretest.Route) http.Handler {
	e := echo.New()
	for _, route := range routes {
		handler := func(c *echo.Context) error {
			token, _ := b2cecho5.Token(c)
			route.Handler(c.Response(), c.Request(), token)
			return nil
		}
		if route.Prefix == "" {
			e.Add(route.Method, route.Path, handler, middlewares(route.Rules)...)
			continue
		}
		group := e.Group(route.Prefix, middlewares(route.Group)...)
		group.Add(route.Method, route.Path, handler, middlewares(route.Rules)...)
	}
	return e
}

func mounted(resources ...*guard.Resource) http.Handler {
	e := echo.New()
	for _, res := range resources {
		b2cecho5.Mount(e, res)
	}
	return e
}

func middlewares(rules []middlewaretest.Rule) (all []echo.MiddlewareFunc) {
	for _, rule := range rules {
		if rule.Optional {
			all = append(all, b2cecho5.New(rule.Guard, nil).Optional(rule.Requirements...))
		} else {
			all = append(all, b2cecho5.New(rule.Guard, nil).Require(rule.Requirements...))
		}
	}
	return all
}
