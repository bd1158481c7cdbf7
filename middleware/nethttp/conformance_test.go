// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
)

func TestConformance(t *testing.T) {
	middlewaretest.Run(t, middlewaretest.Adapter{Router: router, Mounted: mounted})
}

func router(routes []middlewaretest.Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, _ := guard.FromContext(r.Context())
			route.Handler(w, r, token)
		})
		for _, rule := range slices.Backward(slices.Concat(route.Group, route.Rules)) {
			h = middleware(rule)(h)
		}
		mux.Handle(route.Method+" "+route.Prefix+route.Path, h)
	}
	return mux
}

func mounted(resources ...*guard.Resource) http.Handler {
	mux := http.NewServeMux()
	for _, res := range resources {
		res.Mount(mux)
	}
	return mux
}

func middleware(rule middlewaretest.Rule) func(http.Handler) http.Handler {
	if rule.Optional {
		return b2chttp.New(rule.Guard, nil).Optional(rule.Requirements...)
	}
	return b2chttp.New(rule.Guard, nil).Require(rule.Requirements...)
}
