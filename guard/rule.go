// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"net/http"

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
}

// Check decides whether the request may pass. If so, it returns the context
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
	raw, fault := r.guard.credential(req)
	token, verified, ok := tokencontext.VerifiedBy(ctx, r.guard)
	switch {
	// The request may carry another credential than the outer one: a gateway
	// makes requests of its own on the context of the one it serves.
	case ok && fault == nil && raw == verified:
	case ok && fault != nil && fault.reason == ErrNoCredential && r.guard.header.isEmpty(req):
		// Taken off on the way, so that it goes no further.
	case fault != nil:
		if r.optional && fault.reason == ErrNoCredential {
			return tokencontext.Without(ctx), nil
		}
		return nil, r.guard.refusal(ctx, fault, nil)
	default:
		var err error
		if token, err = r.guard.validator.Validate(ctx, raw); err != nil {
			return nil, r.guard.refusal(ctx, err, nil)
		}
		if token == nil {
			return nil, r.guard.refusal(ctx, nil, nil)
		}
		ctx = tokencontext.With(ctx, token, r.guard, raw)
	}
	for _, requirement := range r.requirements {
		if err := requirement.Check(ctx, token); err != nil {
			return nil, r.guard.refusal(ctx, err, token)
		}
	}
	return ctx, nil
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
// answered. It is for adapters that leave the answer to the error flow of
// their framework. To have the framework's route in the log, pass a request
// with its Pattern set.
func (r *Rule) Report(req *http.Request, err error) *Refusal {
	ctx := req.Context()
	token, _ := tokencontext.From(ctx) // what the handler has that refuses
	refusal := r.guard.refusal(ctx, err, token)
	r.guard.reporter.report(req, refusal)
	return refusal
}
