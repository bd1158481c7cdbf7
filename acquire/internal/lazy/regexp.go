// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package lazy puts off until first use what a program may never need: to compile the
// regular expressions of errors and cookies would cost each start half a millisecond.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns the regular expression of a pattern, which is compiled when it is
// first asked for; then it panics if it is none. It is safe for concurrent use.
func Regexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
