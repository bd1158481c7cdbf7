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

func (forgotPage) open(_ *journeys, _ *http.Request, j *journey) bool { return j.who == "" }

// elsewhere reports whether the app has to start another flow for a reset.
func (forgotPage) elsewhere(j *journey) bool {
	flow := j.visit.route.flow
	return flow.Kind != ResetPassword && flow.ForgotPassword == ForgotError
}

func (codePage) open(_ *journeys, _ *http.Request, j *journey) bool {
	return j.who == "" && j.proof.code != "" && !j.proof.done
}

func (passwordPage) open(_ *journeys, _ *http.Request, j *journey) bool {
	return j.who == "" && j.proof.done
}

func (forgotPage) cancelled() error   { return ErrCancelled }
func (codePage) cancelled() error     { return ErrCancelled }
func (passwordPage) cancelled() error { return ErrCancelled }

// show leads back to the app at a sign-in flow of the older sort.
func (p forgotPage) show(js *journeys, x *step) {
	if p.elsewhere(x.j) {
		js.leave(x, ErrForgotPassword)
		return
	}
	v := p.view(js, x.j)
	if page.Emailish(x.j.hint) {
		v.Inputs[0].Value = x.j.hint
	}
	v.Render(x.w, http.StatusOK, page.Form)
}

func (forgotPage) view(js *journeys, j *journey) *page.View {
	v := js.view(j, forgotName, "Reset your password")
	v.Intro = "Enter your email address to get a verification code."
	v.Continue = "Send verification code"
	v.Inputs = []page.Input{page.EmailInput()}
	if j.start() == signInName {
		v.Back = j.url(signInName)
	}
	return v
}

func (p forgotPage) take(js *journeys, x *step) {
	if p.elsewhere(x.j) {
		js.leave(x, ErrForgotPassword)
		return
	}
	v := p.view(js, x.j)
	email := v.Read(x.form)["email"]
	if email != "" && !page.Emailish(email) {
		v.AddProblem("email", page.TextEmail)
	}
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	x.j.proof.begin(email, js.clock.now())
	js.goTo(x, codeName)
}

func (p codePage) show(js *journeys, x *step) { p.view(js, x.j).Render(x.w, http.StatusOK, page.Form) }

func (codePage) view(js *journeys, j *journey) *page.View {
	v := js.view(j, codeName, "Check your email")
	v.Intro = "Enter the verification code for " + j.proof.email + "."
	v.Continue, v.Code = "Verify code", j.proof.code
	v.Inputs = []page.Input{{
		Name: "code", Label: "Verification code", Type: "text", Mode: "numeric", Autocomplete: "one-time-code", Capitals: "none",
		Missing: page.TextRequired, Secret: true,
	}}
	return v
}

// take looks for the account only now, as B2C does: those who don't read its
// mail don't learn whether there is one.
func (p codePage) take(js *journeys, x *step) {
	if form.Get(x.form, "do") == "resend" {
		x.j.proof.begin(x.j.proof.email, js.clock.now())
		js.goTo(x, codeName)
		return
	}
	v := p.view(js, x.j)
	code := v.Read(x.form)["code"]
	if code != "" {
		if text := x.j.proof.try(strings.Join(strings.Fields(code), ""), js.clock.now()); text != "" {
			v.AddProblem("code", text)
		}
	}
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	if _, known := js.directory.local(x.j.proof.email); !known {
		js.noAccount(x)
		return
	}
	js.goTo(x, passwordName)
}

// noAccount asks for another address.
func (js *journeys) noAccount(x *step) {
	x.j.proof = verification{tries: x.j.proof.tries}
	v := forgotPage{}.view(js, x.j)
	v.AddProblem("email", textNoUser)
	v.Render(x.w, http.StatusOK, page.Form)
}

func (p passwordPage) show(js *journeys, x *step) {
	p.view(js, x.j).Render(x.w, http.StatusOK, page.Form)
}

func (passwordPage) view(js *journeys, j *journey) *page.View {
	v := js.view(j, passwordName, "Choose a new password")
	v.Account = j.proof.email
	v.Inputs = page.NewPasswordInputs()
	return v
}

func (p passwordPage) take(js *journeys, x *step) {
	v := p.view(js, x.j)
	values := v.Read(x.form)
	v.CheckNewPassword(values)
	if len(v.Problems) > 0 {
		v.Render(x.w, http.StatusOK, page.Form)
		return
	}
	a, known := js.directory.local(x.j.proof.email)
	if known {
		a.Password = values["newPassword"]
		known = js.directory.set(a.User) == nil
	}
	if !known { // meanwhile
		js.noAccount(x)
		return
	}
	a.Password = ""
	js.welcome(x, a.User, nil)
}
