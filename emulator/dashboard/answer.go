// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// apiRoot is what the paths of the API begin with.
const apiRoot = "/emulator/v1/"

// answer is what a route does: the value is the JSON that is sent, and nil is no
// content.
type answer func(r *http.Request) (any, error)

// methods are the answers of a route.
type methods map[string]answer

// serveAPI answers a request for a route.
func serveAPI(w http.ResponseWriter, r *http.Request, routes methods) {
	do := routes[r.Method]
	if do == nil {
		var allowed []string
		for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			if routes[m] != nil {
				allowed = append(allowed, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, r, http.StatusMethodNotAllowed, r.Method+" doesn't go here")
		return
	}
	// A form or a text is what a page of another origin could send without being
	// asked for leave. JSON isn't.
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
			writeError(w, r, http.StatusUnsupportedMediaType, "the body must be called application/json")
			return
		}
	}
	v, err := do(r)
	switch _, tooLarge := errors.AsType[*http.MaxBytesError](err); {
	case tooLarge:
		writeError(w, r, http.StatusRequestEntityTooLarge, "the body is too large")
	case err != nil:
		writeError(w, r, http.StatusBadRequest, problemsIn(err))
	case v == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		status := http.StatusOK
		if _, added := v.(created); added {
			status = http.StatusCreated
		}
		writeJSON(w, status, v)
	}
}

// created is the answer with a user that was added.
type created struct{ wire.Object }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // the client may be gone
}

// writeError answers in the way of the path: the API in JSON, the rest as text.
func writeError(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.HasPrefix(r.URL.Path, apiRoot) {
		writeJSON(w, status, map[string]string{"error": text})
		return
	}
	http.Error(w, text, status)
}
