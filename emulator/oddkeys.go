// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "strings"

// Numbers nobody has the private half of.
var (
	oddModulus   = "u" + strings.Repeat("f00dcafe", 43)[:340] + "w" // 2048 bits
	shortModulus = "u" + strings.Repeat("f00dcafe", 22)[:169] + "w" // 1024 bits
	coordinate   = strings.Repeat("f00dcafe", 6)[:43]               // 256 bits
)

// odd returns entries of a key set that nobody should verify with, or trip
// over.
func odd() []any {
	rsaKey := func(more object) object {
		return append(object{{"kty", "RSA"}, {"e", "AQAB"}, {"n", oddModulus}}, more...)
	}
	return []any{
		object{{"kid", "odd-elliptic"}, {"use", "sig"}, {"kty", "EC"}, {"crv", "P-256"}, {"x", coordinate}, {"y", coordinate}},
		object{{"kid", "odd-symmetric"}, {"use", "sig"}, {"kty", "oct"}, {"k", coordinate}},
		object{{"kid", "odd-unknown"}, {"kty", "QUANTUM"}, {"q", "1"}},
		object{{"kid", "odd-short"}, {"use", "sig"}, {"kty", "RSA"}, {"e", "AQAB"}, {"n", shortModulus}},
		object{{"kid", "odd-exponent"}, {"use", "sig"}, {"kty", "RSA"}, {"e", "AQ"}, {"n", oddModulus}},
		object{{"kid", "odd-broken"}, {"use", "sig"}, {"kty", "RSA"}, {"e", "AQAB"}, {"n", "!"}},
		object{{"kid", "odd-type"}, {"use", "sig"}, {"kty", "RSA"}, {"e", 65537}, {"n", true}},
		rsaKey(object{{"kid", "odd-use"}, {"use", "enc"}}),
		rsaKey(object{{"kid", "odd-algorithm"}, {"use", "sig"}, {"alg", "PS256"}}),
		rsaKey(object{{"kid", "odd-operations"}, {"key_ops", []string{"encrypt"}}}),
		rsaKey(object{{"use", "sig"}}), // no kid
		object{},
	}
}
