// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"héllo <b>":                       "héllo <b>",
		"a\r\nb\x1b[31m":                  `a\u000d\u000ab\u001b[31m`,
		"\u202etxt\u2028":                 `\u202etxt\u2028`,
		"\U000e0041":                      `\udb40\udc41`,
		strings.Repeat("é", 200):          strings.Repeat("é", 200),
		strings.Repeat("é", 201):          strings.Repeat("é", 200) + "…",
		strings.Repeat("\n", 201):         strings.Repeat(`\u000a`, 200) + "…",
		strings.Repeat("x", 199) + "\n\n": strings.Repeat("x", 199) + `\u000a…`,
	} {
		if got := foreign.Text(in); got != want {
			t.Errorf("Text(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\tc":                "a\nb\\u0009c",
		"\ufeff{":                `\ufeff{`,
		strings.Repeat("é", 300): strings.Repeat("é", 300),
	} {
		if got := foreign.Visible(in); got != want {
			t.Errorf("Visible(%q): got %q, want %q", in, got, want)
		}
	}
}
