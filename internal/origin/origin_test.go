// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/origin"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]string{
		"https://stock.internal":              "https://stock.internal",
		"https://stock.internal/":             "https://stock.internal",
		"https://stock.internal:443":          "https://stock.internal",
		"https://stock.internal:8443/":        "https://stock.internal:8443",
		"HTTPS://Stock.INTERNAL:443/":         "https://stock.internal",
		"https://stock":                       "https://stock",
		"https://my_stock:80":                 "https://my_stock:80",
		"https://xn--bcher-kva.example":       "https://xn--bcher-kva.example",
		"https://10.1.2.3":                    "https://10.1.2.3",
		"https://[2001:DB8:0:0::1]:8443":      "https://[2001:db8::1]:8443",
		"https://[0:0:0:0:0:0:0:1]:443":       "https://[::1]",
		"http://localhost":                    "http://localhost",
		"http://LocalHost:8080":               "http://localhost:8080",
		"http://127.0.0.1:80":                 "http://127.0.0.1",
		"http://127.255.0.7:443":              "http://127.255.0.7:443",
		"http://[::1]:8080":                   "http://[::1]:8080",
		"https://" + strings.Repeat("a", 63):  "https://" + strings.Repeat("a", 63),
		"https://4.example":                   "https://4.example",
		"https://a.b-c.d--e.example:65535":    "https://a.b-c.d--e.example:65535",
		"https://localhost.attacker.example/": "https://localhost.attacker.example",
	} {
		o, err := origin.Parse(s)
		if err != nil || o.String() != want {
			t.Errorf("Parse(%q): got %q, %v, want %q", s, o, err, want)
		}
		if again, err := origin.Parse(o.String()); again != o || err != nil {
			t.Errorf("Parse(%q), of its own String: got %q, %v, want the same", s, again, err)
		}
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if of, ok := origin.Of(u); of != o || !ok {
			t.Errorf("Of(%q): got %q, %v, want what Parse says", s, of, ok)
		}
	}
}

// Each error tells what to fix.
func TestParseErrors(t *testing.T) {
	const host, port, path, ipv6 = "malformed host", "malformed port", ": a path; write \"https://stock.internal\"", "IPv6 address without a zone"
	for s, want := range map[string]string{
		"":                                                  "empty",
		"stock.internal":                                    "put the scheme in front",
		"stock.internal:8443":                               "put the scheme in front",
		"//stock.internal":                                  "put the scheme in front",
		"https:stock.internal":                              "put the scheme in front",
		"https:/stock.internal":                             "put the scheme in front",
		"ftp://stock.internal":                              "must be https",
		"http\u017f://stock.internal":                       "must be https",
		"://stock.internal":                                 "must be https",
		" https://stock.internal":                           "must be https",
		"http://stock.internal":                             "loopback only",
		"http://10.0.0.1":                                   "loopback only",
		"http://0.0.0.0":                                    "loopback only",
		"http://128.0.0.1":                                  "loopback only",
		"http://[::2]":                                      "loopback only",
		"http://localhost.example":                          "loopback only",
		"http://127.0.0.1.example":                          "loopback only",
		"http://[::ffff:127.0.0.1]":                         ipv6,
		"https://stock.internal/items":                      path,
		"https://stock.internal//":                          path,
		"https://stock.internal/?":                          path,
		"https://stock.internal?a=b":                        ": a query; write",
		"https://stock.internal#a":                          ": a fragment; write",
		"https://stock.internal/api":                        `"https://stock.internal/api" has more than scheme, host and port: a path; write "https://stock.internal"`,
		"https://stock.internal/api/v1":                     `"https://stock.internal/api/" has more`,
		"https://stock.internal:8443/v1/":                   `"https://stock.internal:8443/v1/" has more than scheme, host and port: a path; write "https://stock.internal:8443"`,
		"https://stock.internal/bot123:x/":                  `"https://stock.internal" has more than scheme, host and port: a path; write "https://stock.internal"`,
		"https://stock.internal/" + strings.Repeat("a", 13): `"https://stock.internal" has more`,
		"http://stock.internal/items":                       "loopback only",
		"https://stock.internal:/items":                     port,
		"https://stock.internal/#":                          path,
		"https://user:pw@stock.internal":                    "user name or password",
		"https://stock.internal/@":                          "user name or password",
		"https://stock.internal\\@evil.test":                "user name or password",
		"https://":                                          "no host",
		"https:///items":                                    "no host",
		"https://:8443":                                     "no host",
		"https://stock.internal:":                           port,
		"https://stock.internal:0":                          port,
		"https://stock.internal:0443":                       port,
		"https://stock.internal:+443":                       port,
		"https://stock.internal:65536":                      port,
		"https://stock.internal:$PORT":                      port,
		"https://stock.internal:https":                      port,
		"https://a:b:443":                                   host,
		"https://::1":                                       host,
		"https://::1:443":                                   host,
		"https://[::1":                                      ipv6,
		"https://[::1:443":                                  ipv6,
		"https://[::1]x":                                    ipv6,
		"https://[127.0.0.1]":                               ipv6,
		"https://[stock]":                                   ipv6,
		"https://[fe80::1%25eth0]":                          ipv6,
		"https://[fe80::1%eth0]":                            ipv6,
		"https://[]":                                        ipv6,
		"https://stock.internal.":                           "ends in a dot",
		"https://stock.internal.:443":                       "ends in a dot",
		"https://.":                                         "ends in a dot",
		"https://.internal":                                 host,
		"https://stock..internal":                           host,
		"https://-stock.internal":                           host,
		"https://stock-.internal":                           host,
		"https://*.internal":                                host,
		"https://stock internal":                            host,
		"https://stock.internal\n":                          host,
		"https://stock%2einternal":                          host,
		"https://stock\\internal":                           host,
		"https://stock,internal":                            host,
		"https://127.1":                                     host,
		"https://2130706433":                                host,
		"https://0x7f.0x1":                                  host,
		"https://010.0.0.1":                                 host,
		"https://" + strings.Repeat("a", 64):                host,
		"https://" + strings.Repeat("a.", 126) + "aa":       host,
		"https://b\u00fccher.example":                       "punycode",
		"https://stoc\u212a.internal":                       "punycode",
		"https://stock\u3002internal":                       "punycode",
		"https://stock.internal\u00a0":                      "punycode",
		"https://stock.internal:\u0661":                     "punycode",
	} {
		o, err := origin.Parse(s)
		if err == nil || !strings.Contains(err.Error(), want) || o != (origin.Origin{}) {
			t.Errorf("Parse(%q): got %q, %v, want an error with %q", s, o, err, want)
		}
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	const secret = "hunter2"
	for _, s := range []string{
		"https://ada:" + secret + "@stock.internal", "https://" + secret + "@stock.internal/items", "https://stock\u00e9/" + secret + "@", secret + "@",
		"https://stock.internal/hooks/" + secret, "https://stock.internal?key=" + secret, "https://stock.internal/#" + secret,
		"stock.internal/" + secret, "ftp://stock.internal/" + secret, "https://a:b:c/?" + secret, "ada:" + secret + "@stock.internal",
	} {
		_, err := origin.Parse(s)
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("Parse(%q): got error %v, want one without the secret", s, err)
		}
	}
	if _, err := origin.Parse("https://" + strings.Repeat("a", 1<<20)); err == nil || len(err.Error()) > 300 {
		t.Error("Parse of a long text: got no error or a long one, want a short one")
	}
}

func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		u    *url.URL
		want string // "" for none
	}{
		"nil":               {nil, ""},
		"empty":             {&url.URL{}, ""},
		"relative":          {&url.URL{Path: "/items"}, ""},
		"no host":           {&url.URL{Scheme: "https", Path: "/items"}, ""},
		"other scheme":      {&url.URL{Scheme: "wss", Host: "a"}, ""},
		"scheme by case":    {&url.URL{Scheme: "HTTPS", Host: "a"}, ""},
		"https":             {&url.URL{Scheme: "https", Host: "A:443", Path: "/items", RawQuery: "a"}, "https://a"},
		"http anywhere":     {&url.URL{Scheme: "http", Host: "a"}, "http://a"},
		"port of another":   {&url.URL{Scheme: "http", Host: "a:443"}, "http://a:443"},
		"user name":         {&url.URL{Scheme: "https", Host: "a", User: url.User("ada")}, "https://a"},
		"opaque":            {&url.URL{Scheme: "https", Host: "a", Opaque: "//b/items"}, ""},
		"not ASCII":         {&url.URL{Scheme: "https", Host: "b\u00fccher.example"}, ""},
		"Kelvin sign":       {&url.URL{Scheme: "https", Host: "stoc\u212a"}, ""},
		"trailing dot":      {&url.URL{Scheme: "https", Host: "a."}, ""},
		"at sign in host":   {&url.URL{Scheme: "https", Host: "a@b"}, ""},
		"slash in host":     {&url.URL{Scheme: "https", Host: "a/b"}, ""},
		"no port":           {&url.URL{Scheme: "https", Host: "a:"}, ""},
		"IPv6":              {&url.URL{Scheme: "https", Host: "[0::1]:8443"}, "https://[::1]:8443"},
		"IPv6 with a zone":  {&url.URL{Scheme: "https", Host: "[fe80::1%eth0]"}, ""},
		"IPv6 out of boxes": {&url.URL{Scheme: "https", Host: "::1"}, ""},
	} {
		o, ok := origin.Of(c.u)
		if o.String() != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, o, ok, c.want)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.255.0.7": true, "::1": true, "0:0::1": true,
		"": false, "localhost.": false, "localhost.example": false, "128.0.0.1": false, "0.0.0.0": false, "::": false, "::2": false,
		"127.1": false, "127.0.0.1.example": false, "[::1]": false, "127.0.0.1:80": false, "10.0.0.1": false, "localho\u017ft": false,
	} {
		if got := origin.IsLoopback(host); got != want {
			t.Errorf("%q: got %v, want %v", host, got, want)
		}
	}
}
