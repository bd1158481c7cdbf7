// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package password_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/password"
)

func TestHash(t *testing.T) {
	h := password.New("correct horse")
	text, err := h.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var again password.Hash
	if err := again.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false} {
		if h.Matches(typed) != want || again.Matches(typed) != want || new(password.Hash).Matches(typed) {
			t.Errorf("%q: want %t", typed, want)
		}
	}
	if other, _ := password.New("correct horse").MarshalText(); string(other) == string(text) {
		t.Error("got the same salt twice")
	}
	for _, bad := range []string{"", "x", strings.Replace(string(text), "1000", "1", 1), string(text[:len(text)-4])} {
		if err := new(password.Hash).UnmarshalText([]byte(bad)); err == nil || strings.Contains(err.Error(), "$") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}
