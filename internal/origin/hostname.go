// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import "strings"

// IsHostname reports whether s is made of labels as host names have them, in
// lower case: letters, digits and inner hyphens, 63 at most. Underscores are in
// use inside of clusters, though no host name by the letter of RFC 1123.
func IsHostname(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if !isLetter(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isNumber reports whether a label makes resolvers take a name for an IPv4
// address (WHATWG URL, "ends in a number").
func isNumber(label string) bool {
	digits, isHex := strings.CutPrefix(label, "0x")
	for _, c := range []byte(digits) {
		if !isDigit(c) && (!isHex || c < 'a' || c > 'f') {
			return false
		}
	}
	return isHex || digits != ""
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
