// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/keyring"
)

func TestParseKey(t *testing.T) {
	// Bytes whose base64 has every special character, and needs padding.
	want := bytes.Repeat([]byte{0xfb, 0xff, 0xbf}, 11)[:keyring.KeySize]
	for _, tc := range []struct{ name, text string }{
		{"hex", hex.EncodeToString(want)},
		{"upper-case hex", strings.ToUpper(hex.EncodeToString(want))},
		{"base64", base64.StdEncoding.EncodeToString(want)},
		{"unpadded", base64.RawStdEncoding.EncodeToString(want)},
		{"URL-safe", base64.URLEncoding.EncodeToString(want)},
		{"unpadded URL-safe", base64.RawURLEncoding.EncodeToString(want)},
		{"a line of a file", " " + base64.StdEncoding.EncodeToString(want) + "\r\n"},
	} {
		if got, err := keyring.ParseKey(tc.text); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %x, %v, want the key", tc.name, got, err)
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x5a}, keyring.KeySize))
	for _, tc := range []struct{ name, text string }{
		{"empty", ""},
		{"a passphrase", "correct horse battery staple"},
		{"64 characters, not hex", strings.Repeat("5z", 32)},
		{"31 bytes of hex", strings.Repeat("5a", 31)},
		{"33 bytes of hex", strings.Repeat("5a", 33)},
		{"31 bytes of base64", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x5a}, 31))},
		{"33 bytes of base64", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x5a}, 33))},
		{"both alphabets", "+_" + good[2:]},
		{"loose bits", good[:42] + "p="},
		{"twice padded", good + "="},
		{"a line break inside", good[:20] + "\n" + good[21:]},
		{"a strange character", good[:20] + "!" + good[21:]},
	} {
		got, err := keyring.ParseKey(tc.text)
		if err == nil {
			t.Errorf("%s: got %x, want an error", tc.name, got)
			continue
		}
		if text := strings.TrimSpace(tc.text); len(text) > 8 && strings.Contains(err.Error(), text[4:8]) {
			t.Errorf("%s: error %q holds a piece of the key", tc.name, err)
		}
	}
}

func TestNewKeysDiffer(t *testing.T) {
	a, b := keyring.NewKey(), keyring.NewKey()
	if len(a) != keyring.KeySize || bytes.Equal(a, b) {
		t.Errorf("got %d bytes and equal = %v, want %d bytes that differ", len(a), bytes.Equal(a, b), keyring.KeySize)
	}
}
