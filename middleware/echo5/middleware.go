// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho5

import (
	"net/http"

	"github.com/labstack/echo/v5"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Options are the optional settings of a [Middleware].
type Options struct {
	// HandOver leaves the answer to Echo's HTTPErrorHandler: the middleware
	// sets the headers of the challenge and returns an [*echo.HTTPError] with
	// the status and the public text, which wraps the [*guard.Refusal]. That answers by
	// its ServeHTTP, and keeps what was changed in the headers. If false, the guard
	// answers, and the middleware returns nil.
	HandOver bool
}

// Middleware makes middleware of one guard, route by route. It is safe for
// concurrent use.
type Middleware struct {
	guard    *guard.Guard
	handOver bool
}

// New returns middleware of this guard. It panics if the guard is nil; nil
// options are the defaults.
func New(g *guard.Guard, opts *Options) *Middleware {
	if g == nil {
		panic("b2cecho5: the *guard.Guard is nil; make one with guard.New")
	}
	return &Middleware{g, opts != nil && opts.HandOver}
}

// Require lets requests pass that carry a good token which satisfies all of
// the requirements. It panics if one is invalid, or if the guard's validator
// says that no token can satisfy them, see guard.Validator.
func (m *Middleware) Require(reqs ...validator.Requirement) echo.MiddlewareFunc {
	return m.wrap(m.guard.Rule(reqs...))
}

// Optional is like [Middleware.Require], but lets requests without a token
// pass, too. It refuses a bad token.
func (m *Middleware) Optional(reqs ...validator.Requirement) echo.MiddlewareFunc {
	return m.wrap(m.guard.Optional(reqs...))
}

// Token returns the verified token of the request. There is none where no guard stands
// in front, or where an optional one let a request without a token pass.
func Token(c *echo.Context) (*validator.Token, bool) {
	return guard.FromContext(c.Request().Context())
}

// Mount serves the resource's metadata at [guard.Resource.Paths]. It panics if
// something is registered there, such as another resource, see
// guard.ResourceOptions.PathOnly. Nobody has a token yet who asks for it: use a guard on
// groups and routes, since one that is installed with e.Use stands before this too.
func Mount(e *echo.Echo, res *guard.Resource) {
	for _, path := range res.Paths() {
		for _, route := range e.Router().Routes() {
			if route.Path == path {
				panic("b2cecho5: Mount: " + path + " is taken, maybe by another Resource; set ResourceOptions.PathOnly of all but one")
			}
		}
		e.Match([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, path, echo.WrapHandler(res))
	}
}

func (m *Middleware) wrap(rule *guard.Rule) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			admitted, err := rule.Admit(c.Request(), c.Path())
			if err != nil {
				return m.deny(c, rule, err)
			}
			c.SetRequest(admitted)
			return next(c)
		}
	}
}

func (m *Middleware) deny(c *echo.Context, rule *guard.Rule, err error) error {
	req := c.Request().WithContext(c.Request().Context()) // a copy, for its Pattern
	req.Pattern = c.Path()
	if !m.handOver {
		rule.Deny(c.Response(), req, err)
		return nil
	}
	refusal := rule.HandOver(c.Response().Header(), req, err)
	return echo.NewHTTPError(refusal.Status, refusal.Description).Wrap(refusal)
}
