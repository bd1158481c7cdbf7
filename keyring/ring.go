// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

const (
	version    = 1
	idSize     = 4
	saltSize   = 16
	headerSize = 1 + idSize + saltSize
	gcmSize    = 12 + 16 // nonce and tag

	// Overhead is how much longer a sealed message is than its plaintext, in
	// bytes.
	Overhead = headerSize + gcmSize
)

// What [Ring.Open] returns. Neither tells anything about the keys or the
// message.
var (
	// ErrUnknownKey is for a message that names a key that is not in the ring.
	ErrUnknownKey = errors.New("keyring: sealed with a key that is not in the ring")
	// ErrCorrupt is for a message that was cut, changed, sealed with other
	// associated data, or never sealed at all.
	ErrCorrupt = errors.New("keyring: not a message sealed with this key and associated data")
)

// Ring seals and opens messages. Make one with [New]. It never changes, and
// may be used by many goroutines at once. It does not print its keys.
type Ring struct {
	keys []key
}

type key struct {
	id [idSize]byte
	// secret returns the key. A function is the one thing of which no verb of
	// package fmt prints what is behind it.
	secret func() []byte
}

// New returns a ring that seals with the current key, and opens what was
// sealed with that or an older one. Keys are of [KeySize] bytes, random, and
// none twice. They are copied. An error names the key by its place.
func New(current []byte, older ...[]byte) (*Ring, error) {
	r := &Ring{}
	for i, secret := range append([][]byte{current}, older...) {
		if len(secret) != KeySize {
			return nil, fmt.Errorf("keyring: %s: %d bytes; want %d", place(i), len(secret), KeySize)
		}
		if bytes.Equal(secret, make([]byte, KeySize)) {
			return nil, fmt.Errorf("keyring: %s: all zeros; want a random key, as NewKey makes", place(i))
		}
		for j, k := range r.keys {
			if bytes.Equal(secret, k.secret()) {
				return nil, fmt.Errorf("keyring: %s: the same as %s", place(i), place(j))
			}
		}
		secret = slices.Clone(secret)
		k := key{secret: func() []byte { return secret }}
		copy(k.id[:], derive(secret, nil, "b2ckit keyring: key id", idSize))
		r.keys = append(r.keys, k)
	}
	return r, nil
}

func place(i int) string {
	if i == 0 {
		return "current key"
	}
	return fmt.Sprintf("older key %d", i)
}

// Seal encrypts the plaintext with the current key and binds it to the
// associated data, which is not part of the result. The result is [Overhead]
// bytes longer than the plaintext, and a new slice.
func (r *Ring) Seal(plaintext, associated []byte) []byte {
	k := r.keys[0]
	sealed := make([]byte, headerSize, Overhead+len(plaintext))
	sealed[0] = version
	copy(sealed[1:], k.id[:])
	salt := sealed[1+idSize:]
	_, _ = rand.Read(salt)                                                           // never fails
	return k.aead(salt).Seal(sealed, nil, plaintext, additional(sealed, associated)) //nolint:gosec // G407: this cipher makes its nonce itself
}

// Open returns the plaintext of a message that [Ring.Seal] returned for the
// same associated data, as a new slice that is never nil. Otherwise the error
// is [ErrUnknownKey] or [ErrCorrupt].
func (r *Ring) Open(sealed, associated []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, ErrCorrupt
	}
	header, body := sealed[:headerSize], sealed[headerSize:]
	id, salt := header[1:1+idSize], header[1+idSize:]
	err := ErrUnknownKey
	for _, k := range r.keys {
		if !bytes.Equal(id, k.id[:]) {
			continue
		}
		// Ids are short, so another key may have the same one: go on.
		err = ErrCorrupt
		plaintext, failed := k.aead(salt).Open(make([]byte, 0, len(body)-gcmSize), nil, body, additional(header, associated))
		if failed == nil {
			return plaintext, nil
		}
	}
	return nil, err
}

// aead returns the cipher for one message.
func (k key) aead(salt []byte) cipher.AEAD {
	block, err := aes.NewCipher(derive(k.secret(), salt, "b2ckit keyring: message key", KeySize))
	if err != nil {
		panic("keyring: " + err.Error()) // not with a key of this size
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("keyring: " + err.Error()) // not with AES
	}
	return aead
}

func derive(secret, salt []byte, label string, size int) []byte {
	derived, err := hkdf.Key(sha256.New, secret, salt, label, size)
	if err != nil {
		panic("keyring: " + err.Error()) // not for so few bytes
	}
	return derived
}

// additional needs no separator, as the header's length is fixed.
func additional(header, associated []byte) []byte {
	return slices.Concat(header[:headerSize], associated)
}

// String tells how many keys there are, and nothing about them.
func (r *Ring) String() string { return fmt.Sprintf("keyring.Ring(%d keys, redacted)", len(r.keys)) }

// GoString is [Ring.String].
func (r *Ring) GoString() string { return r.String() }

// LogValue is [Ring.String], for package slog.
func (r *Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }
