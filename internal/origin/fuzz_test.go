// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// FuzzParse: what is read as an origin is the same for net/url, which dials it,
// and reads back from its text; nothing but loopback goes over plain http.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"https://stock.internal:8443", "https://stock.internal/", "https://a.b:443", "http://localhost:80", "http://127.0.0.1", "http://[::1]:8080", "https://[2001:DB8::1]", "https://[::ffff:127.0.0.1]",
		"http://a.b", "https://a.b:0", "https://a.b:65536", "https://a.b:08", "https://a.b.", "https://user@a.b", "https://a.b\\@c.d", "https://a.b#", "https://a.b?", "https://127.1", "https://0x7f.1", "https://[::1%25lo]",
		"HTTPS://A.B", "https:a.b", "//a.b", "https://a..b", "https://-a.b", "https://xn--a.b", "https://ä.b", "https://a.b:", "https://a b", "https://a.b//",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := origin.Parse(s)
		if err != nil {
			if o != (origin.Origin{}) {
				t.Fatalf("%q: got %v with %v", s, o, err)
			}
			return
		}
		u, err := url.Parse(s)
		if err != nil || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
			t.Fatalf("%q is an origin, for net/url %+v, %v", s, u, err)
		}
		if of, ok := origin.Of(u); !ok || of != o {
			t.Fatalf("%q is %v, as a URL %v %v", s, o, of, ok)
		}
		if again, err := origin.Parse(o.String()); err != nil || again != o {
			t.Fatalf("%q is %v, which reads back as %v, %v", s, o, again, err)
		}
		host := strings.ToLower(u.Hostname())
		if addr, err := netip.ParseAddr(host); err == nil {
			host = addr.String() // an IPv6 address has many spellings
		}
		port := u.Port()
		if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
			port = ""
		}
		if port != "" {
			port = ":" + port
		}
		if o.Hostname() != host || o.Scheme() != u.Scheme || strings.Trim(strings.TrimSuffix(o.Host(), port), "[]") != host || !strings.HasSuffix(o.Host(), port) {
			t.Fatalf("%q is %v (%s, %s), for net/url %s %s %s", s, o, o.Hostname(), o.Host(), u.Scheme, host, port)
		}
		if o.Scheme() != "https" && !loopback(host) {
			t.Fatalf("%q is %v, which is not https", s, o)
		}
		if o.String() != strings.ToLower(o.String()) {
			t.Fatalf("%q is %q, not lower case", s, o)
		}
		if strings.ContainsFunc(o.String(), func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>@\%#?{}|^`+"`", r) }) {
			t.Fatalf("%q is %q", s, o)
		}
	})
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
