// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/b2ckit/b2ckit/internal/bearer"
	"github.com/b2ckit/b2ckit/internal/origin"
)

func parse(t *testing.T, s string) origin.Origin {
	t.Helper()
	o, err := origin.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// hops returns the last of the requests to these URLs, each redirected to the
// next one as http.Client does it.
func hops(t *testing.T, urls ...string) (last *http.Request) {
	t.Helper()
	for _, s := range urls {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		next := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
		if last != nil {
			next.Response = &http.Response{StatusCode: http.StatusFound, Request: last}
		}
		last = next
	}
	return last
}

func TestAllowed(t *testing.T) {
	const a, b, foreign = "https://a.internal/1", "https://b.internal:8443/2", "https://evil.test/3"
	set := []origin.Origin{parse(t, "https://a.internal"), parse(t, "https://b.internal:8443")}
	for name, c := range map[string]struct {
		urls  []string
		inSet bool
		toA   bool
	}{
		"the origin":             {[]string{a}, true, true},
		"default port":           {[]string{"https://A.internal:443/1"}, true, true},
		"user name":              {[]string{"https://ada:pw@a.internal/1"}, true, true},
		"another of the set":     {[]string{b}, true, false},
		"foreign":                {[]string{foreign}, false, false},
		"other scheme":           {[]string{"http://a.internal/1"}, false, false},
		"other port":             {[]string{"https://a.internal:8443/1"}, false, false},
		"http on the port":       {[]string{"http://a.internal:443/1"}, false, false},
		"subdomain":              {[]string{"https://x.a.internal/1"}, false, false},
		"parent domain":          {[]string{"https://internal/1"}, false, false},
		"suffix":                 {[]string{"https://a.internal.evil.test/1"}, false, false},
		"prefix":                 {[]string{"https://evila.internal/1"}, false, false},
		"name of the origin":     {[]string{"https://a.internal@evil.test/1"}, false, false},
		"trailing dot":           {[]string{"https://a.internal./1"}, false, false},
		"fullwidth letter":       {[]string{"https://\uff41.internal/1"}, false, false},
		"redirect, same":         {[]string{a, a, a}, true, true},
		"redirect in the set":    {[]string{a, b, a}, true, false},
		"redirect to foreign":    {[]string{a, foreign}, false, false},
		"redirect from foreign":  {[]string{foreign, a}, false, false},
		"foreign in the middle":  {[]string{a, foreign, a}, false, false},
		"foreign long ago":       {[]string{a, foreign, a, a, a}, false, false},
		"downgrade and back":     {[]string{a, "http://a.internal/1", a}, false, false},
		"other port in the past": {[]string{"https://a.internal:444/1", a}, false, false},
	} {
		req := hops(t, c.urls...)
		if got := bearer.Allowed(req, set...); got != c.inSet {
			t.Errorf("%s: got %v from the set, want %v", name, got, c.inSet)
		}
		if got := bearer.Allowed(req, set[0]); got != c.toA {
			t.Errorf("%s: got %v from the one, want %v", name, got, c.toA)
		}
	}
}

// The Host field names the same origin, at every hop.
func TestAllowedHost(t *testing.T) {
	for host, want := range map[string]bool{
		"": true, "a.internal": true, "A.internal:443": true,
		"b.internal": false, "a.internal:8443": false, "a.internal.": false, "evil.test": false, "a.internal@evil.test": false, "a.internal/": false, " ": false,
	} {
		req := hops(t, "https://a.internal/1", "https://a.internal/2")
		req.Host = host
		if got := bearer.Allowed(req, parse(t, "https://a.internal")); got != want {
			t.Errorf("Host %q: got %v, want %v", host, got, want)
		}
		req.Host, req.Response.Request.Host = "", host
		if got := bearer.Allowed(req, parse(t, "https://a.internal")); got != want {
			t.Errorf("Host %q one hop before: got %v, want %v", host, got, want)
		}
	}
}

func TestAllowedNothingOfWhatIsMissing(t *testing.T) {
	good := "https://a.internal/1"
	lost := hops(t, good, good)
	lost.Response.Request = nil
	noURL := hops(t, good)
	noURL.URL = nil
	for name, req := range map[string]*http.Request{"no request": nil, "no URL": noURL, "a redirect from nowhere": lost} {
		if bearer.Allowed(req, parse(t, "https://a.internal")) {
			t.Errorf("%s: got true, want false", name)
		}
	}
	for name, set := range map[string][]origin.Origin{"no origins": nil, "the zero Origin": {{}}} {
		for _, req := range []*http.Request{hops(t, good), noURL, {URL: &url.URL{}}} {
			if bearer.Allowed(req, set...) {
				t.Errorf("%s: got true for %v, want false", name, req.URL)
			}
		}
	}
}
