// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
	"testing"

	"github.com/b2ckit/b2ckit/internal/jose"
)

// signPSS signs input with a hash and a salt of so many bytes.
func signPSS(t *testing.T, key *rsa.PrivateKey, hash crypto.Hash, digest []byte, salt int) []byte {
	t.Helper()
	sig, err := rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: salt})
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func TestVerifyPS256(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	input := []byte("header.payload")
	d256, d384 := sha256.Sum256(input), sha512.Sum384(input)
	good := signPSS(t, private, crypto.SHA256, d256[:], 32)
	if err := jose.VerifyPS256(&private.PublicKey, input, good); err != nil {
		t.Errorf("good signature: %v", err)
	}
	pkcs1, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, d256[:])
	if err != nil {
		t.Fatal(err)
	}
	for name, sig := range map[string][]byte{
		"empty": nil, "cut": good[:255], "longer": append([]byte{0}, good...), "PKCS #1 v1.5": pkcs1,
		"s+n":       new(big.Int).Add(new(big.Int).SetBytes(good), private.N).Bytes(),
		"no salt":   signPSS(t, private, crypto.SHA256, d256[:], 0),
		"salt of 1": signPSS(t, private, crypto.SHA256, d256[:], 1), "salt of 31": signPSS(t, private, crypto.SHA256, d256[:], 31), "salt of 33": signPSS(t, private, crypto.SHA256, d256[:], 33),
		"longest salt": signPSS(t, private, crypto.SHA256, d256[:], 222),
		"PS384":        signPSS(t, private, crypto.SHA384, d384[:], 48),
		"another key":  signPSS(t, other, crypto.SHA256, d256[:], 32),
		"other":        append(append([]byte{}, good[:255]...), good[255]^1),
	} {
		if err := jose.VerifyPS256(&private.PublicKey, input, sig); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := jose.VerifyPS256(&private.PublicKey, []byte("header.payloae"), good); err == nil {
		t.Error("other input: accepted")
	}
}
