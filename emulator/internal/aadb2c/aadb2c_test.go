// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package aadb2c_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
)

func TestDescription(t *testing.T) {
	got := aadb2c.Description(aadb2c.UnknownClient.With("a\nb", "contoso"), time.Unix(1750000000, 0))
	want := `^AADB2C90018: The client id 'a b' specified in the request is not registered in tenant 'contoso'\.\r\nCorrelation ID: [0-9a-f-]{36}\r\nTimestamp: 2025-06-15 15:06:40Z\r\n$`
	if !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("got %q, want %s", got, want)
	}
	if aadb2c.UnknownClient.Text == aadb2c.UnknownClient.With("", "").Text {
		t.Error("With changed the table")
	}
}

func TestMeaning(t *testing.T) {
	for code, want := range map[string]string{
		"AADB2C90225": "wrong user name or password", "AADB2C90183": "code_verifier malformed",
		"AADB2C90289": "identity provider out of reach", "AADB2C12345": "", "": "",
	} {
		if got := aadb2c.Meaning(code); got != want {
			t.Errorf("Meaning(%q): got %q, want %q", code, got, want)
		}
	}
	if aadb2c.Codes() < 50 {
		t.Errorf("got %d codes", aadb2c.Codes())
	}
}
