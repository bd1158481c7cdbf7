// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"crypto/rsa"
	"errors"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// ErrSignature is returned for every signature that does not verify.
var ErrSignature = errors.New("the signature does not verify")

// The verifier is stateless; one serves all goroutines.
var rs256 = func() jws.Verifier {
	v, err := jws.NewVerifier(jwa.RS256)
	if err != nil {
		panic("jose: RS256 is missing from the JOSE library: " + err.Error())
	}
	return v
}()

// VerifyRS256 checks an RSASSA-PKCS1-v1_5 signature with SHA-256 over input.
// The signature must be exactly as long as the key's modulus (RFC 8017
// section 8.2.2).
func VerifyRS256(key *rsa.PublicKey, input, signature []byte) error {
	if len(signature) != key.Size() || rs256.Verify(input, signature, key) != nil {
		return ErrSignature
	}
	return nil
}
