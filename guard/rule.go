// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// Rule is what a guard asks of the requests to a route or a group of routes.
// Make one with [Guard.Rule] or [Guard.Optional]. It never changes and is
// safe for concurrent use.
type Rule struct {
	guard        *Guard
	optional     bool
	requirements []validator.Requirement
	scopes       []string // of the requirements, that clients may ask for
}

// Rule returns the rule of a route, or of a group of routes, which only
// requests with a good token that satisfies all of the requirements pass.
// With no requirements, any good token does.
//
// It panics if the guard is nil, if requirements are invalid, if the validator
// says that no token can satisfy all of them, see [Validator], or if they ask for a
// scope that ResourceOptions does not name. So call it when routes are registered.
func (g *Guard) Rule(reqs ...validator.Requirement) *Rule { return g.rule(false, reqs) }

// Optional is like [Guard.Rule], but a request without a token passes too,
// and then carries none. A request with a bad token does not pass, nor does
// one whose token does not satisfy the requirements.
func (g *Guard) Optional(reqs ...validator.Requirement) *Rule { return g.rule(true, reqs) }

func (g *Guard) rule(optional bool, reqs []validator.Requirement) *Rule {
	if err := errors.Join(g.mistakes(reqs)...); err != nil {
		panic("guard: " + err.Error())
	}
	return &Rule{guard: g, optional: optional, requirements: slices.Clone(reqs), scopes: g.resource.register(reqs)}
}

// mistakes returns all that is wrong with a rule of these requirements.
func (g *Guard) mistakes(reqs []validator.Requirement) (errs []error) {
	var resource *Resource
	if g == nil || g.validator == nil {
		errs = append(errs, errors.New("the *Guard is nil or empty; make one with guard.New"))
	} else {
		resource = g.resource
	}
	for i, r := range reqs {
		if err := r.Err(); err != nil {
			errs = append(errs, fmt.Errorf("requirement %d is invalid: %w", i+1, err))
		} else if err := resource.mistake(i+1, r); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 || len(reqs) == 0 {
		return errs
	}
	// Taken together: each alone may be possible.
	if err := canSatisfy(g.validator, validator.AllOf(reqs...)); err != nil {
		errs = append(errs, fmt.Errorf("no token can satisfy the requirements: %w", err))
	}
	return errs
}

// Check decides whether the request may pass, and is [Rule.Admit] without a report. If so, it returns the context
// to go on with, which carries the verified token, see [FromContext]. If
// not, the error is a [*Refusal] and the context is nil.
//
// It has no side effects: it writes, logs and counts nothing. It does not
// touch the body. It blocks as long as the validator does, at most until the
// request's context ends. A panic of the validator goes through.
func (r *Rule) Check(req *http.Request) (context.Context, error) {
	ctx := req.Context()
	if r.guard.preflight && isPreflight(req) {
		return tokencontext.Without(ctx), nil
	}
	raw, problem := r.guard.credentials.token(req)
	verified, as, ok := tokencontext.VerifiedBy(ctx, r.guard)
	if ok && problem != nil && problem.reason == ErrNoCredential && r.guard.credentials.header.isEmpty(req) {
		raw, problem = as, nil // taken off on the way, so that it goes no further
	}
	switch {
	case problem != nil:
		if r.optional && problem.reason == ErrNoCredential {
			return tokencontext.Without(ctx), nil
		}
		return nil, r.refuse(ctx, problem, validator.Frozen{})
	// The request may carry another credential than the outer one: a gateway
	// makes requests of its own on the context of the one it serves. And that
	// may go on for longer than the token is good for.
	case !ok || raw != as || verified.Expired():
		token, err := r.guard.validator.Validate(ctx, raw)
		if err != nil || token == nil {
			return nil, r.refuse(ctx, err, validator.Frozen{})
		}
		verified = r.guard.freeze(token)
		ctx = tokencontext.With(ctx, token, verified, r.guard, raw)
	}
	if err := verified.Satisfies(ctx, r.requirements...); err != nil {
		return nil, r.refuse(ctx, err, verified)
	}
	return ctx, nil
}

// Admit decides as [Rule.Check] does, and calls Options.OnAcceptance if the request
// may pass; for a line at level Debug see Options.Logger. If so, it returns the
// request to go on with, which has the context of Check; if not, the request is nil.
// It is for adapters, which then answer a refused request with [Rule.Deny] or
// [Rule.HandOver]. The route is what the framework knows the request's route by, or "".
// If there is nobody to tell, it costs no more than Check and
// [http.Request.WithContext].
func (r *Rule) Admit(req *http.Request, route string) (*http.Request, error) {
	ctx, err := r.Check(req)
	if err != nil {
		return nil, err
	}
	admitted := req.WithContext(ctx)
	if r.guard.reporter.wantsAcceptance(req) {
		a := newAcceptance(req.Context(), ctx, r.guard)
		if r.guard.refuser.omitUser {
			a.anonymize()
		}
		told := admitted
		if told.Pattern != route {
			told = told.WithContext(ctx) // a copy, for its Pattern
			told.Pattern = route
		}
		r.guard.reporter.accept(told, a)
	}
	return admitted, nil
}

// Deny answers a request that did not pass: it reports the refusal as
// [Rule.Report] does and writes the answer as [Refusal.ServeHTTP] does. The
// error is usually the one of [Rule.Check]; a handler may also pass the error
// of a [validator.Requirement] that it checked itself. Any other error is
// answered with 503, nil with 500, and neither text reaches the client.
func (r *Rule) Deny(w http.ResponseWriter, req *http.Request, err error) {
	r.Report(req, err).ServeHTTP(w, req)
}

// Report logs the refusal, calls Options.OnRefusal, and returns what is to be
// answered. To have the framework's route in the log, pass a request
// with its Pattern set.
func (r *Rule) Report(req *http.Request, err error) *Refusal {
	ctx := req.Context()
	// The token that the handler has that refuses, without what was written to it.
	refusal := r.refuse(ctx, err, tokencontext.Frozen(ctx))
	r.guard.reporter.report(req, refusal)
	return refusal
}

func (r *Rule) refuse(ctx context.Context, err error, verified validator.Frozen) *Refusal {
	return r.guard.refuser.refuse(ctx, err, verified, r.scopes)
}

// HandOver reports the refusal as [Rule.Report] does, and sets the headers of the
// challenge in those of the response. It is for adapters that leave the rest to the
// application. If that falls back on [Refusal.ServeHTTP] for the same response, what it
// has changed in the headers by then stays.
func (r *Rule) HandOver(h http.Header, req *http.Request, err error) *Refusal {
	refusal := new(*r.Report(req, err)) // whose may be the application's, for many requests
	refusal.SetHeader(h)
	refusal.headers = h
	return refusal
}

// isPreflight reports whether the request is a CORS preflight as the Fetch
// standard defines it.
func isPreflight(req *http.Request) bool {
	return req.Method == http.MethodOptions &&
		req.Header.Get("Origin") != "" &&
		req.Header.Get("Access-Control-Request-Method") != ""
}
