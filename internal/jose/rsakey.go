// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// Bounds of the RSA keys that are used: RFC 7518 section 3.3 for the lower
// one, the cost of a verification for the upper one.
const (
	MinBits = 2048
	MaxBits = 8192
)

// RSAPublicKey makes the key of a JWK (RFC 7518 section 6.3.1) from its
// members n and e. The caller has checked the JWK's other members; no more
// than these two reach the library, so that an odd x5c or nbf costs no key
// and no certificate is parsed.
func RSAPublicKey(n, e string) (*rsa.PublicKey, error) {
	exponent, ok := canonicalBase64(e)
	if _, ok2 := canonicalBase64(n); !ok || !ok2 {
		return nil, errors.New("has an n or e that is not unpadded base64url")
	}
	// The library would cut a longer one to an int, and crypto/rsa refuses it.
	if new(big.Int).SetBytes(exponent).BitLen() > 31 {
		return nil, errors.New("has an exponent of more than 31 bits")
	}
	parsed, err := jwk.ParseKey([]byte(`{"kty":"RSA","n":"` + n + `","e":"` + e + `"}`))
	if err != nil {
		return nil, errors.New("is not an RSA public key")
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

func canonicalBase64(s string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return b, err == nil && s != "" && base64.RawURLEncoding.EncodeToString(b) == s
}
