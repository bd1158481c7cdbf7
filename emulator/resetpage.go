// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"
)

// The pages of a password reset: who, the code that a mail would bring, and the
// new password.
type (
	forgotPage   struct{}
	codePage     struct{}
	passwordPage struct{}
)

const textNoUser = "An account could not be found for the provided user ID."

func (forgotPage) open(_ *Tenant, _ *http.Request, j *journey) bool { return j.who == "" }

// elsewhere reports whether the app has to start another flow for a reset.
func (forgotPage) elsewhere(j *journey) bool {
	flow := j.request.place.flow
	return flow.Kind != ResetPassword && flow.ForgotPassword == ForgotError
}

func (codePage) open(_ *Tenant, _ *http.Request, j *journey) bool {
	return j.who == "" && j.proof.code != "" && !j.proof.done
}

func (passwordPage) open(_ *Tenant, _ *http.Request, j *journey) bool {
	return j.who == "" && j.proof.done
}

func (forgotPage) cancelled() error   { return ErrCancelled }
func (codePage) cancelled() error     { return ErrCancelled }
func (passwordPage) cancelled() error { return ErrCancelled }

// show leads back to the app at a sign-in flow of the older sort.
func (p forgotPage) show(t *Tenant, x *turn) {
	if p.elsewhere(x.j) {
		t.leave(x, ErrForgotPassword)
		return
	}
	v := p.view(t, x.j)
	if emailish(x.j.hint) {
		v.Inputs[0].Value = x.j.hint
	}
	v.render(x.w, http.StatusOK, formPage)
}

func (forgotPage) view(t *Tenant, j *journey) *view {
	v := t.view(j, forgotName, "Reset your password")
	v.Intro = "Enter your email address to get a verification code."
	v.Continue = "Send verification code"
	v.Inputs = []input{emailInput()}
	if j.start() == signInName {
		v.Back = j.url(signInName)
	}
	return v
}

func (p forgotPage) take(t *Tenant, x *turn) {
	if p.elsewhere(x.j) {
		t.leave(x, ErrForgotPassword)
		return
	}
	v := p.view(t, x.j)
	email := v.read(x.form)["email"]
	if email != "" && !emailish(email) {
		v.problem("email", textEmail)
	}
	if len(v.Problems) > 0 {
		v.render(x.w, http.StatusOK, formPage)
		return
	}
	x.j.proof.begin(email, t.now())
	t.goTo(x, codeName)
}

func (p codePage) show(t *Tenant, x *turn) { p.view(t, x.j).render(x.w, http.StatusOK, formPage) }

func (codePage) view(t *Tenant, j *journey) *view {
	v := t.view(j, codeName, "Check your email")
	v.Intro = "Enter the verification code for " + j.proof.email + "."
	v.Continue, v.Code = "Verify code", j.proof.code
	v.Inputs = []input{{
		Name: "code", Label: "Verification code", Type: "text", Mode: "numeric", Autocomplete: "one-time-code", Capitals: "none",
		Missing: textRequired, Secret: true,
	}}
	return v
}

// take looks for the account only now, as B2C does: those who don't read its
// mail don't learn whether there is one.
func (p codePage) take(t *Tenant, x *turn) {
	if one(x.form, "do") == "resend" {
		x.j.proof.begin(x.j.proof.email, t.now())
		t.goTo(x, codeName)
		return
	}
	v := p.view(t, x.j)
	code := v.read(x.form)["code"]
	if code != "" {
		if text := x.j.proof.try(strings.Join(strings.Fields(code), ""), t.now()); text != "" {
			v.problem("code", text)
		}
	}
	if len(v.Problems) > 0 {
		v.render(x.w, http.StatusOK, formPage)
		return
	}
	if _, known := t.directory.local(x.j.proof.email); !known {
		t.noAccount(x)
		return
	}
	t.goTo(x, passwordName)
}

// noAccount asks for another address.
func (t *Tenant) noAccount(x *turn) {
	x.j.proof = verification{tries: x.j.proof.tries}
	v := forgotPage{}.view(t, x.j)
	v.problem("email", textNoUser)
	v.render(x.w, http.StatusOK, formPage)
}

func (p passwordPage) show(t *Tenant, x *turn) { p.view(t, x.j).render(x.w, http.StatusOK, formPage) }

func (passwordPage) view(t *Tenant, j *journey) *view {
	v := t.view(j, passwordName, "Choose a new password")
	v.Account = j.proof.email
	v.Inputs = newPasswordInputs()
	return v
}

func (p passwordPage) take(t *Tenant, x *turn) {
	v := p.view(t, x.j)
	values := v.read(x.form)
	v.checkNewPassword(values)
	if len(v.Problems) > 0 {
		v.render(x.w, http.StatusOK, formPage)
		return
	}
	a, known := t.directory.local(x.j.proof.email)
	if known {
		a.Password = values["newPassword"]
		known = t.SetUser(a.User) == nil
	}
	if !known { // meanwhile
		t.noAccount(x)
		return
	}
	a.Password = ""
	t.welcome(x, a.User, nil)
}
