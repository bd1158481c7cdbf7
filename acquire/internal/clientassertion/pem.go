// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParsePEM reads a private key and its certificate from texts in PEM, in any order
// and with certificates of its chain beside it. Errors quote nothing.
func ParsePEM(texts ...[]byte) (*x509.Certificate, crypto.Signer, error) {
	var p pair
	blocks := 0
	for _, text := range texts {
		for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
			blocks++
			if err := p.add(block); err != nil {
				return nil, nil, err
			}
		}
	}
	if blocks == 0 {
		return nil, nil, errors.New("there is nothing in PEM here, which begins with -----BEGIN")
	}
	return p.match()
}

// pair is what was found of a certificate and its key.
type pair struct {
	certificates []*x509.Certificate
	key          crypto.Signer
}

func (p *pair) add(block *pem.Block) error {
	switch block.Type {
	case "CERTIFICATE":
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return errors.New("a certificate can't be read")
		}
		p.certificates = append(p.certificates, c)
		return nil
	case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
		if p.key != nil {
			return errors.New("there are two private keys; leave one")
		}
		var err error
		p.key, err = parseKey(block)
		return err
	}
	return nil // parameters, requests, public keys
}

func parseKey(block *pem.Block) (crypto.Signer, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the private key is encrypted; decrypt it first, with openssl pkey for example")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any8, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if _, ec := x509.ParseECPrivateKey(block.Bytes); err != nil && ec != nil {
		return nil, errors.New("the private key can't be read; want PKCS #8 or PKCS #1")
	}
	switch key := any8.(type) {
	case nil, *ecdsa.PrivateKey, ed25519.PrivateKey:
		return nil, errors.New("the private key is not RSA, which alone is taken")
	case crypto.Signer:
		return key, nil
	}
	return nil, errors.New("the private key is none that signs")
}

// match returns the certificate that the key is of.
func (p *pair) match() (*x509.Certificate, crypto.Signer, error) {
	switch {
	case p.key == nil:
		return nil, nil, errors.New("there is a certificate and no private key")
	case len(p.certificates) == 0:
		return nil, nil, errors.New("there is a private key and no certificate")
	}
	public, ok := p.key.Public().(interface{ Equal(x crypto.PublicKey) bool })
	for _, c := range p.certificates {
		if ok && public.Equal(c.PublicKey) {
			return c, p.key, nil
		}
	}
	return nil, nil, fmt.Errorf("the private key is of none of the %d certificates", len(p.certificates))
}
