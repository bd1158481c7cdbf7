// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/emulator"
)

// New returns the pages and the control API over tenants: the value for
// [emulator.ServerOptions].Fallback of the server that serves them. Like
// [http.ServeMux.Handle] it panics on what can't be meant: no tenants, or one
// that is nil. The handler is safe for concurrent use and starts no goroutine.
func New(tenants ...*emulator.Tenant) http.Handler { return NewWithOptions(tenants, nil) }

// NewWithOptions is New with options, which may be nil.
func NewWithOptions(tenants []*emulator.Tenant, opts *Options) http.Handler {
	if opts == nil {
		opts = new(Options)
	}
	if len(tenants) == 0 {
		panic("dashboard: no tenants")
	}
	if i := slices.Index(tenants, nil); i >= 0 {
		panic(fmt.Sprintf("dashboard: tenant %d is nil", i))
	}
	all, faults := slices.Clone(tenants), new(faultSetter)

	mux := http.NewServeMux()
	for name, mediaType := range map[string]string{"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		mux.HandleFunc("GET /emulator/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType+"; charset=utf-8") // some machines take scripts for text
			http.ServeFileFS(w, r, files, name)
		})
	}
	pages := newPages(all, opts.Explain != nil)
	pages.route(mux)
	forms := &forms{pages, faults}
	forms.route(mux)
	(&realTokens{forms, opts.Explain}).route(mux)
	routeAPI(mux, all, faults)
	return guarded(mux)
}
