// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/b2ckit/b2ckit/validator"
)

// Validator is what a guard needs of a [validator.Validator].
//
// An implementation of one's own returns a [*validator.Error], or an error
// that wraps one, to say something about the token. Any other error means
// that the token could not be judged, and is answered with 503. It must not
// put the token into its errors, must return a token if it returns no error,
// and must be safe for concurrent use.
type Validator interface {
	Validate(ctx context.Context, raw string) (*validator.Token, error)
}

// Guard decides which requests may pass. Make one with [New] and share it:
// it is safe for concurrent use, has no goroutines and needs no closing.
type Guard struct {
	validator  Validator
	realm      string
	extractors []Extractor
	preflight  bool
	reporter   *reporter
}

// New returns a guard that lets pass what the validator accepts. It copies
// the options; nil means the defaults.
//
// Like [net/http.ServeMux.Handle], it panics on what can only be a mistake in
// the program: a nil validator or an invalid option.
func New(v Validator, opts *Options) *Guard {
	if isNil(v) {
		panic("guard: New: the validator is nil; look at the error of validator.New")
	}
	o := opts.orDefault()
	if err := o.check(); err != nil {
		panic("guard: New: " + err.Error())
	}
	return &Guard{
		validator:  v,
		realm:      o.realm(),
		extractors: slices.Clone(o.Extractors),
		preflight:  o.AllowPreflight,
		reporter:   newReporter(o.Logger, o.OnRefusal),
	}
}

// Rule returns the rule of a route, or of a group of routes, which only
// requests with a good token that satisfies all of the requirements pass.
// With no requirements, any good token does.
//
// It panics if the guard is nil or a requirement is invalid, so call it when
// routes are registered.
func (g *Guard) Rule(reqs ...validator.Requirement) *Rule { return g.rule(false, reqs) }

// Optional is like [Guard.Rule], but a request without a token passes too,
// and then carries none. A request with a bad token does not pass, nor does
// one whose token does not satisfy the requirements.
func (g *Guard) Optional(reqs ...validator.Requirement) *Rule { return g.rule(true, reqs) }

func (g *Guard) rule(optional bool, reqs []validator.Requirement) *Rule {
	if g == nil || g.validator == nil {
		panic("guard: the *Guard is nil or empty; make one with guard.New")
	}
	for i, r := range reqs {
		if err := r.Err(); err != nil {
			panic(fmt.Sprintf("guard: requirement %d is invalid: %v", i+1, err))
		}
	}
	return &Rule{guard: g, optional: optional, requirements: slices.Clone(reqs)}
}

// isNil also finds the nil *validator.Validator that is left when the error
// of its constructor was not looked at, and that is no nil interface.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice:
		return rv.IsNil()
	default:
		return false
	}
}
