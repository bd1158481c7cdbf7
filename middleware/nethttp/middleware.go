// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2chttp

import (
	"net/http"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Options are the optional settings of a [Middleware].
type Options struct {
	// ErrorHandler, if not nil, answers refused requests instead of the guard.
	// The headers of the challenge are set when it is called, and the refusal
	// is logged and counted. It must write the status, refusal.Status, before
	// a body: net/http sends 200 otherwise. It can fall back on
	// refusal.ServeHTTP(w, r), which keeps what was changed in the headers.
	ErrorHandler func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal)
}

// Middleware makes middleware of one guard, route by route. It is safe for
// concurrent use.
type Middleware struct {
	guard        *guard.Guard
	errorHandler func(w http.ResponseWriter, r *http.Request, refusal *guard.Refusal)
}

// New returns middleware of this guard. It panics if the guard is nil; nil
// options are the defaults.
func New(g *guard.Guard, opts *Options) *Middleware {
	if g == nil {
		panic("b2chttp: the *guard.Guard is nil; make one with guard.New")
	}
	m := &Middleware{guard: g}
	if opts != nil {
		m.errorHandler = opts.ErrorHandler
	}
	return m
}

// Require lets requests pass that carry a good token which satisfies all of
// the requirements. It panics if one is invalid, or if the guard's validator
// says that no token can satisfy them, see guard.Validator.
func (m *Middleware) Require(reqs ...validator.Requirement) func(http.Handler) http.Handler {
	return m.wrap(m.guard.Rule(reqs...))
}

// Optional is like [Middleware.Require], but lets requests without a token
// pass, too. It refuses a bad token.
func (m *Middleware) Optional(reqs ...validator.Requirement) func(http.Handler) http.Handler {
	return m.wrap(m.guard.Optional(reqs...))
}

func (m *Middleware) wrap(rule *guard.Rule) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if next == nil {
			panic("b2chttp: the handler is nil")
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			admitted, err := rule.Admit(r, r.Pattern)
			if err != nil {
				m.deny(w, r, rule, err)
				return
			}
			next.ServeHTTP(w, admitted)
		})
	}
}

func (m *Middleware) deny(w http.ResponseWriter, r *http.Request, rule *guard.Rule, err error) {
	if m.errorHandler == nil {
		rule.Deny(w, r, err)
		return
	}
	m.errorHandler(w, r, rule.HandOver(w.Header(), r, err))
}
