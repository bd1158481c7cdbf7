// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// BenchmarkCheck is what the guard costs beside the validator.
func BenchmarkCheck(b *testing.B) {
	rule := guard.New(validateFunc(accept), quiet()).Rule(validator.Scope("tasks.read"))
	req := get("Bearer " + strings.Repeat("a1-_", 300)) // as long as a real one
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rule.Check(req); err != nil {
			b.Fatal(err)
		}
	}
}
