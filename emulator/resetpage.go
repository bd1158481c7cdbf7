// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// The pages of a password reset: who, the code that a mail would bring, and the
// new password.
type (
	forgotPage   struct{}
	codePage     struct{}
	passwordPage struct{}
)

const textNoUser = "An account could not be found for the provided user ID."

func (forgotPage) open(x *step) bool { return x.j.who == "" }

// elsewhere reports whether the app has to start another flow for a reset.
func (forgotPage) elsewhere(x *step) bool {
	flow := x.j.visit.route.flow
	return flow.Kind != ResetPassword && flow.ForgotPassword == ForgotError
}

func (codePage) open(x *step) bool {
	return x.j.who == "" && x.j.proof.code != "" && !x.j.proof.done
}

func (passwordPage) open(x *step) bool {
	return x.j.who == "" && x.j.proof.done
}

func (forgotPage) cancelled() error   { return ErrCancelled }
func (codePage) cancelled() error     { return ErrCancelled }
func (passwordPage) cancelled() error { return ErrCancelled }

// show leads back to the app at a sign-in flow of the older sort.
func (p forgotPage) show(x *step) {
	if p.elsewhere(x) {
		x.leave(ErrForgotPassword)
		return
	}
	v := p.view(x)
	if page.Emailish(x.j.hint) {
		v.Inputs[0].Value = x.j.hint
	}
	v.Render(x.w, http.StatusOK, page.Form)
}

func (forgotPage) view(x *step) *page.View {
	v := x.view(forgotName, "Reset your password")
	v.Intro = "Enter your email address to get a verification code."
	v.Continue = "Send verification code"
	v.Inputs = []page.Input{page.EmailInput()}
	if x.j.start() == signInName {
		v.Back = x.j.url(signInName)
	}
	return v
}

func (p forgotPage) take(x *step) {
	if p.elsewhere(x) {
		x.leave(ErrForgotPassword)
		return
	}
	v := p.view(x)
	email := v.Read(x.form)["email"]
	if email != "" && !page.Emailish(email) {
		v.AddProblem("email", page.TextEmail)
	}
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	x.j.proof.begin(email, x.clock.now())
	x.goTo(codeName)
}

func (p codePage) show(x *step) { p.view(x).Render(x.w, http.StatusOK, page.Form) }

func (codePage) view(x *step) *page.View {
	v := x.view(codeName, "Check your email")
	v.Intro = "Enter the verification code for " + x.j.proof.email + "."
	v.Continue, v.Code = "Verify code", x.j.proof.code
	v.Inputs = []page.Input{{
		Name: "code", Label: "Verification code", Type: "text", Mode: "numeric", Autocomplete: "one-time-code", Capitals: "none",
		Missing: page.TextRequired, Secret: true,
	}}
	return v
}

// take looks for the account only now, as B2C does: those who don't read its
// mail don't learn whether there is one.
func (p codePage) take(x *step) {
	if form.Get(x.form, "do") == "resend" {
		x.j.proof.begin(x.j.proof.email, x.clock.now())
		x.goTo(codeName)
		return
	}
	v := p.view(x)
	code := v.Read(x.form)["code"]
	if code != "" {
		if text := x.j.proof.try(strings.Join(strings.Fields(code), ""), x.clock.now()); text != "" {
			v.AddProblem("code", text)
		}
	}
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	if _, known := x.directory.local(x.j.proof.email); !known {
		noAccount(x)
		return
	}
	x.goTo(passwordName)
}

// noAccount asks for another address.
func noAccount(x *step) {
	x.j.proof = verification{tries: x.j.proof.tries}
	v := forgotPage{}.view(x)
	v.AddProblem("email", textNoUser)
	v.Render(x.w, http.StatusOK, page.Form)
}

func (p passwordPage) show(x *step) {
	p.view(x).Render(x.w, http.StatusOK, page.Form)
}

func (passwordPage) view(x *step) *page.View {
	v := x.view(passwordName, "Choose a new password")
	v.Account = x.j.proof.email
	v.Inputs = page.NewPasswordInputs()
	return v
}

func (p passwordPage) take(x *step) {
	v := p.view(x)
	values := v.Read(x.form)
	v.CheckNewPassword(values)
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	a, known := x.directory.local(x.j.proof.email)
	if known {
		a.Password, a.ToBeMigrated = values["newPassword"], false
		known = x.directory.set(a.User) == nil
	}
	if !known { // meanwhile
		noAccount(x)
		return
	}
	a.Password = ""
	x.welcome(a.User, nil)
}
