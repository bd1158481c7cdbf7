// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"iter"
	"regexp"
	"strings"
	"testing"
)

// What is read by hand is held to the pattern that says the same. To compile
// these took most of the time before a program's main.
var (
	hostname = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)
	number   = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)
	first    = regexp.MustCompile(`^/([a-zA-Z]{1,12}|v[0-9]{1,2})(/|$)`)
)

// texts yields every text of at most n of the parts, and some long ones.
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
		if !build("", n) {
			return
		}
		for _, part := range parts {
			for size := 10; size <= 65; size++ {
				if s := strings.Repeat(part, size); !yield("/"+s) || !yield(s) || !yield("a"+s) || !yield("a"+s+".b") || !yield("b."+s+"/") {
					return
				}
			}
		}
	}
}

func TestHostnameIsItsPattern(t *testing.T) {
	for s := range texts(5, "a", "z", "9", "-", "_", ".", "A", "é", "\xff", "\n", " ") {
		if got, want := IsHostname(s), hostname.MatchString(s); got != want {
			t.Fatalf("%q: got %v, want %v", s, got, want)
		}
	}
}

func TestNumberIsItsPattern(t *testing.T) {
	for s := range texts(6, "0", "9", "x", "a", "f", "g", "A", "-", "\n") {
		if got, want := isNumber(s), number.MatchString(s); got != want {
			t.Fatalf("%q: got %v, want %v", s, got, want)
		}
	}
}

func TestWordIsItsPattern(t *testing.T) {
	for s := range texts(5, "/", "v", "V", "Z", "1", "9", "@", "[", "é", "\n", "aaaaaa", "aaaaaaa") {
		if got, want := word(s), first.FindString(s); got != want {
			t.Fatalf("%q: got %q, want %q", s, got, want)
		}
	}
}
