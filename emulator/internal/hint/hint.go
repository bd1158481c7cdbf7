// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package hint says what could have been meant.
package hint

import (
	"fmt"
	"strings"
)

// ThereAre lists what could have been meant.
func ThereAre[S ~string](names []S) string {
	const most = 12
	if len(names) == 0 {
		return "there is none"
	}
	shown := make([]string, min(len(names), most))
	for i := range shown {
		shown[i] = string(names[i])
	}
	text := "there are " + strings.Join(shown, ", ")
	if n := len(names) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
