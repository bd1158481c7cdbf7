// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package answer writes the answers of B2C's endpoints: JSON, the pages of its
// web server, and redirects.
package answer

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// NotFound is B2C's answer to an unknown tenant, policy or path: a page for
// people, where a client expects JSON. It says nothing of the request.
func NotFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "private")
	Page(w, http.StatusNotFound, "The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.")
}

// NotAllowed names the methods that an endpoint knows.
func NotAllowed(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	Page(w, http.StatusMethodNotAllowed, "The resource doesn't support this HTTP method.")
}

// Page answers with a page that B2C's web server would send.
func Page(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!DOCTYPE html>\r\n<html><head><title>%d - %s</title></head>\r\n<body><h1>%[1]d - %[2]s</h1><p>%s</p></body></html>\r\n",
		status, http.StatusText(status), html.EscapeString(text))
}

// JSON answers with v. It sets no Cache-Control and no ETag: what B2C
// sends with metadata and keys isn't known.
func JSON(w http.ResponseWriter, status int, v any) {
	body, err := jose.Encode(v)
	if err != nil {
		panic("emulator: " + err.Error()) // v is built from strings and numbers
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is no concern of the tenant
}

// NoStore sets the headers of answers that hold secrets.
func NoStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store, must-revalidate, no-cache")
	w.Header().Set("X-Frame-Options", "DENY")
}

// RetryAfter sets the header of that name, in seconds, rounded up.
func RetryAfter(w http.ResponseWriter, after time.Duration) {
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
}

// ContentSecurityPolicy allows a page its own style or script and nothing else.
// There is no form-action: Chromium applies it to the redirect after the form
// too, which goes to the app.
func ContentSecurityPolicy(directive, inline string) string {
	sum := sha256.Sum256([]byte(inline))
	return "default-src 'none'; " + directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
}
