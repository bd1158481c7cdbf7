// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hint_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/hint"
)

func TestThereAre(t *testing.T) {
	for want, names := range map[string][]string{
		"there is none":  nil,
		"there are a, b": {"a", "b"},
		"there are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12":            strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12"),
		"there are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more": strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14"),
	} {
		if got := hint.ThereAre(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
