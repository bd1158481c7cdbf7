// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "github.com/b2ckit/b2ckit/emulator/internal/jose"

// webKey has exactly the members of B2C's keys, in their order: no alg, x5c,
// x5t or key_ops.
type webKey struct {
	KeyID      string `json:"kid"`
	Activation int64  `json:"nbf,omitempty"`
	Use        string `json:"use"`
	Type       string `json:"kty"`
	Exponent   string `json:"e"`
	Modulus    string `json:"n"`
}

// webKeysOf returns the entries of the key set that a request asks for.
func webKeysOf(k *keys, c *call) []any {
	set := []any{}
	for _, key := range k.of(c.flow).published() {
		e, n := jose.EncodedKey(&key.private.PublicKey)
		set = append(set, webKey{KeyID: key.ID(), Activation: key.activation, Use: "sig", Type: "RSA", Exponent: e, Modulus: n})
	}
	return set
}
