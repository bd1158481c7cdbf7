// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// Framework is what a middleware is made for.
type Framework string

// Path is where a handler that is measured answers GET with 204.
const Path = "/tasks"

// Handler is a subject that is asked over HTTP, without a socket: whoever passes is
// answered with 204.
func Handler(h http.Handler) *Subject {
	return &Subject{Prepare: func(raw string) func() error {
		r := &http.Request{
			Method: http.MethodGet, URL: &url.URL{Path: Path}, RequestURI: Path, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Host: "api.example", RemoteAddr: "192.0.2.1:1234", Header: http.Header{"Authorization": {"Bearer " + raw}}, Body: http.NoBody,
		}
		return func() error {
			w := answers.Get().(*answer) //nolint:errcheck // the pool has no others
			defer answers.Put(w)
			clear(w.header)
			w.status = http.StatusOK
			h.ServeHTTP(w, r)
			if w.status != http.StatusNoContent {
				return fmt.Errorf("answered with %d", w.status)
			}
			return nil
		}
	}}
}

var answers = sync.Pool{New: func() any { return &answer{header: http.Header{}} }}

// answer is a ResponseWriter that costs next to nothing.
type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return len(b), nil }
func (a *answer) WriteHeader(status int)      { a.status = status }
