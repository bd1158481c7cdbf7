// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"unicode/utf8"
)

//go:embed html
var htmlFiles embed.FS

// The pages: one layout, and what is in the middle of it.
var (
	formPage     = parsePage("form.html")
	accountsPage = parsePage("accounts.html")
	messagePage  = parsePage("message.html")

	pageStyle  = mustRead("html/style.css")
	pagePolicy = contentSecurityPolicy("style-src", pageStyle)
)

func parsePage(name string) *template.Template {
	return template.Must(template.ParseFS(htmlFiles, "html/layout.html", "html/"+name))
}

func mustRead(name string) string {
	text, err := htmlFiles.ReadFile(name)
	if err != nil {
		panic("emulator: " + err.Error()) // embedded
	}
	return string(text)
}

// contentSecurityPolicy allows a page its own style or script and nothing else.
// There is no form-action: Chromium applies it to the redirect after the form
// too, which goes to the app.
func contentSecurityPolicy(directive, inline string) string {
	sum := sha256.Sum256([]byte(inline))
	return "default-src 'none'; " + directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
}

// view is what a page shows. Everything in it but Style is escaped.
type view struct {
	Style  template.CSS
	Tenant string
	Title  string
	Intro  string // in place of the line that names the app
	App    string

	Action   string // where the form goes
	CSRF     string
	Inputs   []input
	Problems []problem
	Continue string // the button's text
	Code     string // the one that a mail would bring
	Account  string // for password managers

	Forgot, SignUp, Back string // URLs; "" for no link

	Provider  *provider // whose page this is
	Providers []provider
	Accounts  []choice

	Refusal *refusalText
}

// Initial is the tenant's mark.
func (v *view) Initial() string { return initial(v.Tenant) }

// problem is what is wrong with a field.
type problem struct{ Field, Label, Text string }

// problem adds what is wrong with a field, if nothing is yet.
func (v *view) problem(field, text string) {
	for i := range v.Inputs {
		if in := &v.Inputs[i]; in.Name == field {
			if in.Problem == "" {
				in.Problem = text
				v.Problems = append(v.Problems, problem{field, in.Label, text})
			}
			return
		}
	}
	v.Problems = append(v.Problems, problem{field, "", text})
}

// list lists the problems in the order of the fields.
func (v *view) list() {
	at := func(p problem) int {
		return slices.IndexFunc(v.Inputs, func(in input) bool { return in.Name == p.Field })
	}
	slices.SortStableFunc(v.Problems, func(a, b problem) int { return at(a) - at(b) })
}

// focus puts the cursor where there is something to do: at the first problem, or
// else into the first empty field.
func (v *view) focus() {
	at := -1
	for i, in := range v.Inputs {
		if in.Problem != "" {
			at = i
			break
		}
		if at < 0 && in.Value == "" {
			at = i
		}
	}
	if at >= 0 {
		v.Inputs[at].Focus = true
	}
}

// render answers with a page. Nothing of it may be kept, framed or told to
// others.
func (v *view) render(w http.ResponseWriter, status int, page *template.Template) {
	v.Style = template.CSS(pageStyle) //nolint:gosec // G203: our own file
	v.list()
	v.focus()
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		panic("emulator: " + err.Error()) // the templates are embedded and tested
	}
	noStore(w)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	// With no-referrer a browser sends forms with the Origin "null".
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a client that went away is no concern of the tenant
}

// initial returns the first letter of a name.
func initial(name string) string {
	r, _ := utf8.DecodeRuneInString(name)
	if r == utf8.RuneError {
		return "?"
	}
	return string(r)
}
