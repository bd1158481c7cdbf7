// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package host_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a.example": "a.example", "a.example:443": "a.example", "[::1]:80": "::1", "[::1]": "::1", "::1": "::1", "127.0.0.1:1": "127.0.0.1",
	} {
		if got := host.Name(in); got != want {
			t.Errorf("Name(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for in, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "[::1]": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.": false, "localhost.example": false, "127.0.0.1:80": false, "127.1": false, "0.0.0.0": false, "::": false, "10.0.0.1": false,
		"a.localhost": false, "127.0.0.1.example": false,
	} {
		if got := host.Loopback(in); got != want {
			t.Errorf("Loopback(%q): got %t, want %t", in, got, want)
		}
	}
}
