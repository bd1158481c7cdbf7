// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cgin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Options are the optional settings of a [Middleware].
type Options struct {
	// HandOver leaves the body to the application: the guard sets the status
	// and the headers of the challenge, adds the [*guard.Refusal] to c.Errors
	// and aborts. A middleware outside of it finds the refusal there after
	// c.Next(), and writes, or has its ServeHTTP answer, which keeps what was changed in
	// the headers. If none does, the answer has no body. If false,
	// the guard answers, and nothing is added to c.Errors.
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
		panic("b2cgin: the *guard.Guard is nil; make one with guard.New")
	}
	return &Middleware{g, opts != nil && opts.HandOver}
}

// Require lets requests pass that carry a good token which satisfies all of
// the requirements. It panics if one is invalid, or if the guard's validator
// says that no token can satisfy them, see guard.Validator.
func (m *Middleware) Require(reqs ...validator.Requirement) gin.HandlerFunc {
	return m.handler(m.guard.Rule(reqs...))
}

// Optional is like [Middleware.Require], but lets requests without a token
// pass, too. It refuses a bad token.
func (m *Middleware) Optional(reqs ...validator.Requirement) gin.HandlerFunc {
	return m.handler(m.guard.Optional(reqs...))
}

// Token returns the verified token of the request. There is none where no guard stands
// in front, or where an optional one let a request without a token pass.
func Token(c *gin.Context) (*validator.Token, bool) {
	if c.Request == nil { // as gin.CreateTestContext leaves it
		return nil, false
	}
	return guard.FromContext(c.Request.Context())
}

// Mount serves the resource's metadata at [guard.Resource.Paths]. It panics if
// something is registered there, such as another resource, see
// guard.ResourceOptions.PathOnly. Nobody has a token yet who asks for it, so mount it
// before a guard is installed with r.Use, if one is.
func Mount(r *gin.Engine, res *guard.Resource) {
	for _, path := range res.Paths() {
		for _, route := range r.Routes() {
			if route.Path == path {
				panic("b2cgin: Mount: " + path + " is taken, maybe by another Resource; set ResourceOptions.PathOnly of all but one")
			}
		}
		r.Match([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, path, gin.WrapH(res))
	}
}

func (m *Middleware) handler(rule *guard.Rule) gin.HandlerFunc {
	return func(c *gin.Context) {
		admitted, err := rule.Admit(c.Request, c.FullPath())
		if err != nil {
			m.deny(c, rule, err)
			return
		}
		c.Request = admitted
	}
}

func (m *Middleware) deny(c *gin.Context, rule *guard.Rule, err error) {
	c.Abort()
	req := c.Request.WithContext(c.Request.Context()) // a copy, for its Pattern
	req.Pattern = c.FullPath()
	if !m.handOver {
		rule.Deny(c.Writer, req, err)
		c.Writer.WriteHeaderNow() // Gin holds the header back where there is no body
		return
	}
	refusal := rule.HandOver(c.Writer.Header(), req, err)
	c.Status(refusal.Status)
	_ = c.Error(refusal) // returns its argument
}
