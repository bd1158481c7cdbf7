// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// Key is an RSA signing key with its key id. It is immutable and safe for
// concurrent use. There is no useful zero value: call [NewKey].
type Key struct {
	private     *rsa.PrivateKey
	id          string
	certificate []byte // DER; nil for keys of B2C
}

// NewKey generates a 2048-bit key, which takes some tens of milliseconds. It
// belongs to no tenant: [Spec.Key] signs a token with it.
func NewKey() *Key { return keyOf(newPrivate()) }

func newPrivate() *rsa.PrivateKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("emulator: no RSA key: " + err.Error())
	}
	return private
}

func keyOf(private *rsa.PrivateKey) *Key {
	return &Key{private: private, id: jose.Thumbprint(&private.PublicKey)}
}

// ID returns the key's id: its RFC 7638 SHA-256 thumbprint, as B2C's own keys
// have it. That of a key of External ID or Entra ID is the SHA-1 thumbprint of its
// certificate.
func (k *Key) ID() string { return k.id }

// Public returns a copy of the public key.
func (k *Key) Public() *rsa.PublicKey {
	public := k.private.PublicKey
	return &public
}

// Sign returns the RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256) of input,
// which for a token is its header and payload, encoded and joined by a dot.
func (k *Key) Sign(input []byte) []byte {
	digest := sha256.Sum256(input)
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, digest[:])
	if err != nil {
		panic("emulator: can't sign: " + err.Error())
	}
	return signature
}

// String returns "emulator key " and the key's id, never key material.
func (k *Key) String() string { return "emulator key " + k.id }

// GoString is String, so that %#v prints no key material either.
func (k *Key) GoString() string { return k.String() }
