// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/bearer"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// FuzzAllowed: a token goes to a URL, under whatever Host, only if net/url sees
// the very scheme, host and port in both; With puts it there alone.
func FuzzAllowed(f *testing.F) {
	for _, s := range [][2]string{
		{"https://stock.internal:8443/a", ""},
		{"https://STOCK.internal:8443", "stock.internal:8443"},
		{"https://stock.internal", ""},
		{"http://stock.internal:8443", ""},
		{"https://stock.internal:8443@evil.example", ""},
		{"https://evil.example", "stock.internal:8443"},
		{"https://stock.internal:8443", "evil.example"},
		{"https://stock.internal:8443", "stock.internal:8443\x00"},
		{"https:stock.internal:8443", ""},
		{"//stock.internal:8443", ""},
		{"https://stock.internal:8443.", ""},
		{"https://stock.internal:08443", ""},
		{"https://u:p@stock.internal:8443/", ""},
	} {
		f.Add(s[0], s[1], "t0ken", "Authorization")
	}
	to, err := origin.Parse("https://stock.internal:8443")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rawURL, host, token, header string) {
		u, err := url.Parse(rawURL)
		if err != nil {
			return
		}
		r := &http.Request{Method: http.MethodGet, URL: u, Host: host, Header: http.Header{header: {"Bearer old"}}}
		if bearer.Allowed(r, to) {
			if u.Scheme != "https" || !strings.EqualFold(u.Hostname(), "stock.internal") || u.Port() != "8443" || u.Opaque != "" {
				t.Fatalf("a token would go to %q", rawURL)
			}
			if host != "" && !strings.EqualFold(host, "stock.internal:8443") {
				t.Fatalf("a token would go to Host %q", host)
			}
		}
		with := bearer.With(r, bearer.Credentials(token))
		n := 0
		for name, values := range with.Header {
			if strings.EqualFold(name, "Authorization") {
				n += len(values)
			}
		}
		if n != 1 || with.Header.Get("Authorization") != "Bearer "+token || !bearer.HasAuthorization(with) {
			t.Fatalf("got %d Authorization fields: %q", n, with.Header)
		}
		if got := r.Header[header]; len(r.Header) != 1 || len(got) != 1 || got[0] != "Bearer old" {
			t.Fatalf("the request itself was changed: %q", r.Header)
		}
	})
}
