// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package page writes the pages that people see: one layout, forms and what is
// wrong with what was typed in. It knows what B2C says, and nothing of who asks.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

//go:embed html
var htmlFiles embed.FS

// The pages: one layout, and what is in the middle of it.
var (
	Form     = parsePage("form.html")
	Accounts = parsePage("accounts.html")
	Message  = parsePage("message.html")

	pageStyle  = mustRead("html/style.css")
	pagePolicy = answer.ContentSecurityPolicy("style-src", pageStyle)
)

// Template is what is in the middle of a page.
type Template = template.Template

func parsePage(name string) *Template {
	return template.Must(template.ParseFS(htmlFiles, "html/layout.html", "html/"+name))
}

func mustRead(name string) string {
	text, err := htmlFiles.ReadFile(name)
	if err != nil {
		panic("emulator: " + err.Error()) // embedded
	}
	return string(text)
}

// View is what a page shows. Everything in it but Style is escaped.
type View struct {
	Style  template.CSS
	Tenant string
	Title  string
	Intro  string // in place of the line that names the app
	App    string

	Action   string // where the form goes
	CSRF     string
	Inputs   []Input
	Problems []Problem
	Continue string // the button's text
	Code     string // the one that a mail would bring
	Account  string // for password managers

	Forgot, SignUp, Back string // URLs; "" for no link

	Provider  *Provider // whose page this is
	Providers []Provider
	Accounts  []Choice

	Refusal *Refusal
}

// Initial is the tenant's mark.
func (v *View) Initial() string { return initial(v.Tenant) }

// Problem is what is wrong with a field.
type Problem struct{ Field, Label, Text string }

// AddProblem adds what is wrong with a field, if nothing is yet.
func (v *View) AddProblem(field, text string) {
	for i := range v.Inputs {
		if in := &v.Inputs[i]; in.Name == field {
			if in.Problem == "" {
				in.Problem = text
				v.Problems = append(v.Problems, Problem{field, in.Label, text})
			}
			return
		}
	}
	v.Problems = append(v.Problems, Problem{field, "", text})
}

// list lists the problems in the order of the fields.
func (v *View) list() {
	at := func(p Problem) int {
		return slices.IndexFunc(v.Inputs, func(in Input) bool { return in.Name == p.Field })
	}
	slices.SortStableFunc(v.Problems, func(a, b Problem) int { return at(a) - at(b) })
}

// focus puts the cursor where there is something to do: at the first problem, or
// else into the first empty field.
func (v *View) focus() {
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

// Render answers with a page. Nothing of it may be kept, framed or told to
// others.
func (v *View) Render(w http.ResponseWriter, status int, page *Template) {
	v.Style = template.CSS(pageStyle) //nolint:gosec // G203: our own file
	v.list()
	v.focus()
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		panic("emulator: " + err.Error()) // the templates are embedded and tested
	}
	answer.NoStore(w)
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

// Provider is a federated identity provider, as a page names it.
type Provider struct{ Name, URL string }

// Initial stands in for a logo.
func (p Provider) Initial() string { return initial(p.Name) }

// Choice is an account at a provider.
type Choice struct{ ID, Name, Email string }

// Initial stands in for a picture.
func (c Choice) Initial() string { return initial(c.Name) }

// Refusal is an error as a page shows it.
type Refusal struct{ Text, CorrelationID, Time string }

// Refuse answers with an error for the user's eyes, where there is no app to
// which it may be sent.
func Refuse(w http.ResponseWriter, tenant string, e *failure.Error, at time.Time) {
	(&View{Tenant: tenant, Title: "Something went wrong", Refusal: &Refusal{
		Text: e.Code + ": " + e.Text, CorrelationID: guid.New(), Time: failure.Timestamp(at),
	}}).Render(w, http.StatusBadRequest, Message)
}
