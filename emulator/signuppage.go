// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

// signUpPage makes a local account. B2C asks for a code from a mail as well.
type signUpPage struct{}

func (signUpPage) open(_ *Tenant, _ *http.Request, j *journey) bool {
	return j.request.place.flow.Kind == SignUpSignIn
}

func (signUpPage) cancelled() error { return ErrCancelled }

func (p signUpPage) show(t *Tenant, x *turn) { p.view(t, x.j).render(x.w, http.StatusOK, formPage) }

func (signUpPage) view(t *Tenant, j *journey) *view {
	v := t.view(j, signUpName, "Sign up")
	v.Continue, v.Back = "Create account", j.url(signInName)
	v.Inputs = append([]input{emailInput()}, newPasswordInputs()...)
	v.Inputs = append(v.Inputs, nameInputs(User{})...)
	return v
}

func (p signUpPage) take(t *Tenant, x *turn) {
	v := p.view(t, x.j)
	values := v.read(x.form)
	if email := values["email"]; email != "" {
		if !emailish(email) {
			v.problem("email", textEmail)
		} else if _, taken := t.directory.local(email); taken {
			v.problem("email", textTaken)
		}
	}
	v.checkNewPassword(values)
	if len(v.Problems) == 0 {
		u, err := t.AddUser(User{
			ObjectID: randomGUID(), Emails: []string{values["email"]}, Password: values["newPassword"],
			Name: values["displayName"], GivenName: values["givenName"], FamilyName: values["surname"],
		})
		if err == nil {
			t.welcome(x, u, map[string]any{"newUser": true})
			return
		}
		v.problem("email", textTaken) // by someone who was quicker: all else is checked
	}
	v.render(x.w, http.StatusOK, formPage)
}
