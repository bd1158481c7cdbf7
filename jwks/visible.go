// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

const maxNameBytes = 256 // of a kid or an ETag

// isVisible reports whether a kid is fit to be looked up, or an ETag to be sent
// back: short, printable ASCII without spaces.
func isVisible(s string) bool {
	if s == "" || len(s) > maxNameBytes {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
