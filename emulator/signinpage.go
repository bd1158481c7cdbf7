// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// signInPage asks for a user name and a password, or where else to sign in.
type signInPage struct{}

func (signInPage) open(x *step) bool {
	return x.j.signingIn()
}

func (signInPage) cancelled() error { return ErrCancelled }

func (p signInPage) show(x *step) {
	v := p.view(x)
	v.Inputs[0].Value = x.j.hint
	v.Render(x.w, http.StatusOK, page.Form)
}

func (signInPage) view(x *step) *page.View {
	v := x.view(signInName, "Sign in")
	v.Continue = "Sign in"
	name := page.Input{Name: "username", Label: "Email address", Type: "email", Missing: "Please enter your email address."}
	if slices.ContainsFunc(x.directory.users(), func(u User) bool { return u.Username != "" }) {
		name.Label, name.Type, name.Missing = "Email address or user name", "text", "Please enter your email address or user name."
	}
	name.Autocomplete, name.Capitals, name.Max = "username", "none", page.MaxName
	v.Inputs = []page.Input{name, {
		Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password", Capitals: "none",
		Missing: "Please enter your password.", Secret: true,
	}}
	v.Forgot = x.j.url(forgotName)
	if x.j.visit.route.flow.Kind == SignUpSignIn {
		v.SignUp = x.j.url(signUpName)
	}
	v.Providers = providers(x)
	return v
}

func (p signInPage) take(x *step) {
	v := p.view(x)
	values := v.Read(x.form)
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	switch a, verdict, message := x.passwords.try(values["username"], values["password"]); verdict {
	case rightPassword:
		x.welcome(a.User, nil)
	case changePassword:
		x.j.proof = verification{email: values["username"], done: true}
		x.goTo(passwordName)
	case blockedUser:
		p.block(x, message)
	case wrongPassword:
		v.AddProblem("password", page.TextPassword)
		v.Render(x.w, http.StatusOK, page.Form)
	default:
		v.AddProblem("username", page.TextNoAccount)
		v.Render(x.w, http.StatusOK, page.Form)
	}
}

// block tells somebody who may not sign in.
func (signInPage) block(x *step, message string) {
	v := x.view(signInName, "You can't sign in")
	v.Intro = cmp.Or(page.Cleaned(message), "Your sign-in was blocked.")
	v.Render(x.w, http.StatusOK, page.Message)
}
