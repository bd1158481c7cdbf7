// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// signUpPage makes a local account. B2C asks for a code from a mail as well.
type signUpPage struct{}

func (signUpPage) open(x *step) bool {
	return x.j.visit.route.flow.Kind == SignUpSignIn
}

func (signUpPage) cancelled() error { return ErrCancelled }

func (p signUpPage) show(x *step) {
	p.view(x).Render(x.w, http.StatusOK, page.Form)
}

func (signUpPage) view(x *step) *page.View {
	v := x.view(signUpName, "Sign up")
	v.Continue, v.Back = "Create account", x.j.url(signInName)
	v.Inputs = append([]page.Input{page.EmailInput()}, page.NewPasswordInputs()...)
	v.Inputs = append(v.Inputs, page.NameInputs("", "", "")...)
	v.Inputs = append(v.Inputs, x.attributes.inputs()...)
	return v
}

func (p signUpPage) take(x *step) {
	v := p.view(x)
	values := v.Read(x.form)
	if email := values["email"]; email != "" {
		if !page.Emailish(email) {
			v.AddProblem("email", page.TextEmail)
		} else if _, taken := x.directory.local(email); taken {
			v.AddProblem("email", page.TextTaken)
		}
	}
	v.CheckNewPassword(values)
	if len(v.Problems) == 0 {
		u, err := x.directory.add(User{
			ObjectID: guid.New(), Emails: []string{values["email"]}, Password: values["newPassword"],
			Name: values["displayName"], GivenName: values["givenName"], FamilyName: values["surname"],
			Claims: x.attributes.collected(values),
		})
		if err == nil {
			x.welcome(u, map[string]any{"newUser": true})
			return
		}
		v.AddProblem("email", page.TextTaken) // by someone who was quicker: all else is checked
	}
	v.Render(x.w, http.StatusOK, page.Form)
}
