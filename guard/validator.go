// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"log/slog"
	"reflect"

	"github.com/b2ckit/b2ckit/validator"
)

// Validator is what a guard needs of a [validator.Validator].
//
// An implementation of one's own returns a [*validator.Error], or an error
// that wraps one, to say something about the token. Any other error means
// that the token could not be validated, and is answered with 503. It must not
// put the token into its errors, must return a token if it returns no error,
// and must be safe for concurrent use. The token that it returns is judged as it is
// then, and should be the caller's own: handlers may write to it. One that wraps
// another validator and writes to the tokens of that should return what
// token.Freeze().Token() returns: a handler's own [validator.Requirement.Check] goes
// by what a [validator.Validator] verified.
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
//
//	// Explain says why the token is refused. Guard.Explain asks it.
//	Explain(ctx context.Context, raw string, reqs ...validator.Requirement) *validator.Explanation
type Validator interface {
	Validate(ctx context.Context, raw string) (*validator.Token, error)
}

// freezer returns what keeps a token of the validator as it is. A validator that
// wraps another one may have written to the token, and may have meant it.
func freezer(v Validator) func(*validator.Token) validator.Frozen {
	if _, ok := v.(*validator.Validator); ok {
		return (*validator.Token).Verified
	}
	return (*validator.Token).Freeze
}

func canSatisfy(v Validator, r validator.Requirement) error {
	if v, ok := v.(interface {
		CanSatisfy(r validator.Requirement) error
	}); ok {
		return v.CanSatisfy(r)
	}
	return nil
}

// loggerOf returns what returns the logger at the time: the configured one, or
// the validator's, or the default one.
func loggerOf(v Validator, configured *slog.Logger) func() *slog.Logger {
	if configured != nil {
		return func() *slog.Logger { return configured }
	}
	if named, ok := v.(interface{ Logger() *slog.Logger }); ok {
		return func() *slog.Logger {
			if l := named.Logger(); l != nil {
				return l
			}
			return slog.Default()
		}
	}
	return slog.Default
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
