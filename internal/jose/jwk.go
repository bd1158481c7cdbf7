// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// Bounds of the RSA keys that are used: RFC 7518 section 3.3 for the lower
// one, the cost of a verification for the upper one.
const (
	MinBits = 2048
	MaxBits = 8192
)

// ParseRSAPublicKey reads the modulus and exponent of one JWK (RFC 7517) of
// type RSA. The caller has checked with its own strict parser that the text
// is a JSON object, and judged alg, use, key_ops and private members.
func ParseRSAPublicKey(jwkJSON []byte) (*rsa.PublicKey, error) {
	parsed, err := jwk.ParseKey(jwkJSON)
	if err != nil {
		return nil, errors.New("is not a JWK that can be read")
	}
	var key rsa.PublicKey
	if err := parsed.Raw(&key); err != nil || key.N == nil {
		return nil, errors.New("is not an RSA public key")
	}
	switch bits := key.N.BitLen(); {
	case bits < MinBits:
		return nil, fmt.Errorf("is a weak key of %d bits; at least %d are needed", bits, MinBits)
	case bits > MaxBits:
		return nil, fmt.Errorf("is a key of %d bits; at most %d are used", bits, MaxBits)
	case key.N.Bit(0) == 0:
		return nil, errors.New("has an even modulus")
	case key.E < 65537 || key.E&1 == 0:
		return nil, errors.New("has an even exponent or one below 65537")
	}
	return &key, nil
}
