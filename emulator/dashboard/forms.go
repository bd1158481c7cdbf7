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

// mintForm keeps what was typed, for the page that says what is wrong with it.
type mintForm struct {
	Kind, Flow, User, Client, Audience, Scopes, Lifetime, Claims string
}

// action is what a form of the pages does. It returns where to go then.
type action func(t *emulator.Tenant, form url.Values) (anchor string, err error)

// routeForms adds what the forms of the pages post to. Each sends the browser
// back to the page, so that to reload it does nothing again; but for those that
// only show a token.
func (d *dashboard) routeForms(mux *http.ServeMux) {
	for name, do := range map[string]action{
		"clock": func(t *emulator.Tenant, form url.Values) (string, error) {
			if form.Get("by") == "" {
				return "clock", wrong("advance", "is needed")
			}
			return "clock", advance(t, strings.TrimSpace(form.Get("by")))
		},
		"rotate": func(t *emulator.Tenant, form url.Values) (string, error) {
			_, err := rotate(t, form.Get("container"), form.Get("overlap") == "yes")
			return "keys", err
		},
		"retire": func(t *emulator.Tenant, form url.Values) (string, error) {
			_, err := retire(t, form.Get("container"))
			return "keys", err
		},
		"fault": func(t *emulator.Tenant, form url.Values) (string, error) {
			v, err := faultIn(form)
			if err != nil {
				return "faults", err
			}
			return "faults", d.addFault(t, v)
		},
		"clear-fault": func(t *emulator.Tenant, form url.Values) (string, error) {
			v, err := faultIn(form)
			if err != nil {
				return "faults", err
			}
			return "faults", d.clearFault(t, v)
		},
		"clear-faults": func(t *emulator.Tenant, _ url.Values) (string, error) { return "faults", d.setFaults(t, nil) },
		"revoke": func(t *emulator.Tenant, form url.Values) (string, error) {
			u, err := findUser(t, form.Get("user")) // a form never means everyone
			if err == nil {
				t.Revoke(u.ObjectID)
			}
			return "users", err
		},
		"remove-user": func(t *emulator.Tenant, form url.Values) (string, error) {
			return "users", removeUser(t, form.Get("user"))
		},
		"add-user": func(t *emulator.Tenant, form url.Values) (string, error) {
			u, err := addUser(t, userView{
				Name: form.Get("name"), GivenName: form.Get("givenName"), FamilyName: form.Get("familyName"), Emails: words(form.Get("emails")),
				IDP: form.Get("idp"), Password: form.Get("password"),
			})
			return "user-" + u.ObjectID, err
		},
	} {
		mux.HandleFunc("POST /emulator/forms/"+name, func(w http.ResponseWriter, r *http.Request) {
			t, form := d.formOf(w, r)
			if t == nil {
				return
			}
			anchor, err := do(t, form)
			if err != nil {
				d.showTenant(w, r, t, http.StatusBadRequest, err.Error(), mintForm{})
				return
			}
			http.Redirect(w, r, pageOf(t, anchor), http.StatusSeeOther) //nolint:gosec // the path is always this dashboard's own: it begins with /?tenant=
		})
	}
	mux.HandleFunc("POST /emulator/forms/mint", d.postMintForm)
	mux.HandleFunc("POST /emulator/forms/decode", func(w http.ResponseWriter, r *http.Request) {
		if t, form := d.formOf(w, r); t != nil {
			d.showToken(w, "Pasted token", pasted(form.Get("token")), t)
		}
	})
}

// formOf reads a form and finds its tenant; nil once it has answered that it
// can't.
func (d *dashboard) formOf(w http.ResponseWriter, r *http.Request) (*emulator.Tenant, url.Values) {
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
	t, err := d.tenant(r.PostForm.Get("tenant"))
	if err != nil {
		d.notFound(w, "There is no such tenant.")
		return nil, nil
	}
	return t, r.PostForm
}

// postMintForm mints a token and shows it. That changes nothing.
func (d *dashboard) postMintForm(w http.ResponseWriter, r *http.Request) {
	t, form := d.formOf(w, r)
	if t == nil {
		return
	}
	f := mintForm{
		Kind: form.Get("kind"), Flow: form.Get("flow"), User: form.Get("user"), Client: strings.TrimSpace(form.Get("client")),
		Audience: strings.TrimSpace(form.Get("audience")), Scopes: form.Get("scopes"), Lifetime: strings.TrimSpace(form.Get("lifetime")), Claims: form.Get("claims"),
	}
	m := mintRequest{
		Kind: f.Kind, Flow: f.Flow, User: f.User, ClientID: f.Client, Audience: f.Audience, Scopes: words(f.Scopes), Lifetime: f.Lifetime,
	}
	if m.Kind == "app" { // the field is there all the same
		m.User = ""
	}
	var err error
	if strings.TrimSpace(f.Claims) != "" {
		if err = strictJSON(strings.NewReader(f.Claims), &m.Claims); err != nil {
			err = wrong("claims", "no JSON object: %s", err)
		}
	}
	compact := ""
	if err == nil {
		compact, err = mint(r, t, m)
	}
	if err != nil {
		d.showTenant(w, r, t, http.StatusBadRequest, err.Error(), f)
		return
	}
	d.showToken(w, "Minted token", compact, t)
}

// faultIn reads a fault from a form.
func faultIn(form url.Values) (v faultView, err error) {
	v = faultView{
		Kind: emulator.FaultKind(form.Get("kind")), Endpoint: emulator.Endpoint(form.Get("endpoint")), Flow: form.Get("flow"),
		RetryAfter: strings.TrimSpace(form.Get("retryAfter")), Delay: strings.TrimSpace(form.Get("delay")),
	}
	for name, n := range map[string]*int{"times": &v.Times, "status": &v.Status} {
		if text := strings.TrimSpace(form.Get(name)); text != "" {
			if *n, err = strconv.Atoi(text); err != nil {
				return v, wrong(name, "%q is no whole number", text)
			}
		}
	}
	return v, nil
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
