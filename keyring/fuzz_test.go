// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/keyring"
)

// FuzzSeal: what was sealed opens for the same associated data, under the
// current key and an older one, and nothing else ever opens: no message that
// was changed, cut or made up, no other associated data, no other ring.
func FuzzSeal(f *testing.F) {
	f.Add([]byte("plain"), []byte("purpose"), []byte("other"), uint16(0), byte(1))
	f.Add([]byte(nil), []byte(nil), []byte{0}, uint16(5), byte(128))
	f.Add(bytes.Repeat([]byte{1}, 70), []byte("a"), []byte("aa"), uint16(21), byte(0))
	secret := func(name string) []byte { s := sha256.Sum256([]byte(name)); return s[:] }
	ring := func(current string, older ...string) *keyring.Ring {
		var all [][]byte
		for _, name := range older {
			all = append(all, secret(name))
		}
		r, err := keyring.New(secret(current), all...)
		if err != nil {
			f.Fatal(err)
		}
		return r
	}
	now, next, other := ring("now"), ring("next", "now"), ring("other")
	f.Fuzz(func(t *testing.T, plain, associated, more []byte, at uint16, flip byte) {
		sealed := now.Seal(plain, associated)
		if len(sealed) != len(plain)+keyring.Overhead || len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatalf("%q is sealed as %q", plain, sealed)
		}
		for _, r := range []*keyring.Ring{now, next} {
			if got, err := r.Open(sealed, associated); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("got %q, %v", got, err)
			}
		}
		never := func(what string, r *keyring.Ring, message, associated []byte) {
			if got, err := r.Open(message, associated); err == nil || got != nil || !errors.Is(err, keyring.ErrCorrupt) && !errors.Is(err, keyring.ErrUnknownKey) {
				t.Fatalf("%s: got %q, %v", what, got, err)
			}
		}
		never("another ring", other, sealed, associated)
		never("made up", next, plain, associated)
		never("made up behind a header", next, append(bytes.Clone(sealed[:33]), more...), associated)
		never("cut", next, sealed[:int(at)%len(sealed)], associated)
		never("more", next, append(bytes.Clone(sealed), flip), associated)
		if !bytes.Equal(more, associated) {
			never("other associated data", next, sealed, more)
		}
		if flip != 0 {
			changed := bytes.Clone(sealed)
			changed[int(at)%len(sealed)] ^= flip
			never("changed", next, changed, associated)
		}
	})
}

// FuzzParseKey: a key that is read is one of the three ways to write its bytes.
func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"", strings.Repeat("00", 32), strings.Repeat("aB", 32), strings.Repeat("A", 43), strings.Repeat("A", 43) + "=", strings.Repeat("_", 42) + "8", strings.Repeat("/", 42) + "8=", " " + strings.Repeat("ab", 32) + "\n", strings.Repeat("B", 43), strings.Repeat("A", 20) + "\n" + strings.Repeat("A", 23)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, err := keyring.ParseKey(s)
		if err != nil {
			if key != nil || len(s) > 8 && strings.Contains(err.Error(), s) {
				t.Fatalf("%q: got %q, %v", s, key, err)
			}
			return
		}
		trimmed := strings.TrimSpace(s)
		isHex := strings.EqualFold(trimmed, hex.EncodeToString(key))
		std, url := base64.StdEncoding.EncodeToString(key), base64.URLEncoding.EncodeToString(key)
		if len(key) != keyring.KeySize || !isHex && trimmed != std && trimmed != url && trimmed != strings.TrimRight(std, "=") && trimmed != strings.TrimRight(url, "=") {
			t.Fatalf("%q is read as %x", s, key)
		}
	})
}
