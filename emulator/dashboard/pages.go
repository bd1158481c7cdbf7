// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

//go:embed html style.css live.js icon.svg
var files embed.FS

// pages are the pages over some tenants.
type pages struct {
	tenants   tenants
	templates *template.Template
}

// tokenPage is the page of a token.
type tokenPage struct {
	frame
	decodedPage
	Heading string
}

func newPages(all tenants, explains bool) *pages {
	functions := template.FuncMap{
		"join": strings.Join,
		"last": func(i int, of []string) bool { return i == len(of)-1 },
		"page": pageNamed,

		"explains": func() bool { return explains }, // tokens of real tenants
	}
	return &pages{all, template.Must(template.New("").Funcs(functions).ParseFS(files, "html/*.html"))}
}

// route adds the pages, which only reap.
func (p *pages) route(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if t := p.shown(w, r); t != nil {
			p.showTenant(w, r, t, http.StatusOK, "", mintForm{})
		}
	})
	mux.HandleFunc("GET /emulator/log", func(w http.ResponseWriter, r *http.Request) {
		if t := p.shown(w, r); t != nil {
			n, _ := strconv.Atoi(r.FormValue("after"))
			p.render(w, http.StatusOK, "rows", logOf(t, n))
		}
	})
	mux.HandleFunc("GET /emulator/tokens/{number}", func(w http.ResponseWriter, r *http.Request) {
		t := p.shown(w, r)
		if t == nil {
			return
		}
		for _, i := range t.Issued() {
			if strconv.Itoa(i.Number) == r.PathValue("number") {
				p.showToken(w, "Token "+r.PathValue("number"), i.Token, t)
				return
			}
		}
		p.notFound(w, "There is no such token, or it is no longer kept.")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		p.notFound(w, "There is no such page, and no tenant with such a path.")
	})
}

// shown returns the tenant a page is about, the first one if the request names
// none; nil once it has answered that there is no such tenant.
func (p *pages) shown(w http.ResponseWriter, r *http.Request) *emulator.Tenant {
	name := r.URL.Query().Get("tenant")
	if name == "" {
		return p.tenants[0]
	}
	t, err := p.tenants.find(name)
	if err != nil {
		p.notFound(w, "There is no such tenant.")
		return nil
	}
	return t
}

func (p *pages) showTenant(w http.ResponseWriter, r *http.Request, t *emulator.Tenant, status int, problem string, form mintForm) {
	p.render(w, status, "tenant", tenantPageOf(r, t, frameOf(t.Name(), t, p.tenants), problem, form))
}

func (p *pages) showToken(w http.ResponseWriter, heading, compact string, reader *emulator.Tenant) {
	page := tokenPage{frame: frameOf(heading, reader, p.tenants), decodedPage: decode(p.tenants, compact, reader), Heading: heading}
	status := http.StatusOK
	if page.Mistake != "" {
		status = http.StatusBadRequest
	}
	p.render(w, status, "token", page)
}

func (p *pages) notFound(w http.ResponseWriter, text string) {
	p.render(w, http.StatusNotFound, "missing", struct {
		frame
		Text string
	}{frameOf("Not found", nil, p.tenants), text})
}

// render writes a page, or none if the template fails.
func (p *pages) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page can't be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may be gone
}
