// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package fold_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
)

func TestSet(t *testing.T) {
	set := fold.Set{}
	for _, row := range []struct {
		text  string
		twice bool
	}{{"a", false}, {"A", true}, {"", false}, {"", true}, {"k", false}, {"\u212a", true}, {"ß", false}, {"ss", false}} { // U+212A is the Kelvin sign
		if set.Has(row.text) != row.twice || set.Twice(row.text) != row.twice || !set.Has(row.text) {
			t.Errorf("%q: want twice to be %t", row.text, row.twice)
		}
	}
}
