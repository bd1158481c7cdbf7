// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What B2C says to what is typed in.
const (
	textRequired   = "This information is required."
	textEmail      = "Please enter a valid email address."
	textNoAccount  = "We can't seem to find your account."
	textPassword   = "Your password is incorrect."
	textTaken      = "A user with the specified ID already exists. Please choose a different one."
	textNotAllowed = "This information can't be saved."
)

// maxName bounds names and addresses, in characters, as B2C's directory does.
const maxName = 256

// read takes the values of a form over into the page's fields, and says what is
// missing. It returns them by name; those of secrets are nowhere else.
func (v *view) read(form url.Values) map[string]string {
	values := map[string]string{}
	for i := range v.Inputs {
		in := &v.Inputs[i]
		value := one(form, in.Name)
		if !in.Secret {
			value = cleaned(value)
			in.Value = value
		}
		switch {
		case value == "" && !in.Optional:
			v.problem(in.Name, in.Missing)
		case !in.Secret && utf8.RuneCountInString(value) > in.Max:
			v.problem(in.Name, "This is too long.")
			in.Value, value = "", ""
		}
		values[in.Name] = value
	}
	return values
}

// cleaned is what someone typed, on one line.
func cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// emailish reports whether s looks like one address and nothing more.
func emailish(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && strings.Count(s, "@") == 1 &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>()[]\,;:"`, r) })
}

// signInPage asks for a user name and a password, or where else to sign in.
type signInPage struct{}

func (signInPage) open(_ *Tenant, _ *http.Request, j *journey) bool {
	return j.request.place.flow.Kind != ResetPassword && j.who == ""
}

func (signInPage) cancelled() error { return ErrCancelled }

func (p signInPage) show(t *Tenant, x *turn) {
	v := p.view(t, x.j)
	v.Inputs[0].Value = x.j.hint
	v.render(x.w, http.StatusOK, formPage)
}

func (signInPage) view(t *Tenant, j *journey) *view {
	v := t.view(j, signInName, "Sign in")
	v.Continue = "Sign in"
	name := input{Name: "username", Label: "Email address", Type: "email", Missing: "Please enter your email address."}
	if slices.ContainsFunc(t.Users(), func(u User) bool { return u.Username != "" }) {
		name.Label, name.Type, name.Missing = "Email address or user name", "text", "Please enter your email address or user name."
	}
	name.Autocomplete, name.Capitals, name.Max = "username", "none", maxName
	v.Inputs = []input{name, {
		Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password", Capitals: "none",
		Missing: "Please enter your password.", Secret: true,
	}}
	v.Forgot = j.url(forgotName)
	if j.request.place.flow.Kind == SignUpSignIn {
		v.SignUp = j.url(signUpName)
	}
	v.Providers = t.providers(j)
	return v
}

func (p signInPage) take(t *Tenant, x *turn) {
	v := p.view(t, x.j)
	values := v.read(x.form)
	a, known, ok := t.signedIn(values["username"], values["password"])
	switch {
	case len(v.Problems) > 0:
	case !known:
		v.problem("username", textNoAccount)
	case !ok:
		v.problem("password", textPassword)
	default:
		t.welcome(x, a.User, nil)
		return
	}
	v.render(x.w, http.StatusOK, formPage)
}
