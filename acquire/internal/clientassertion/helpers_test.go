// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"
)

var (
	noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

	key   = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
	other = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
)

func newKey(bits int) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return k
}

// certificateOf returns a certificate of a key for the year around noon.
func certificateOf(tb testing.TB, k crypto.Signer) *x509.Certificate {
	tb.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x2a11), Subject: pkix.Name{CommonName: "daemon"},
		NotBefore: noon.AddDate(0, -6, 0), NotAfter: noon.AddDate(0, 6, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(tb testing.TB, k any) []byte {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		tb.Fatal(err)
	}
	return der
}
