// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// BenchmarkSign is the floor of all that issues tokens: one RSA signature.
func BenchmarkSign(b *testing.B) {
	key := emulator.NewKey()
	input := []byte(strings.Repeat("x", 700))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			key.Sign(input)
		}
	})
}

// BenchmarkTokenEndpoint is a client-credentials request, through the in-process
// transport and over loopback with TLS.
func BenchmarkTokenEndpoint(b *testing.B) {
	server := emulator.NewServer(nil)
	defer server.Close()
	tenant := server.Tenant
	body := clientCredentials(tenant).Encode()
	request := func() *http.Request {
		r, err := http.NewRequest(http.MethodPost, tokenURL, strings.NewReader(body))
		if err != nil {
			b.Error(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	through := func(transport http.RoundTripper) func() int {
		return func() int {
			res, err := transport.RoundTrip(request())
			if err != nil {
				b.Error(err)
				return 0
			}
			defer res.Body.Close()
			_, _ = io.Copy(io.Discard, res.Body)
			return res.StatusCode
		}
	}
	for _, way := range []struct {
		name string
		ask  func() int
	}{
		{"transport", through(tenant.Transport())},
		{"sockets", through(server.Transport())},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if status := way.ask(); status != http.StatusOK {
						b.Errorf("got status %d, want 200", status)
						return
					}
				}
			})
		})
	}
}
