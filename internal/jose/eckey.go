// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// curveName is P-256's in a JWK, and coordinateSize what its numbers take.
const (
	curveName      = "P-256"
	coordinateSize = 32
)

// ECPublicKey makes the key of a JWK (RFC 7518 section 6.2.1) from its members
// crv, x and y. As for RSA the caller has checked the other members, and no more
// than these reach the library. The curve is P-256, and the point on it.
func ECPublicKey(crv, x, y string) (*ecdsa.PublicKey, error) {
	if crv != curveName {
		return nil, errors.New("is not on the curve P-256")
	}
	point := []byte{4} // uncompressed
	for _, s := range []string{x, y} {
		b, ok := canonicalBase64(s)
		if !ok || len(b) != coordinateSize {
			return nil, errors.New("has an x or y that is not unpadded base64url of 32 bytes")
		}
		point = append(point, b...)
	}
	if _, err := ecdh.P256().NewPublicKey(point); err != nil {
		return nil, errors.New("is not a point of the curve P-256")
	}
	parsed, err := jwk.ParseKey([]byte(`{"kty":"EC","crv":"` + curveName + `","x":"` + x + `","y":"` + y + `"}`))
	if err != nil {
		return nil, errors.New("is not an EC public key")
	}
	var key ecdsa.PublicKey
	if err := parsed.Raw(&key); err != nil || key.Curve != elliptic.P256() {
		return nil, errors.New("is not an EC public key")
	}
	return &key, nil
}
