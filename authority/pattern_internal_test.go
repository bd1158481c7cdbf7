// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"iter"
	"regexp"
	"strings"
	"testing"
)

// What is read by hand is held to the pattern that says the same. To compile
// these took most of the time before a program's main.
var (
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	domainPattern = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	guidPattern   = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	flowPattern   = regexp.MustCompile(`^(?i:b2c_1a?_)[A-Za-z0-9._-]{1,128}$`)
)

// texts yields every text of at most n of the parts.
func texts(n int, parts ...string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var build func(s string, n int) bool
		build = func(s string, n int) bool {
			if !yield(s) {
				return false
			}
			for _, part := range parts {
				if n > 0 && !build(s+part, n-1) {
					return false
				}
			}
			return true
		}
		build("", n)
	}
}

func TestNamesAreTheirPatterns(t *testing.T) {
	check := func(s string) {
		t.Helper()
		if got, want := isName(s), namePattern.MatchString(s); got != want {
			t.Fatalf("%q is a name: got %v, want %v", s, got, want)
		}
		if got, want := isDomain(s), len(s) <= 253 && domainPattern.MatchString(s); got != want {
			t.Fatalf("%q is a domain: got %v, want %v", s, got, want)
		}
	}
	for s := range texts(5, "a", "Z", "9", "-", "_", ".", "K", "é", "\xff", "\n", "@", "[") {
		check(s)
	}
	for size := 50; size <= 260; size++ {
		label := strings.Repeat("x", size)
		check(label)
		check("a." + label)
		check(label + ".b")
		check(strings.Repeat("a.", size/2) + "b")
		check(strings.Repeat("a.", size/2) + "bc")
	}
}

func TestFlowsAreTheirPattern(t *testing.T) {
	check := func(s string) {
		t.Helper()
		if got, want := isFlow(s), flowPattern.MatchString(s); got != want {
			t.Fatalf("%q is a flow: got %v, want %v", s, got, want)
		}
	}
	for s := range texts(5, "b2c", "B2C", "_", "1", "a", "A", "-", ".", "K", "é", "\n", "@", "[", "/") {
		check(s)
	}
	for size := range 140 {
		check("B2C_1_" + strings.Repeat("x", size))
		check("b2c_1a_" + strings.Repeat("_", size))
	}
}

func TestGUIDWithinIsItsPattern(t *testing.T) {
	const id = "775527ff-9a37-4307-8b3d-cc311f58d925"
	for s := range texts(4, id, zeroGUID, id[:35], id[1:], "a", "9", "z", "_", "-", " ", "é", "\n", "{") {
		if got, want := guidWithin(s), guidPattern.FindString(s); got != want {
			t.Fatalf("%q: got %q, want %q", s, got, want)
		}
	}
}
