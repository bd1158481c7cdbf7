// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package secret makes names that can't be guessed.
package secret

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
)

// Length is that of a Name.
const Length = 43

// Name returns a new name for a cookie, a form or a URL.
func Name() string { return Text(32) }

// Text returns so many random bytes as text.
func Text(bytes int) string {
	secret := make([]byte, bytes)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(secret)
}

// Token returns a new code or refresh token. B2C's look like this: a JWE in
// compact form that only B2C can read.
func Token() string {
	parts := []string{base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"cpimcore_09252015","ver":"1.0","zip":"Deflate","ser":"1.0"}`))}
	for _, length := range []int{256, 12, 180, 16} { // wrapped key, nonce, ciphertext, tag
		parts = append(parts, Text(length))
	}
	return strings.Join(parts, ".")
}
