// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/b2ckit/b2ckit/emulator"
)

// forms are what the forms of the pages do.
type forms struct {
	pages  *pages
	faults *faultSetter
}

// action is what a form of the pages does. It returns where to go then.
type action func(t *emulator.Tenant, form url.Values) (anchor string, err error)

// route adds what the forms of the pages post to. Each sends the browser back to
// the page, so that to reload it does nothing again; but for those that only show
// a token.
func (f *forms) route(mux *http.ServeMux) {
	for name, do := range map[string]action{
		"clock": moveByForm, "rotate": rotateByForm, "retire": retireByForm,
		"fault": f.addFault, "clear-fault": f.clearFault, "clear-faults": f.clearFaults,
		"revoke": revokeByForm, "remove-user": removeByForm, "add-user": addByForm,
	} {
		mux.HandleFunc("POST /emulator/forms/"+name, func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, do) })
	}
	mux.HandleFunc("POST /emulator/forms/mint", f.mint)
	mux.HandleFunc("POST /emulator/forms/decode", func(w http.ResponseWriter, r *http.Request) {
		if t, form := f.read(w, r); t != nil {
			f.pages.showToken(w, "Pasted token", pasted(form.Get("token")), t)
		}
	})
}

func (f *forms) serve(w http.ResponseWriter, r *http.Request, do action) {
	t, form := f.read(w, r)
	if t == nil {
		return
	}
	anchor, err := do(t, form)
	if err != nil {
		f.pages.showTenant(w, r, t, http.StatusBadRequest, problemsIn(err), mintForm{})
		return
	}
	http.Redirect(w, r, pageOf(t, anchor), http.StatusSeeOther) //nolint:gosec // the path is always this dashboard's own: it begins with /?tenant=
}

func moveByForm(t *emulator.Tenant, form url.Values) (string, error) {
	if form.Get("by") == "" {
		return "clock", wrong("advance", "is needed")
	}
	return "clock", advance(t, strings.TrimSpace(form.Get("by")))
}

func rotateByForm(t *emulator.Tenant, form url.Values) (string, error) {
	_, err := rotate(t, form.Get("container"), form.Get("overlap") == "yes")
	return "keys", err
}

func retireByForm(t *emulator.Tenant, form url.Values) (string, error) {
	_, err := retire(t, form.Get("container"))
	return "keys", err
}

func (f *forms) addFault(t *emulator.Tenant, form url.Values) (string, error) {
	fault, err := faultIn(form)
	if err != nil {
		return "faults", err
	}
	return "faults", f.faults.add(t, fault)
}

func (f *forms) clearFault(t *emulator.Tenant, form url.Values) (string, error) {
	fault, err := faultIn(form)
	if err != nil {
		return "faults", err
	}
	return "faults", f.faults.clear(t, fault)
}

func (f *forms) clearFaults(t *emulator.Tenant, _ url.Values) (string, error) {
	return "faults", f.faults.set(t)
}

func revokeByForm(t *emulator.Tenant, form url.Values) (string, error) {
	u, err := findUser(t, form.Get("user")) // a form never means everyone
	if err == nil {
		t.Revoke(u.ObjectID)
	}
	return "users", err
}

func removeByForm(t *emulator.Tenant, form url.Values) (string, error) {
	return "users", removeUser(t, form.Get("user"))
}

func addByForm(t *emulator.Tenant, form url.Values) (string, error) {
	u, err := t.AddUser(emulator.User{
		Name: form.Get("name"), GivenName: form.Get("givenName"), FamilyName: form.Get("familyName"), Emails: words(form.Get("emails")),
		IDP: form.Get("idp"), Password: form.Get("password"),
	})
	return "user-" + u.ObjectID, err
}

// read reads a form and finds its tenant; nil once it has answered that it
// can't.
func (f *forms) read(w http.ResponseWriter, r *http.Request) (*emulator.Tenant, url.Values) {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/x-www-form-urlencoded" {
		http.Error(w, "not a form of the dashboard", http.StatusUnsupportedMediaType)
		return nil, nil
	}
	if err := r.ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			http.Error(w, "the form is too large", http.StatusRequestEntityTooLarge)
			return nil, nil
		}
		http.Error(w, "the form can't be read", http.StatusBadRequest)
		return nil, nil
	}
	t, err := f.pages.tenants.find(r.PostForm.Get("tenant"))
	if err != nil {
		f.pages.notFound(w, "There is no such tenant.")
		return nil, nil
	}
	return t, r.PostForm
}

// mint mints a token and shows it. That changes nothing.
func (f *forms) mint(w http.ResponseWriter, r *http.Request) {
	t, form := f.read(w, r)
	if t == nil {
		return
	}
	typed := mintForm{
		Kind: form.Get("kind"), Flow: form.Get("flow"), User: form.Get("user"), Client: strings.TrimSpace(form.Get("client")),
		Audience: strings.TrimSpace(form.Get("audience")), Scopes: form.Get("scopes"), Lifetime: strings.TrimSpace(form.Get("lifetime")), Claims: form.Get("claims"),
	}
	body, problem := mintBodyIn(typed)
	compact, err := body.mint(r, t, problem)
	if err != nil {
		f.pages.showTenant(w, r, t, http.StatusBadRequest, problemsIn(err), typed)
		return
	}
	f.pages.showToken(w, "Minted token", compact, t)
}

// mintBodyIn reads what was typed, and returns what is wrong with it too.
func mintBodyIn(typed mintForm) (m mintBody, problem error) {
	m.Flow, m.ClientID, m.Audience, m.Scopes = typed.Flow, typed.Client, typed.Audience, words(typed.Scopes)
	if typed.Kind != "app" { // the field is there all the same
		m.User = typed.User
	}
	var errs [3]error
	if typed.Kind != "" {
		if err := m.Kind.UnmarshalText([]byte(typed.Kind)); err != nil {
			errs[0] = wrong("kind", "%v", err)
		}
	}
	if typed.Lifetime != "" {
		if m.Lifetime, errs[1] = duration("lifetime", typed.Lifetime); errs[1] == nil {
			errs[1] = m.checkLifetime(false)
		}
	}
	if strings.TrimSpace(typed.Claims) != "" {
		if _, err := readJSON(strings.NewReader(typed.Claims), &m.Claims); err != nil {
			errs[2] = wrong("claims", "no JSON object: %s", problemsIn(err))
		}
	}
	return m, errors.Join(errs[:]...)
}

// faultIn reads a fault from a form.
func faultIn(form url.Values) (emulator.Fault, error) {
	field := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	f := emulator.Fault{Kind: emulator.FaultKind(form.Get("kind")), Endpoint: emulator.Endpoint(form.Get("endpoint")), Flow: form.Get("flow")}
	var errs [4]error
	f.Times, errs[0] = number("times", field("times"))
	f.Status, errs[1] = number("status", field("status"))
	f.RetryAfter, errs[2] = duration("retryAfter", field("retryAfter"))
	f.Delay, errs[3] = duration("delay", field("delay"))
	return f, errors.Join(errs[:]...)
}

// number reads a whole number; "" is 0.
func number(field, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, wrong(field, "%q is no whole number", text)
	}
	return n, nil
}

// words splits what people type into a line; nil for nothing.
func words(line string) []string {
	all := strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
	if len(all) == 0 {
		return nil // to a Spec, no scopes and none said are two things
	}
	return all
}

// pasted finds the token in what people paste: a header line, or one that was
// broken into several.
func pasted(text string) string {
	text = strings.TrimSpace(text)
	for _, prefix := range []string{"authorization:", "bearer "} {
		if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
			text = strings.TrimSpace(text[len(prefix):])
		}
	}
	return strings.Join(strings.Fields(text), "")
}
