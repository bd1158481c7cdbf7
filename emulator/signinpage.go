// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
)

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
