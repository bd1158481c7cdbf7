// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cgin_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/b2ckit/b2ckit/guard"
	b2cgin "github.com/b2ckit/b2ckit/middleware/gin"
	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode) // so that it does not print its routes
	os.Exit(m.Run())
}

func TestConformance(t *testing.T) {
	middlewaretest.Run(t, middlewaretest.Adapter{Router: router, Mounted: mounted})
}

func router(routes []middlewaretest.Route) http.Handler {
	engine := gin.New()
	for _, route := range routes {
		handler := func(c *gin.Context) {
			token, _ := b2cgin.Token(c)
			route.Handler(c.Writer, c.Request, token)
		}
		group := engine.Group(route.Prefix, middlewares(route.Group)...)
		group.Handle(route.Method, route.Path, append(middlewares(route.Rules), handler)...)
	}
	return engine
}

func mounted(resources ...*guard.Resource) http.Handler {
	engine := gin.New()
	for _, res := range resources {
		b2cgin.Mount(engine, res)
	}
	return engine
}

func middlewares(rules []middlewaretest.Rule) (all []gin.HandlerFunc) {
	for _, rule := range rules {
		if rule.Optional {
			all = append(all, b2cgin.New(rule.Guard, nil).Optional(rule.Requirements...))
		} else {
			all = append(all, b2cgin.New(rule.Guard, nil).Require(rule.Requirements...))
		}
	}
	return all
}
