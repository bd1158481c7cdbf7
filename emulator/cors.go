// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

// openToOrigins lets scripts of other origins read an answer. A single-page app
// needs that of metadata, keys and tokens; B2C must do it too, or MSAL.js would
// not work with it. Its exact headers aren't documented.
func openToOrigins(to Endpoint, w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Origin") == "" || to != MetadataEndpoint && to != KeysEndpoint && to != TokenEndpoint {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if preflight(to, r) {
		w.Header().Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
		w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		w.Header().Set("Access-Control-Max-Age", "600")
	}
	return true
}

// preflight reports whether a browser asks if a script may send a request. It is
// none itself, and counts nowhere.
func preflight(to Endpoint, r *http.Request) bool {
	return to != NoEndpoint && r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}
