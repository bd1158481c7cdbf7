// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// maxExact is up to where a float64 is one whole number and no other (RFC 8259
// section 6): 2^53 is also what 2^53+1 is rounded to.
const maxExact = 1<<53 - 1

// Claim asks that a claim have one of the given values, or, if the claim is
// an array, that one of its elements do. Values are strings, bools, ints or
// float64s, and types must fit: "1" is not 1. Numbers are those that JSON
// carries exactly, up to 2^53-1; longer ones are for strings. A value with a
// fraction is compared as a float64.
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
		var err error
		if wants[i], err = wanted(v); err != nil {
			return Requirement{err: fmt.Errorf("validator: Claim(%q): %w", name, err)}
		}
	}
	return Requirement{text: fmt.Sprintf("Claim(%q, …)", name), check: func(_ context.Context, t *Token) *Error {
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

// wanted returns a value to ask for as string, bool or float64.
func wanted(v any) (any, error) {
	switch v := v.(type) {
	case string, bool:
		return v, nil
	case float64:
		return exact(v, v)
	case int:
		return exact(float64(v), v)
	case int64:
		return exact(float64(v), v)
	}
	return nil, fmt.Errorf("values of type %T are not supported", v)
}

// exact returns the number f, unless it may be another one than was given.
func exact(f float64, given any) (any, error) {
	if !(math.Abs(f) <= maxExact) { // NaN too
		return nil, fmt.Errorf("%v is beyond 2^53-1, where JSON numbers are not exact", given)
	}
	return f, nil
}

// scalar returns a JSON string, bool or number as string, bool or float64, and
// nil for all else, a number that no float64 stands for among it.
func scalar(v strictjson.Value) any {
	if s, ok := v.String(); ok {
		return s
	}
	if b, ok := v.Bool(); ok {
		return b
	}
	f, ok := v.Number()
	if !ok || f == math.Trunc(f) && !isWhole(string(v)) {
		return nil
	}
	return f
}

// isWhole reports whether a JSON number is a whole one before it is rounded.
func isWhole(number string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimRight(whole+fraction, "0")
	if digits == "" || exponent == "" && len(digits) <= len(whole) {
		return true // zero, or no fraction
	}
	shift, err := strconv.Atoi(cmp.Or(exponent, "0"))
	return err == nil && len(whole)+shift >= len(digits)
}
