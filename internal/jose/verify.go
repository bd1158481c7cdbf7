// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"errors"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// ErrSignature is returned for every signature that does not verify.
var ErrSignature = errors.New("the signature does not verify")

// Verifiers are stateless; one of each serves all goroutines.
var (
	rs256 = verifier(jwa.RS256)
	es256 = verifier(jwa.ES256)
)

func verifier(alg jwa.SignatureAlgorithm) jws.Verifier {
	v, err := jws.NewVerifier(alg)
	if err != nil {
		panic("jose: " + alg.String() + " is missing from the JOSE library: " + err.Error())
	}
	return v
}

// VerifyRS256 checks an RSASSA-PKCS1-v1_5 signature with SHA-256 over input.
// The signature must be exactly as long as the key's modulus (RFC 8017
// section 8.2.2).
func VerifyRS256(key *rsa.PublicKey, input, signature []byte) error {
	if len(signature) != key.Size() || rs256.Verify(input, signature, key) != nil {
		return ErrSignature
	}
	return nil
}

// VerifyPS256 checks an RSASSA-PSS signature with SHA-256, MGF1 with SHA-256 and
// a salt of 32 bytes (RFC 7518 section 3.5). The signature must be exactly as
// long as the key's modulus. This is the standard library's verifier: that of the
// JOSE library takes a salt of any length.
func VerifyPS256(key *rsa.PublicKey, input, signature []byte) error {
	digest := sha256.Sum256(input)
	exact := rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	if len(signature) != key.Size() || rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, &exact) != nil {
		return ErrSignature
	}
	return nil
}

// VerifyES256 checks an ECDSA signature on P-256 with SHA-256: r and s of 32 bytes
// each (RFC 7518 section 3.4), both from 1 to the order of the curve, which is
// excluded. ASN.1 is never read.
func VerifyES256(key *ecdsa.PublicKey, input, signature []byte) error {
	if len(signature) != 2*coordinateSize || !isScalar(signature[:coordinateSize]) || !isScalar(signature[coordinateSize:]) ||
		es256.Verify(input, signature, key) != nil {
		return ErrSignature
	}
	return nil
}

// order is that of P-256's base point.
var order = elliptic.P256().Params().N.Bytes()

// isScalar reports whether a number as long as the order is one of 1 to it.
func isScalar(b []byte) bool {
	return bytes.Compare(b, order) < 0 && !bytes.Equal(b, make([]byte, coordinateSize))
}
