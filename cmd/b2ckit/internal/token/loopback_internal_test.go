// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"net/http/httptest"
	"testing"
)

// Browsers leave out the port of http, whatever the redirect URI says.
func TestReturnsByHost(t *testing.T) {
	for _, c := range []struct {
		redirectURI, host string
		want              bool
	}{
		{"http://localhost:80/callback", "localhost", true},
		{"http://localhost/callback", "localhost", true},
		{"http://localhost/callback", "localhost:80", true},
		{"http://[::1]:80/callback", "[::1]", true},
		{"http://localhost:8400/callback", "localhost:8400", true},
		{"http://localhost:8400/callback", "localhost", false},
		{"http://localhost:8080/callback", "localhost:80", false},
		{"http://localhost:8400/callback", "evil.example:8400", false},
	} {
		l, err := newLoopback(c.redirectURI)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/callback?state=x", nil)
		r.Host = c.host
		if got := l.isReturn(r); got != c.want {
			t.Errorf("%s, asked as %s: got %v", c.redirectURI, c.host, got)
		}
	}
}
