// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package password keeps passwords as hashes.
package password

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// rounds is far too few for real passwords: tests make many tenants.
const rounds = 1000

// Hash is a salted hash; the zero value is no password's.
type Hash struct {
	salt [16]byte
	sum  [32]byte
}

// New hashes a password.
func New(password string) *Hash {
	h := &Hash{}
	_, _ = rand.Read(h.salt[:]) // never fails since Go 1.24
	copy(h.sum[:], h.derive(password))
	return h
}

// MarshalText writes the hash, as a tenant's state has it.
func (h *Hash) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "pbkdf2-sha256$%d$%s", rounds, base64.StdEncoding.EncodeToString(append(h.salt[:], h.sum[:]...))), nil
}

// UnmarshalText reads what MarshalText wrote. Its error doesn't repeat the text.
func (h *Hash) UnmarshalText(text []byte) error {
	encoded, ok := strings.CutPrefix(string(text), fmt.Sprintf("pbkdf2-sha256$%d$", rounds))
	data, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(data) != len(h.salt)+len(h.sum) {
		return errors.New("a passwordHash that wasn't made here")
	}
	copy(h.salt[:], data)
	copy(h.sum[:], data[len(h.salt):])
	return nil
}

func (h *Hash) derive(password string) []byte {
	sum, err := pbkdf2.Key(sha256.New, password, h.salt[:], rounds, len(h.sum))
	if err != nil {
		panic("emulator: can't hash: " + err.Error()) // no such error for these parameters
	}
	return sum
}

// Matches reports whether it is the hash of a password.
func (h *Hash) Matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password), h.sum[:]) == 1
}
