// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // G505: "x5t" is SHA-1
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"time"
)

// certifiedKeyOf returns a key in a certificate that it has signed itself, the same
// for the same key. Its id is the certificate's thumbprint, as that of the
// platform's keys.
func certifiedKeyOf(private *rsa.PrivateKey) *Key {
	serial := sha256.Sum256(private.N.Bytes())
	certificate := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:8]),
		Subject:      pkix.Name{CommonName: "accounts.accesscontrol.windows.net"},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), // when bubbles of testing/synctest begin
		NotAfter:     time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &private.PublicKey, private)
	if err != nil {
		panic("emulator: no certificate: " + err.Error())
	}
	key := &Key{private: private, certificate: der}
	key.id = key.thumbprint()
	return key
}

// thumbprint is the "x5t" of a key with a certificate.
func (k *Key) thumbprint() string {
	sum := sha1.Sum(k.certificate) //nolint:gosec // G401: see the import
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
