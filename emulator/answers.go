// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
)

// notFound is B2C's answer to an unknown tenant, policy or path: a page for
// people, where a client expects JSON. It says nothing of the request.
func notFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "private")
	page(w, http.StatusNotFound, "The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.")
}

func notAllowed(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	page(w, http.StatusMethodNotAllowed, "The resource doesn't support this HTTP method.")
}

func page(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!DOCTYPE html>\r\n<html><head><title>%d - %s</title></head>\r\n<body><h1>%[1]d - %[2]s</h1><p>%s</p></body></html>\r\n",
		status, http.StatusText(status), html.EscapeString(text))
}

// writeJSON answers with v. It sets no Cache-Control and no ETag: what B2C
// sends with metadata and keys isn't known.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := encode(v)
	if err != nil {
		panic("emulator: " + err.Error()) // v is built from strings and numbers
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is no concern of the tenant
}

// encode is JSON without HTML escapes, which B2C doesn't write.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// randomGUID returns a version 4 GUID for a request or a correlation id.
func randomGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
