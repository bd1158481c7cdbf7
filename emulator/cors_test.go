// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// A single-page app reads metadata, keys and tokens from another origin.
func TestCrossOrigin(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	send := func(method, url string, header ...string) reply {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return do(t, b2c.Client(), r)
	}
	const allowed = "Access-Control-Allow-Origin"
	for _, row := range []struct {
		method, url string
		open        string
	}{
		{http.MethodGet, metadataURL, "*"},
		{http.MethodGet, keysURL, "*"},
		{http.MethodPost, tokenURL, "*"},
		{http.MethodGet, authorizeURL, ""},
		{http.MethodGet, logoutURL, ""},
	} {
		equal(t, row.url, send(row.method, row.url, "Origin", "http://localhost:3000").header.Get(allowed), row.open)
		equal(t, row.url+" without Origin", send(row.method, row.url).header.Get(allowed), "")
	}
	before := b2c.Counts()
	r := send(http.MethodOptions, tokenURL, "Origin", "http://localhost:3000", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
	equal(t, "preflight", r.status, 204)
	equal(t, "methods", r.header.Get("Access-Control-Allow-Methods"), "POST")
	equal(t, "headers", r.header.Get("Access-Control-Allow-Headers"), "content-type")
	equal(t, "origin", r.header.Get(allowed), "*")
	equal(t, "counts", b2c.Counts(), before)
	equal(t, "preflight of a page", send(http.MethodOptions, authorizeURL, "Origin", "http://localhost:3000", "Access-Control-Request-Method", "GET").status, 405)
	equal(t, "no preflight", send(http.MethodOptions, tokenURL, "Origin", "http://localhost:3000").status, 405)
}
