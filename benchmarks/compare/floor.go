// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// Floor is the work that nobody can save on a token that was never seen: base64,
// SHA-256 and crypto/rsa. It checks no claim, so it is no contender.
func Floor(t *contoso.Tenant) *Subject {
	key := t.PublicKey()
	return Library(func(raw string) error {
		first, last := strings.IndexByte(raw, '.'), strings.LastIndexByte(raw, '.')
		for _, part := range []string{raw[:first], raw[first+1 : last]} {
			if _, err := base64.RawURLEncoding.DecodeString(part); err != nil {
				return err
			}
		}
		sig, err := base64.RawURLEncoding.DecodeString(raw[last+1:])
		if err != nil {
			return err
		}
		digest := sha256.Sum256([]byte(raw[:last]))
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], sig)
	})
}

// Signature is crypto/rsa's part of the floor.
func Signature(t *contoso.Tenant) *Subject {
	key := t.PublicKey()
	return &Subject{Prepare: func(raw string) func() error {
		last := strings.LastIndexByte(raw, '.')
		digest := sha256.Sum256([]byte(raw[:last]))
		sig, err := base64.RawURLEncoding.DecodeString(raw[last+1:])
		return func() error {
			if err != nil {
				return err
			}
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], sig)
		}
	}}
}

// Hash is the SHA-256 of the whole token: nobody recognises one for less.
func Hash() *Subject {
	return &Subject{Prepare: func(raw string) func() error {
		data := []byte(raw)
		want := sha256.Sum256(data)
		return func() error {
			if sha256.Sum256(data) != want {
				return errors.New("another hash")
			}
			return nil
		}
	}}
}
