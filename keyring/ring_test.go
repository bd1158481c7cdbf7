// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/keyring"
)

var (
	plain = []byte("attack at dawn")
	name  = []byte("entry 7")
)

// key returns the n-th of a fixed row of keys.
func key(n int) []byte {
	k := sha256.Sum256(fmt.Append(nil, "key ", n))
	return k[:]
}

func ring(tb testing.TB, current []byte, older ...[]byte) *keyring.Ring {
	tb.Helper()
	r, err := keyring.New(current, older...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestSealAndOpen(t *testing.T) {
	r := ring(t, key(1))
	for _, tc := range []struct{ plain, name []byte }{
		{plain, name},
		{plain, nil},
		{plain, []byte{}},
		{[]byte{}, name},
		{nil, name},
		{make([]byte, 1<<20), make([]byte, 1<<16)},
	} {
		sealed := r.Seal(tc.plain, tc.name)
		if got, want := len(sealed), len(tc.plain)+keyring.Overhead; got != want {
			t.Errorf("%d bytes: got %d sealed, want %d", len(tc.plain), got, want)
		}
		got, err := r.Open(sealed, tc.name)
		if err != nil || got == nil || !bytes.Equal(got, tc.plain) {
			t.Errorf("%d bytes: got %d (nil: %v), %v, want them back", len(tc.plain), len(got), got == nil, err)
		}
	}
}

// known returns a ring, and a message that was made with other software,
// Python's package cryptography.
func known(tb testing.TB) (r *keyring.Ring, sealed []byte) {
	tb.Helper()
	secret := make([]byte, keyring.KeySize)
	for i := range secret {
		secret[i] = byte(i)
	}
	sealed, err := hex.DecodeString("019f13142c6465666768696a6b6c6d6e6f70717273" + "c8c9cacbcccdcecfd0d1d2d3" +
		"553973426196607b44abef285e5e" + "0d9369675783f93402a182c2121dd4fc")
	if err != nil {
		tb.Fatal(err)
	}
	return ring(tb, secret, key(1)), sealed
}

// The format must not change by accident.
func TestKnownMessage(t *testing.T) {
	r, sealed := known(t)
	if got, err := r.Open(sealed, name); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q, %v, want %q", got, err, plain)
	}
}

func TestEveryChangedByteIsRefused(t *testing.T) {
	r := ring(t, key(1), key(2))
	sealed := r.Seal(plain, name)
	for i := range sealed {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			changed := slices.Clone(sealed)
			changed[i] ^= flip
			want := keyring.ErrCorrupt
			if i >= 1 && i < 5 {
				want = keyring.ErrUnknownKey
			}
			if got, err := r.Open(changed, name); got != nil || !errors.Is(err, want) {
				t.Errorf("byte %d ^ %#x: got %q, %v, want %v", i, flip, got, err, want)
			}
		}
	}
}

func TestEveryOtherLengthIsRefused(t *testing.T) {
	r := ring(t, key(1))
	sealed := r.Seal(plain, name)
	for n := range len(sealed) {
		if got, err := r.Open(sealed[:n], name); got != nil || !errors.Is(err, keyring.ErrCorrupt) {
			t.Errorf("first %d bytes: got %q, %v, want %v", n, got, err, keyring.ErrCorrupt)
		}
	}
	if got, err := r.Open(append(sealed, 0), name); got != nil || !errors.Is(err, keyring.ErrCorrupt) {
		t.Errorf("one byte more: got %q, %v, want %v", got, err, keyring.ErrCorrupt)
	}
}

// The header and the associated data are authenticated together: what is
// moved from one to the other must not pass either.
func TestAssociatedDataMustBeTheSame(t *testing.T) {
	r := ring(t, key(1))
	sealed := r.Seal(plain, name)
	for _, other := range [][]byte{nil, []byte("entry 8"), []byte("entry"), []byte("entry 77"), slices.Concat(sealed[:21], name)} {
		if got, err := r.Open(sealed, other); got != nil || !errors.Is(err, keyring.ErrCorrupt) {
			t.Errorf("associated %q: got %q, %v, want %v", other, got, err, keyring.ErrCorrupt)
		}
	}
}

func TestRotation(t *testing.T) {
	for _, tc := range []struct {
		name       string
		seal, open *keyring.Ring
		want       error
	}{
		{"old message, next key sealing", ring(t, key(1)), ring(t, key(2), key(1)), nil},
		{"new message, next key only known", ring(t, key(2), key(1)), ring(t, key(1), key(2)), nil},
		{"oldest of three", ring(t, key(1)), ring(t, key(3), key(2), key(1)), nil},
		{"old key gone", ring(t, key(1)), ring(t, key(2)), keyring.ErrUnknownKey},
		{"sealed with the current one, not the older", ring(t, key(2), key(1)), ring(t, key(1)), keyring.ErrUnknownKey},
	} {
		got, err := tc.open.Open(tc.seal.Seal(plain, name), name)
		if !errors.Is(err, tc.want) || tc.want == nil && !bytes.Equal(got, plain) {
			t.Errorf("%s: got %q, %v, want error %v", tc.name, got, err, tc.want)
		}
	}
}

// Two keys that were searched for until their ids were the same.
func TestKeysWithTheSameID(t *testing.T) {
	a, b := key(53915), key(127091)
	fromA, fromB := ring(t, a).Seal(plain, name), ring(t, b).Seal(plain, name)
	if !bytes.Equal(fromA[1:5], fromB[1:5]) {
		t.Fatalf("ids: got %x and %x, want the same", fromA[1:5], fromB[1:5])
	}
	both := ring(t, a, b)
	for _, sealed := range [][]byte{fromA, fromB} {
		if got, err := both.Open(sealed, name); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("got %q, %v, want %q", got, err, plain)
		}
	}
	if got, err := ring(t, b).Open(fromA, name); got != nil || !errors.Is(err, keyring.ErrCorrupt) {
		t.Errorf("other key, same id: got %q, %v, want %v", got, err, keyring.ErrCorrupt)
	}
}

func TestEachMessageIsSealedAnew(t *testing.T) {
	r := ring(t, key(1))
	a, b := r.Seal(plain, name), r.Seal(plain, name)
	if bytes.Equal(a[5:21], b[5:21]) || bytes.Equal(a[21:33], b[21:33]) || bytes.Equal(a[33:], b[33:]) {
		t.Errorf("got %x and %x, want another salt, nonce and ciphertext", a, b)
	}
}

func TestSlicesAreNotShared(t *testing.T) {
	secret, sealing := key(1), bytes.Clone(plain)
	r := ring(t, secret)
	clear(secret)
	sealed := r.Seal(sealing, name)
	if !bytes.Equal(sealing, plain) {
		t.Errorf("plaintext after Seal: got %q, want it unchanged", sealing)
	}
	before := bytes.Clone(sealed)
	got, err := ring(t, key(1)).Open(sealed, name)
	if err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("got %q, %v, want %q; New must copy the key", got, err, plain)
	}
	clear(got)
	if !bytes.Equal(sealed, before) {
		t.Error("the message changed with the plaintext that Open returned")
	}
}

func TestNewRefuses(t *testing.T) {
	for _, tc := range []struct {
		name    string
		current []byte
		older   [][]byte
		want    string
	}{
		{"none", nil, nil, "keyring: current key: 0 bytes; want 32"},
		{"AES-128", key(1)[:16], nil, "keyring: current key: 16 bytes; want 32"},
		{"long", append(key(1), 0), nil, "keyring: current key: 33 bytes; want 32"},
		{"zeros", make([]byte, 32), nil, "keyring: current key: all zeros; want a random key, as NewKey makes"},
		{"short older", key(1), [][]byte{key(2), key(3)[1:]}, "keyring: older key 2: 31 bytes; want 32"},
		{"current again", key(1), [][]byte{key(1)}, "keyring: older key 1: the same as current key"},
		{"older again", key(1), [][]byte{key(2), key(3), key(2)}, "keyring: older key 3: the same as older key 1"},
	} {
		if r, err := keyring.New(tc.current, tc.older...); r != nil || err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, %v, want %s", tc.name, r, err, tc.want)
		}
	}
}

func TestKeysDontPrint(t *testing.T) {
	secret := []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")
	r := ring(t, secret, key(2))
	const want = "keyring.Ring(2 keys, redacted)"
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("made", "ring", r)
	for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
		if got := fmt.Sprintf(verb, r); got != want {
			t.Errorf("%s: got %q, want %q", verb, got, want)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%c", "%U"} {
		fmt.Fprintf(&out, verb+verb+verb, r, *r, struct{ ring *keyring.Ring }{r})
	}
	encoded, err := json.Marshal(map[string]any{"ring": r})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	for _, piece := range []string{"ABCDEF", "414243", "65 66 67", "QUJDREVG", "101 102 103", "0x41, 0x42"} {
		if strings.Contains(out.String(), piece) {
			t.Errorf("got %q printed, want nothing of the key:\n%s", piece, out.String())
		}
	}
	if !strings.Contains(out.String(), want) {
		t.Errorf("log: got %s, want %s in it", out.String(), want)
	}
}

func FuzzOpen(f *testing.F) {
	r, sealed := known(f)
	f.Add(sealed, name)
	f.Add(sealed[:len(sealed)-1], name)
	f.Add(sealed[:keyring.Overhead], name)
	f.Add(sealed[:21], name)
	f.Add([]byte{}, []byte{})
	f.Add(append([]byte{2}, sealed[1:]...), name)
	f.Fuzz(func(t *testing.T, message, associated []byte) {
		got, err := r.Open(message, associated)
		genuine := bytes.Equal(message, sealed) && bytes.Equal(associated, name)
		switch {
		case genuine && (err != nil || !bytes.Equal(got, plain)):
			t.Errorf("got %q, %v, want %q", got, err, plain)
		case !genuine && (got != nil || !errors.Is(err, keyring.ErrCorrupt) && !errors.Is(err, keyring.ErrUnknownKey)):
			t.Errorf("got %q, %v, want one of the two errors", got, err)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	r := ring(b, key(1))
	sealed := r.Seal(make([]byte, 4<<10), name)
	for b.Loop() {
		if _, err := r.Open(sealed, name); err != nil {
			b.Fatal(err)
		}
	}
}
