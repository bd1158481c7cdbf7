// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

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

// passwordRounds is far too few for real passwords: tests make many tenants.
const passwordRounds = 1000

// passwordHash is a salted hash; the zero value is no password's.
type passwordHash struct {
	salt [16]byte
	sum  [32]byte
}

func hashPassword(password string) *passwordHash {
	h := &passwordHash{}
	_, _ = rand.Read(h.salt[:]) // never fails since Go 1.24
	copy(h.sum[:], h.derive(password))
	return h
}

// MarshalText is for [Tenant.State].
func (h *passwordHash) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "pbkdf2-sha256$%d$%s", passwordRounds, base64.StdEncoding.EncodeToString(append(h.salt[:], h.sum[:]...))), nil
}

// UnmarshalText is for [Tenant.Restore]. Its error doesn't repeat the text.
func (h *passwordHash) UnmarshalText(text []byte) error {
	encoded, ok := strings.CutPrefix(string(text), fmt.Sprintf("pbkdf2-sha256$%d$", passwordRounds))
	data, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(data) != len(h.salt)+len(h.sum) {
		return errors.New("a passwordHash that wasn't made here")
	}
	copy(h.salt[:], data)
	copy(h.sum[:], data[len(h.salt):])
	return nil
}

func (h *passwordHash) derive(password string) []byte {
	sum, err := pbkdf2.Key(sha256.New, password, h.salt[:], passwordRounds, len(h.sum))
	if err != nil {
		panic("emulator: can't hash: " + err.Error()) // no such error for these parameters
	}
	return sum
}

func (h *passwordHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password), h.sum[:]) == 1
}
