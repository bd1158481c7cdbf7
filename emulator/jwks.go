// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

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

// keysHandler is the keys endpoint of a tenant's flows.
type keysHandler struct{ keys *keys }

func (h keysHandler) serve(w http.ResponseWriter, c *call) {
	set := []any{}
	if !c.faulty(FaultEmptyKeys) {
		for _, key := range h.keys.of(c.flow).published() {
			e, n := jose.EncodedKey(&key.private.PublicKey)
			set = append(set, webKey{KeyID: key.ID(), Activation: key.activation, Use: "sig", Type: "RSA", Exponent: e, Modulus: n})
		}
	}
	if c.faulty(FaultOddKeys) {
		set = slices.Concat(odd(), set, odd())
	}
	answer.JSON(w, http.StatusOK, struct {
		Keys []any `json:"keys"`
	}{set})
}
