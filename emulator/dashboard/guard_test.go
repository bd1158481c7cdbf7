// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// TestGuardHosts: only loopback names and addresses are answered, against DNS
// rebinding, and only connections from loopback.
func TestGuardHosts(t *testing.T) {
	h := dashboard.New(emulator.NewTenant(nil))
	for _, c := range []struct {
		host, remote string
		status       int
	}{
		{"127.0.0.1:8400", "127.0.0.1:50000", 200},
		{"127.0.0.1", "127.0.0.1:50000", 200},
		{"127.8.9.10:8400", "127.0.0.1:50000", 200},
		{"localhost:8400", "[::1]:50000", 200},
		{"LOCALHOST", "[::ffff:127.0.0.1]:50000", 200},
		{"[::1]:8400", "127.0.0.1:50000", 200},
		{"[::1]", "127.0.0.1:50000", 200},
		{"evil.example", "127.0.0.1:50000", 403},
		{"evil.example:8400", "127.0.0.1:50000", 403},
		{"localhost.evil.example", "127.0.0.1:50000", 403},
		{"127.0.0.1.evil.example", "127.0.0.1:50000", 403},
		{"127.0.0.1@evil.example", "127.0.0.1:50000", 403},
		{"contoso.b2clogin.com", "127.0.0.1:50000", 403},
		{"0.0.0.0:8400", "127.0.0.1:50000", 403},
		{"2130706433", "127.0.0.1:50000", 403},
		{"192.0.2.1", "127.0.0.1:50000", 403},
		{"", "127.0.0.1:50000", 403},
		{"127.0.0.1:8400", "192.0.2.1:50000", 403},
		{"localhost", "[2001:db8::1]:50000", 403},
		{"localhost", "", 403},
	} {
		for _, path := range []string{"/", "/emulator/v1/tenants", "/emulator/style.css", "/none"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			r.Host, r.RemoteAddr = c.host, c.remote
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			want := c.status
			if path == "/none" && want == 200 {
				want = 404
			}
			equal(t, c.host+" from "+c.remote+" at "+path, w.Code, want)
			if c.status == 403 && strings.Contains(w.Body.String(), "contoso") {
				t.Errorf("%s from %s: got a refusal that tells of a tenant: %s", c.host, c.remote, w.Body)
			}
		}
	}
}

// TestGuardOrigins: what pages of other origins can make a browser send changes
// nothing and is not answered.
func TestGuardOrigins(t *testing.T) {
	const form, jsonType = "application/x-www-form-urlencoded", "application/json"
	const advance = `{"advance":"1h"}`
	own := "http://127.0.0.1:8400"
	for _, c := range []struct {
		what, method, path, contentType, body string
		headers                               []string
		status                                int
	}{
		{"a program", "POST", "/emulator/v1/clock", jsonType, advance, nil, 200},
		{"a program's charset", "POST", "/emulator/v1/clock", jsonType + "; charset=utf-8", advance, nil, 200},
		{"own origin", "POST", "/emulator/v1/clock", jsonType, advance, []string{"Origin", own, "Sec-Fetch-Site", "same-origin"}, 200},
		{"own form", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", own, "Sec-Fetch-Site", "same-origin"}, 303},
		{"own form, old browser", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", own}, 303},

		{"cross-site form", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 403},
		{"cross-site navigation by form without Origin", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 403},
		{"cross-site form without Origin", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"form, old browser", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "https://evil.example"}, 403},
		{"form of a sandbox", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "null"}, 403},
		{"form of another port", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "http://127.0.0.1:3000", "Sec-Fetch-Site", "same-site"}, 403},
		{"form of another loopback name", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "http://localhost:8400"}, 403},
		{"form of another scheme", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", "https://127.0.0.1:8400"}, 403},
		{"two origins", "POST", "/emulator/forms/clock", form, "by=1h", []string{"Origin", own, "Origin", "https://evil.example"}, 403},
		{"Origin that contradicts", "POST", "/emulator/v1/clock", jsonType, advance, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "same-origin"}, 403},
		{"text that is JSON", "POST", "/emulator/v1/clock", "text/plain", advance, nil, 415},
		{"form that is JSON", "POST", "/emulator/v1/clock", form, advance, nil, 415},
		{"JSON without a type", "POST", "/emulator/v1/clock", "", advance, nil, 415},
		{"JSON for a form", "POST", "/emulator/forms/clock", jsonType, advance, nil, 415},
		{"multipart for a form", "POST", "/emulator/forms/clock", "multipart/form-data; boundary=x", "--x--", nil, 415},
		{"foreign PUT", "PUT", "/emulator/v1/faults", jsonType, `{"faults":[{"kind":"down"}]}`, []string{"Origin", "https://evil.example"}, 403},
		{"foreign DELETE", "DELETE", "/emulator/v1/users?user=ada@example.org", "", "", []string{"Sec-Fetch-Site", "same-site"}, 403},

		{"a foreign script reads", "GET", "/emulator/v1/tenants", "", "", []string{"Origin", "https://evil.example"}, 403},
		{"a foreign script reads blindly", "GET", "/emulator/v1/tenants", "", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"}, 403},
		{"another port reads", "GET", "/", "", "", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, 403},
		{"a foreign frame", "GET", "/", "", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		{"a link", "GET", "/", "", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		{"an address typed in", "GET", "/", "", "", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		{"a preflight", "OPTIONS", "/emulator/v1/clock", "", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 403},
		{"a preflight without an Origin", "OPTIONS", "/emulator/v1/clock", "", "", []string{"Access-Control-Request-Method", "POST"}, 405},
	} {
		tenant := emulator.NewTenant(nil)
		before := tenant.Now()
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
		r.Host, r.RemoteAddr = "127.0.0.1:8400", "127.0.0.1:50000"
		if c.contentType != "" {
			r.Header.Set("Content-Type", c.contentType)
		}
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Add(c.headers[i], c.headers[i+1])
		}
		w := httptest.NewRecorder()
		dashboard.New(tenant).ServeHTTP(w, r)
		equal(t, c.what, w.Code, c.status)
		moved := tenant.Now().Sub(before) > 30*time.Minute
		equal(t, c.what+": the clock moved", moved, c.method == "POST" && c.status < 400)
		equal(t, c.what+": faults", len(tenant.Faults()), 0)
		equal(t, c.what+": users", len(tenant.Users()), 2)
		checkHeaders(t, c.what, w.Header())
	}
}

// TestGuardHTTPS: over TLS the own origin is https.
func TestGuardHTTPS(t *testing.T) {
	h := dashboard.New(emulator.NewTenant(nil))
	for origin, status := range map[string]int{"https://localhost:8400": 200, "http://localhost:8400": 403, "https://localhost": 403} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/emulator/v1/clock", strings.NewReader(`{"advance":"1h"}`))
		r.Host, r.RemoteAddr, r.TLS = "localhost:8400", "127.0.0.1:50000", &tls.ConnectionState{}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		equal(t, origin, w.Code, status)
	}
}

// TestGuardAnyAddress: a server that listens on more still keeps its dashboard
// to itself when a stranger's name leads to it.
func TestGuardAnyAddress(t *testing.T) {
	tenant := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "b2c"}})
	b2c, err := emulator.Start(&emulator.ServerOptions{Address: ":0", AnyAddress: true, Plain: true, Fallback: dashboard.New(tenant)}, tenant)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b2c.Close)
	s := site{b2c, t}
	equal(t, "loopback", s.get("/").status, 200)
	for _, host := range []string{"b2c", "evil.example"} {
		r := s.send(http.MethodGet, "/", "", "Host", host)
		equal(t, host, r.status, 404)
		lacks(t, r.body, "emulator")
	}
}

// TestGetChangesNothing: no GET does what a form or the API does by POST.
func TestGetChangesNothing(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	kid := s.CurrentKey("").ID()
	for _, path := range []string{
		"/emulator/forms/clock?by=1h", "/emulator/forms/rotate?container=UserFlowKeys", "/emulator/forms/fault?kind=down", "/emulator/forms/remove-user?user=ada@example.org",
		"/emulator/forms/mint", "/emulator/v1/clock?advance=1h", "/emulator/v1/rotate", "/emulator/v1/retire", "/emulator/v1/revoke", "/emulator/v1/mint",
		"/", "/emulator/log", "/emulator/v1/tenants", "/emulator/v1/faults", "/emulator/v1/users", "/emulator/v1/requests", "/emulator/v1/tokens",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			s.send(method, path, "")
		}
	}
	equal(t, "key", s.CurrentKey("").ID(), kid)
	equal(t, "faults", len(s.Faults()), 0)
	equal(t, "users", len(s.Users()), 2)
	equal(t, "requests of the tenant", len(s.Requests()), 0)
}

// checkHeaders wants what every answer has.
func checkHeaders(t *testing.T, what string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
	} {
		equal(t, what+": "+name, h.Get(name), want)
	}
	csp := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		equal(t, what+": CSP has "+want, strings.Contains(csp, want), true)
	}
	equal(t, what+": CSP is unsafe", strings.Contains(csp, "unsafe"), false)
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: got the header %s", what, name)
		}
	}
}
