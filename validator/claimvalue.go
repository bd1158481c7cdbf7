// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// maxExact is up to where every whole number is a float64 (RFC 8259 section 6).
const maxExact = 1 << 53

// Claim asks that a claim have one of the given values, or, if the claim is
// an array, that one of its elements do. Values are strings, bools, ints or
// float64s, and types must fit: "1" is not 1.
//
// Users can edit many claims themselves (name, city, extension attributes
// shown on a profile page). Ask only for claims that your policies protect.
func Claim(name string, values ...any) Requirement {
	if err := checkText(name); err != nil {
		return Requirement{err: fmt.Errorf("validator: Claim(%q): %w", name, err)}
	}
	if len(values) == 0 {
		return Requirement{err: fmt.Errorf("validator: Claim(%q): want at least one value", name)}
	}
	wants := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case string, bool, float64:
			wants[i] = v
		case int, int64:
			n := reflect.ValueOf(v).Int()
			if n > maxExact || n < -maxExact {
				return Requirement{err: fmt.Errorf("validator: Claim(%q): %d is beyond 2^53, where JSON numbers are not exact", name, n)}
			}
			wants[i] = float64(n)
		default:
			return Requirement{err: fmt.Errorf("validator: Claim(%q): values of type %T are not supported", name, v)}
		}
	}
	return Requirement{check: func(_ context.Context, t *Token) *Error {
		raw, ok := t.claims.claim(name)
		if !ok {
			return refuse(ErrClaimRequired, name, "the token has no claim %q", name)
		}
		candidates := []strictjson.Value{raw}
		if elems, ok := raw.Elements(); ok {
			candidates = elems
		}
		for _, c := range candidates {
			if v := scalar(c); v != nil && slices.Contains(wants, v) {
				return nil
			}
		}
		return refuse(ErrClaimRequired, name, "claim %q has none of the values asked for", name)
	}}
}

// scalar returns a JSON string, bool or number as string, bool or float64.
func scalar(v strictjson.Value) any {
	if s, ok := v.String(); ok {
		return s
	}
	if b, ok := v.Bool(); ok {
		return b
	}
	if f, ok := v.Number(); ok {
		return f
	}
	return nil
}
