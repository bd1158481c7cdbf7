// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
)

// der returns what a PEM block or base64 holds.
func der(text string) ([]byte, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return block.Bytes, nil
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
}

func readCertificate(text string) (*x509.Certificate, error) {
	data, err := der(text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(data)
}

func readPublicKey(text string) (*rsa.PublicKey, error) {
	data, err := der(text)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(data)
	if err != nil {
		return nil, err
	}
	if public, ok := key.(*rsa.PublicKey); ok {
		return public, nil
	}
	return nil, errors.New("it is no RSA key")
}

func (r *Reader) fillCertificate(path string, v any, into **x509.Certificate) {
	const write = "is no certificate: write its PEM, or the base64 of its DER; a private key doesn't belong there"
	text, ok := v.(string)
	if !ok {
		r.misfit(path, v, write)
		return
	}
	c, err := readCertificate(text)
	if err != nil {
		r.misread(path, "%s", write)
		return
	}
	*into = c
}

func (r *Reader) fillPublicKey(path string, v any, into **rsa.PublicKey) {
	const write = "is no public RSA key: write its PEM (BEGIN PUBLIC KEY), or the base64 of its DER"
	text, ok := v.(string)
	if !ok {
		r.misfit(path, v, write)
		return
	}
	key, err := readPublicKey(text)
	if err != nil {
		r.misread(path, "%s", write)
		return
	}
	*into = key
}

func writtenCertificates(all []*x509.Certificate) []string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = base64.StdEncoding.EncodeToString(c.Raw)
	}
	return texts
}

func writtenKeys(all []*rsa.PublicKey) []string {
	texts := make([]string, len(all))
	for i, key := range all {
		data, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			panic("wire: " + err.Error()) // an RSA key always can
		}
		texts[i] = base64.StdEncoding.EncodeToString(data)
	}
	return texts
}
