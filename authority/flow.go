// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"strings"
)

// isFlow reports whether s can be the name of a flow, as in Microsoft's
// passport-azure-ad, lib/constants.js: /^b2c_1a?_[0-9a-z._-]+$/i.
func isFlow(s string) bool {
	own := cutPrefix(s, "b2c_1_")
	if own == "" {
		own = cutPrefix(s, "b2c_1a_")
	}
	for _, c := range []byte(own) {
		if !isLetterOrDigit(c) && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return own != "" && len(own) <= 128
}

// cutPrefix returns what stands behind a prefix, in whatever case; "" if
// nothing does.
func cutPrefix(s, prefix string) string {
	if len(s) <= len(prefix) || !SameFlow(s[:len(prefix)], prefix) {
		return ""
	}
	return s[len(prefix):]
}

// CheckFlow returns an error if this can't be the name of a user flow
// (B2C_1_…) or custom policy (B2C_1A_…).
func CheckFlow(name string) error { return checkFlow("flow", name) }

func checkFlow(field, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("authority: %s: empty; want a user flow or custom policy such as B2C_1_susi", field)
	case !isFlow(name):
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

func isLetterOrDigit(c byte) bool {
	c = lower(c)
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
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
		if isFlow(part) {
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
