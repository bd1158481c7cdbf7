// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package lazy_test

import (
	"fmt"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
)

func Example() {
	digits := lazy.Regexp(`^\d+$`)
	fmt.Println(digits().MatchString("42"))
	// Output: true
}

// A pattern costs nothing before it is asked for, not even its mistake.
func TestRegexpIsLazy(t *testing.T) {
	wrong := lazy.Regexp(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong pattern does not panic")
		}
	}()
	wrong()
}
