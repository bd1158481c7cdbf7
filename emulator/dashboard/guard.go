// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"strings"
)

// maxBody bounds what a request may send.
const maxBody = 64 << 10

// policy is what a page may load: the dashboard's own files and nothing else. No
// page holds a script or a style itself, so that text of others that got into
// one unescaped would still do nothing.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded keeps everyone out but people and programs on this machine. The
// dashboard hands out tokens for anyone, so a page that happens to be open in a
// developer's browser must be able neither to drive it nor to read it.
func guarded(next http.Handler) http.Handler {
	csrf := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store") // there are tokens on the pages
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// Not no-referrer: with it browsers send "Origin: null" with forms.
		h.Set("Referrer-Policy", "same-origin")
		// There is no Access-Control header in this package, and never will be.
		if refusal := refusalOf(csrf, r); refusal != "" {
			writeError(w, r, http.StatusForbidden, refusal)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// refusalOf says why a request isn't answered; "" if it is.
func refusalOf(csrf *http.CrossOriginProtection, r *http.Request) string {
	switch {
	// The server may listen on more than loopback, and Host is the client's word.
	case !loopback(r.RemoteAddr):
		return "the dashboard answers this machine alone"
	// DNS rebinding: a stranger's name that points at 127.0.0.1 makes a stranger's
	// page of one origin with this one, as far as the browser knows.
	case !loopback(r.Host):
		return "the dashboard answers at loopback hosts alone"
	// This covers methods that change something, in all browsers of today.
	case csrf.Check(r) != nil:
		return "the request comes from another origin"
	// This covers the rest, old browsers, and another scheme at the same host.
	case !ownOrigin(r):
		return "the request comes from another origin"
	case !ownFetch(r):
		return "the request comes from another site"
	}
	return ""
}

// ownOrigin reports whether every Origin of a request is its own. Programs other
// than browsers send none.
func ownOrigin(r *http.Request) bool {
	own := originOf(r)
	for _, origin := range r.Header.Values("Origin") {
		if !strings.EqualFold(origin, own) {
			return false
		}
	}
	return true
}

// ownFetch reports whether a request that only reads may come from where it does:
// from the dashboard itself, from no page at all, or by a link that opens a tab.
// Another port of localhost is of the same site, but not of the same origin.
func ownFetch(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}
