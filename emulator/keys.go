// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"sync"
)

// Key is an RSA signing key with its key id. It is immutable and safe for
// concurrent use. There is no useful zero value: call [NewKey].
type Key struct {
	private *rsa.PrivateKey
	id      string
}

// NewKey generates a 2048-bit key, which takes some tens of milliseconds. It
// belongs to no tenant: [Spec.Key] signs a token with it.
func NewKey() *Key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("emulator: no RSA key: " + err.Error())
	}
	return &Key{private: private, id: thumbprint(&private.PublicKey)}
}

// ID returns the key's id: its RFC 7638 SHA-256 thumbprint, as B2C's own keys
// have it.
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

// Signer returns the key as a [crypto.Signer], for signatures that B2C never
// makes, such as PS256 under a genuine key. Tokens that are merely wrong need
// only [Spec].
func (k *Key) Signer() crypto.Signer { return k.private }

// String returns "emulator key " and the key's id, never key material.
func (k *Key) String() string { return "emulator key " + k.id }

// GoString is String, so that %#v prints no key material either.
func (k *Key) GoString() string { return k.String() }

// thumbprint is RFC 7638 for an RSA key: the required members, in the order of
// their names, without spaces.
func thumbprint(k *rsa.PublicKey) string {
	e, n := encoded(k)
	digest := sha256.Sum256([]byte(`{"e":"` + e + `","kty":"RSA","n":"` + n + `"}`))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

// encoded returns the exponent and modulus as RFC 7518 §6.3.1 writes them.
func encoded(k *rsa.PublicKey) (e, n string) {
	return base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.E)).Bytes()),
		base64.RawURLEncoding.EncodeToString(k.N.Bytes())
}

// userFlowKey is the key that every tenant's user flows start with. B2C has
// one for the whole world; the emulator has one a process.
var userFlowKey = sync.OnceValue(NewKey)

// policyKeys holds the first key of every custom policy's container, by tenant
// GUID and container name: as in B2C, tenants with one GUID are one tenant, and
// a test that makes the default tenant again need not wait for a key again.
var policyKeys = struct {
	sync.Mutex
	first map[string]func() *Key
}{first: map[string]func() *Key{}}

func policyKey(tenantID, container string) *Key {
	name := tenantID + "/" + container
	policyKeys.Lock()
	first := policyKeys.first[name]
	if first == nil {
		first = sync.OnceValue(NewKey)
		policyKeys.first[name] = first
	}
	policyKeys.Unlock()
	return first()
}
