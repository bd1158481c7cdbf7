// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion_test

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
)

func TestParsePEM(t *testing.T) {
	own, issuer := certificateOf(t, key()), certificateOf(t, other())
	cert, chain := inPEM("CERTIFICATE", own.Raw), inPEM("CERTIFICATE", issuer.Raw)
	inPKCS8, inPKCS1 := inPEM("PRIVATE KEY", pkcs8(t, key())), inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key()))
	for name, texts := range map[string][]string{
		"certificate, key":     {cert + inPKCS8},
		"key, certificate":     {inPKCS8 + cert},
		"PKCS #1":              {inPKCS1 + cert},
		"two files":            {cert, inPKCS8},
		"two files, other way": {inPKCS1, cert},
		"with a chain":         {chain + "\n" + inPKCS8 + "some words\n" + chain + cert},
		"with others":          {inPEM("CERTIFICATE REQUEST", []byte("x")) + "Bag Attributes\r\n    friendlyName: x\r\n" + cert + inPKCS8},
	} {
		bytes := make([][]byte, len(texts))
		for i, text := range texts {
			bytes[i] = []byte(text)
		}
		c, k, err := clientassertion.ParsePEM(bytes...)
		if err != nil || !c.Equal(own) || !key().PublicKey.Equal(k.Public()) {
			t.Errorf("%s: got %v, %v; want the certificate and its key", name, c, err)
			continue
		}
		if _, err := clientassertion.NewSigner(c, k); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestParsePEMErrors(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, k := inPEM("CERTIFICATE", certificateOf(t, key()).Raw), inPEM("PRIVATE KEY", pkcs8(t, key()))
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("s3cret")}))
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":            {"", "there is nothing in PEM here"},
		"DER":                {string(certificateOf(t, key()).Raw), "there is nothing in PEM here"},
		"cut":                {k[:len(k)-40], "there is nothing in PEM here"},
		"certificate alone":  {cert, "there is a certificate and no private key"},
		"key alone":          {k, "there is a private key and no certificate"},
		"others alone":       {inPEM("PUBLIC KEY", []byte("x")), "there is a certificate and no private key"},
		"two keys":           {cert + k + k, "there are two private keys; leave one"},
		"another's key":      {cert + inPEM("PRIVATE KEY", pkcs8(t, other())), "the private key is of none of the 1 certificates"},
		"encrypted":          {cert + encrypted, "the private key is encrypted"},
		"encrypted, PKCS #8": {cert + inPEM("ENCRYPTED PRIVATE KEY", []byte("s3cret")), "the private key is encrypted"},
		"odd key":            {cert + inPEM("PRIVATE KEY", []byte("s3cret")), "the private key can't be read"},
		"odd certificate":    {k + inPEM("CERTIFICATE", []byte("s3cret")), "a certificate can't be read"},
		"EC":                 {cert + inPEM("EC PRIVATE KEY", sec1), "the private key is not RSA"},
		"EC, PKCS #8":        {cert + inPEM("PRIVATE KEY", pkcs8(t, curve)), "the private key is not RSA"},
		"Ed25519":            {cert + inPEM("PRIVATE KEY", pkcs8(t, edwards)), "the private key is not RSA"},
		"X25519":             {cert + inPEM("PRIVATE KEY", pkcs8(t, exchange)), "the private key is none that signs"},
	} {
		c, got, err := clientassertion.ParsePEM([]byte(tc.text))
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) || c != nil || got != nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, %v; want %s", name, c, err, tc.want)
		}
	}
}

// FuzzParsePEM: what is read is a certificate and its own key; what is not quotes
// nothing.
func FuzzParsePEM(f *testing.F) {
	cert, k := inPEM("CERTIFICATE", certificateOf(f, key()).Raw), inPEM("PRIVATE KEY", pkcs8(f, key()))
	for _, s := range []string{cert + k, k + cert, k, cert, "", "-----BEGIN", cert + inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(other()))} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 16<<10 {
			return
		}
		c, k, err := clientassertion.ParsePEM(text)
		if err != nil {
			if len(err.Error()) > 100 {
				t.Fatalf("got %v, want a text of ours", err)
			}
			return
		}
		public, ok := k.Public().(interface{ Equal(x crypto.PublicKey) bool })
		if !ok || !public.Equal(c.PublicKey) {
			t.Fatalf("got a key that is not the certificate's")
		}
	})
}
