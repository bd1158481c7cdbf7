// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package fold compares texts in which case doesn't count.
package fold

import (
	"strings"
	"unicode"
)

// Set is of strings, in any case.
type Set map[string]struct{}

// Has reports whether s is in it.
func (set Set) Has(s string) bool {
	_, ok := set[folded(s)]
	return ok
}

// Twice reports whether s was seen before, and adds it.
func (set Set) Twice(s string) bool {
	if set.Has(s) {
		return true
	}
	set[folded(s)] = struct{}{}
	return false
}

// folded returns the same text for all that strings.EqualFold takes for equal.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, s)
}
