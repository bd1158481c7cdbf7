// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package guid knows GUIDs in the form in which Azure writes them: tenants,
// applications, users. Without braces, and without regard to case.
package guid

// Is reports whether s is a GUID such as 775527ff-9a37-4307-8b3d-cc311f58d925.
func Is(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !isHex(c) {
				return false
			}
		}
	}
	return true
}

// Fold returns a GUID in lower case, and anything else as it is: it may count
// by case.
func Fold(s string) string {
	if !Is(s) {
		return s
	}
	for i := range len(s) {
		if isUpper(s[i]) {
			return lower(s)
		}
	}
	return s
}

func lower(s string) string {
	folded := []byte(s)
	for i, c := range folded {
		if isUpper(c) {
			folded[i] = c + 'a' - 'A'
		}
	}
	return string(folded)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
