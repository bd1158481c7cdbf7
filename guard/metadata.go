// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// metadata is the document that a resource has at all its places.
type metadata []byte

func newMetadata(resource string, servers, scopes []string, o *ResourceOptions) metadata {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is no page, and URLs stay as they were written
	// It can't fail: strings alone. The names are those of RFC 9728 section 2.
	_ = e.Encode(struct {
		Resource             string   `json:"resource"`
		AuthorizationServers []string `json:"authorization_servers"`
		Scopes               []string `json:"scopes_supported,omitempty"`
		BearerMethods        []string `json:"bearer_methods_supported"`
		Name                 string   `json:"resource_name,omitempty"`
		Documentation        string   `json:"resource_documentation,omitempty"`
		Policy               string   `json:"resource_policy_uri,omitempty"`
		TermsOfService       string   `json:"resource_tos_uri,omitempty"`
	}{
		resource, servers, scopes,
		[]string{"header"},
		o.Name, o.Documentation, o.Policy, o.TermsOfService,
	})
	return b.Bytes()
}

// ServeHTTP answers, wherever it is asked.
func (m metadata) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(m)))
		w.WriteHeader(http.StatusOK)
		if req.Method == http.MethodGet {
			// A client that is gone is no failure here.
			_, _ = w.Write(m)
		}
	case http.MethodOptions:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "*") // agents send one of their protocol
		h.Set("Access-Control-Max-Age", "300")
		w.WriteHeader(http.StatusNoContent)
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	}
}
