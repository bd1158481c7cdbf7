// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"errors"
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
//
// These methods are optional. A validator that wraps another one may pass them
// on; an embedded Validator does not.
//
//	// CanSatisfy returns why no token that the validator accepts can satisfy
//	// the requirement. Guard.Rule and Guard.Optional ask it, and panic.
//	// Without it, an impossible route refuses everybody with 403.
//	CanSatisfy(r validator.Requirement) error
//
//	// Logger returns where the guard logs to if its own options name no
//	// logger, and nil for slog.Default.
//	Logger() *slog.Logger
type Validator interface {
	Validate(ctx context.Context, raw string) (*validator.Token, error)
}

// Guard decides which requests may pass. Make one with [New] and share it:
// it is safe for concurrent use, has no goroutines and needs no closing.
type Guard struct {
	validator  Validator
	realm      string
	header     header
	extractors []Extractor
	preflight  bool
	omitUser   bool
	reporter   *reporter
}

// New returns a guard that lets pass what the validator accepts. It copies
// the options; nil means the defaults.
//
// Like [net/http.ServeMux.Handle], it panics on what can only be mistakes in
// the program, a nil validator and invalid options, and names all of them.
func New(v Validator, opts *Options) *Guard {
	o := opts.orDefault()
	errs := o.check()
	if isNil(v) {
		errs = append(errs, errors.New("the validator is nil; look at the error of validator.New"))
	}
	if err := errors.Join(errs...); err != nil {
		panic("guard: New: " + err.Error())
	}
	return &Guard{
		validator:  v,
		realm:      o.realm(),
		header:     o.header(),
		extractors: slices.Clone(o.Extractors),
		preflight:  o.AllowPreflight,
		omitUser:   o.OmitUser,
		reporter:   newReporter(v, o),
	}
}

// Rule returns the rule of a route, or of a group of routes, which only
// requests with a good token that satisfies all of the requirements pass.
// With no requirements, any good token does.
//
// It panics if the guard is nil, if requirements are invalid, or if the
// validator says that no token can satisfy all of them, see [Validator]. So
// call it when routes are registered.
func (g *Guard) Rule(reqs ...validator.Requirement) *Rule { return g.rule(false, reqs) }

// Optional is like [Guard.Rule], but a request without a token passes too,
// and then carries none. A request with a bad token does not pass, nor does
// one whose token does not satisfy the requirements.
func (g *Guard) Optional(reqs ...validator.Requirement) *Rule { return g.rule(true, reqs) }

func (g *Guard) rule(optional bool, reqs []validator.Requirement) *Rule {
	if err := errors.Join(g.mistakes(reqs)...); err != nil {
		panic("guard: " + err.Error())
	}
	return &Rule{guard: g, optional: optional, requirements: slices.Clone(reqs)}
}

// mistakes returns all that is wrong with a rule of these requirements.
func (g *Guard) mistakes(reqs []validator.Requirement) (errs []error) {
	if g == nil || g.validator == nil {
		errs = append(errs, errors.New("the *Guard is nil or empty; make one with guard.New"))
	}
	for i, r := range reqs {
		if err := r.Err(); err != nil {
			errs = append(errs, fmt.Errorf("requirement %d is invalid: %w", i+1, err))
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

func canSatisfy(v Validator, r validator.Requirement) error {
	if v, ok := v.(interface {
		CanSatisfy(r validator.Requirement) error
	}); ok {
		return v.CanSatisfy(r)
	}
	return nil
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
