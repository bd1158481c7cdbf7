// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// NewKey returns a random key.
func NewKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails
	return key
}

// ParseKey reads a key as it stands in a file or an environment variable: as
// 64 hex digits, or in base64, standard or URL-safe, padded or not. White
// space around it is ignored. An error holds nothing of the text.
//
// It takes no passphrase. Make a key with NewKey, or with
//
//	openssl rand -base64 32
func ParseKey(s string) ([]byte, error) {
	s = strings.TrimSpace(s)
	if len(s) == hex.EncodedLen(KeySize) {
		if key, err := hex.DecodeString(s); err == nil {
			return key, nil
		}
		return nil, fmt.Errorf("keyring: a key of %d characters that are not all hex digits", len(s))
	}
	unpadded := strings.TrimSuffix(s, "=")
	if len(unpadded) == base64.RawStdEncoding.EncodedLen(KeySize) && !strings.ContainsAny(unpadded, "\r\n") {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if key, err := encoding.Strict().DecodeString(unpadded); err == nil {
				return key, nil
			}
		}
		return nil, fmt.Errorf("keyring: a key of %d characters that is not base64 of %d bytes", len(s), KeySize)
	}
	return nil, fmt.Errorf("keyring: a key of %d characters; want %d bytes as 64 hex digits or in base64", len(s), KeySize)
}
