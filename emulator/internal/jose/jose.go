// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package jose writes tokens and keys: JSON objects in a fixed order, and
// anything in them, for the tests of those who read them.
package jose

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
)

// Compact returns the JWS of RFC 7515 §3.1.
func Compact(sign func(input []byte) []byte, header, payload []byte) string {
	b64 := base64.RawURLEncoding
	var b strings.Builder
	b.WriteString(b64.EncodeToString(header))
	b.WriteByte('.')
	b.WriteString(b64.EncodeToString(payload))
	signature := sign([]byte(b.String()))
	b.WriteByte('.')
	b.WriteString(b64.EncodeToString(signature))
	return b.String()
}

// Thumbprint is RFC 7638 for an RSA key: the required members, in the order of
// their names, without spaces.
func Thumbprint(k *rsa.PublicKey) string {
	e, n := EncodedKey(k)
	digest := sha256.Sum256([]byte(`{"e":"` + e + `","kty":"RSA","n":"` + n + `"}`))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

// EncodedKey returns the exponent and modulus as RFC 7518 §6.3.1 writes them.
func EncodedKey(k *rsa.PublicKey) (e, n string) {
	return base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.E)).Bytes()),
		base64.RawURLEncoding.EncodeToString(k.N.Bytes())
}
