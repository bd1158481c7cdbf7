// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"regexp"
	"strings"
)

// As in Microsoft's passport-azure-ad, lib/constants.js.
var flowPattern = regexp.MustCompile(`^(?i:b2c_1a?_)[A-Za-z0-9._-]{1,128}$`)

// CheckFlow returns an error if this can't be the name of a user flow
// (B2C_1_…) or custom policy (B2C_1A_…).
func CheckFlow(name string) error { return checkFlow("flow", name) }

func checkFlow(field, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("authority: %s: empty; want a user flow or custom policy such as B2C_1_susi", field)
	case !flowPattern.MatchString(name):
		return fieldError(field, name, "is not the name of a user flow (B2C_1_…) or custom policy (B2C_1A_…)"+flowInstead(name))
	}
	return nil
}

// FoldFlow folds the case of a flow name, for use as a key; it suits GUIDs and
// host names as well. Only ASCII letters fold: these names have no others, and
// Unicode knows letters beyond them that fold to ASCII ones.
func FoldFlow(name string) string {
	folded := []byte(name)
	for i, c := range folded {
		folded[i] = lower(c)
	}
	return string(folded)
}

// SameFlow reports whether two flow names differ at most in case.
func SameFlow(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// flowInstead ends the text on what is no flow's name: it says which flow is in
// it, as in a URL or a list.
func flowInstead(text string) string {
	if len(text) > 2048 {
		return ""
	}
	var found []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/?&=#,; \t\r\n", r) }) {
		if flowPattern.MatchString(part) {
			found = append(found, part)
		}
	}
	switch {
	case len(found) > 1:
		return "; it holds several, each of which is an argument of its own"
	case len(found) == 1:
		return " alone; want " + found[0]
	}
	return ""
}
