// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/b2ckit/b2ckit/emulator"
)

//go:embed html style.css live.js icon.svg
var files embed.FS

// dashboard is the pages and the API over some tenants.
type dashboard struct {
	tenants []*emulator.Tenant
	pages   *template.Template

	faults sync.Mutex // held while faults are read and set again
}

// New returns the pages and the control API over tenants: the value for
// [emulator.ServerOptions].Fallback of the server that serves them. Like
// [http.ServeMux.Handle] it panics on what can't be meant: no tenants, or one
// that is nil. The handler is safe for concurrent use and starts no goroutine.
func New(tenants ...*emulator.Tenant) http.Handler {
	if len(tenants) == 0 {
		panic("dashboard: no tenants")
	}
	if i := slices.Index(tenants, nil); i >= 0 {
		panic(fmt.Sprintf("dashboard: tenant %d is nil", i))
	}
	d := &dashboard{tenants: slices.Clone(tenants)}
	d.pages = template.Must(template.New("").Funcs(functions).ParseFS(files, "html/*.html"))

	mux := http.NewServeMux()
	for name, mediaType := range map[string]string{"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		mux.HandleFunc("GET /emulator/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType+"; charset=utf-8") // some machines take scripts for text
			http.ServeFileFS(w, r, files, name)
		})
	}
	d.routePages(mux)
	d.routeForms(mux)
	d.routeAPI(mux)
	return guarded(mux)
}

// tenant returns the tenant with a name, domain or GUID; "" is the only one.
func (d *dashboard) tenant(name string) (*emulator.Tenant, error) {
	if name == "" && len(d.tenants) == 1 {
		return d.tenants[0], nil
	}
	if name == "" {
		return nil, wrong("tenant", "is needed, as there are several")
	}
	for _, t := range d.tenants {
		if strings.EqualFold(name, t.Name()) || strings.EqualFold(name, t.Domain()) || strings.EqualFold(name, t.ID()) {
			return t, nil
		}
	}
	return nil, wrong("tenant", "there is no tenant %q", name)
}
