// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package contoso

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// KeySetURL is where the transport has the key set of a flow.
func (f *Flow) KeySetURL() string { return f.Issuer + "keys" }

// Client returns an HTTP client that gets the flows' metadata and keys, by their
// issuers, from the tenant itself and without a socket.
func (t *Tenant) Client() *http.Client {
	documents := map[string][]byte{}
	for i := range t.Flows {
		f := &t.Flows[i]
		documents[f.KeySetURL()] = f.KeySet
		documents[f.Issuer+".well-known/openid-configuration"] = fmt.Appendf(nil,
			`{"issuer":"%s","jwks_uri":"%s","id_token_signing_alg_values_supported":["RS256"]}`, f.Issuer, f.KeySetURL())
	}
	return &http.Client{Transport: transport(documents)}
}

// transport answers with documents, by their URLs.
type transport map[string][]byte

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := t[r.URL.String()]
	resp := &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
	if !ok {
		resp.StatusCode, resp.Status = http.StatusNotFound, "404 Not Found"
		resp.Body = io.NopCloser(strings.NewReader(""))
	}
	return resp, nil
}
