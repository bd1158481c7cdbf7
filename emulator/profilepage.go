// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// profilePage changes the profile of who has signed in. It always shows, after
// single sign-on too.
type profilePage struct{}

// open asks for the session again, where it was one that signed in: it may have
// ended since.
func (profilePage) open(js *journeys, r *http.Request, j *journey) bool {
	if j.who != "" && !j.fresh {
		if sso := js.browsers.session(r); sso == nil || sso.user.ObjectID != j.who || !sso.authTime.Equal(j.authTime) {
			j.who = ""
		}
	}
	if _, known := js.directory.byID(j.who); !known {
		j.who = ""
	}
	return j.who != "" && j.visit.route.flow.Kind == EditProfile
}

func (profilePage) cancelled() error { return ErrCancelled }

func (p profilePage) show(js *journeys, x *step) {
	a, _ := js.directory.byID(x.j.who)
	p.view(js, x.j, a.User).Render(x.w, http.StatusOK, page.Form)
}

func (profilePage) view(js *journeys, j *journey, u User) *page.View {
	v := js.view(j, profileName, "Edit your profile")
	v.Inputs = page.NameInputs(u.Name, u.GivenName, u.FamilyName)
	return v
}

func (p profilePage) take(js *journeys, x *step) {
	v := p.view(js, x.j, User{})
	values := v.Read(x.form)
	if len(v.Problems) == 0 {
		a, _ := js.directory.byID(x.j.who)
		a.Name, a.GivenName, a.FamilyName = values["displayName"], values["givenName"], values["surname"]
		if err := js.directory.set(a.User); err == nil {
			js.arrive(x, a.User, nil)
			return
		}
		v.AddProblem("displayName", page.TextNotAllowed) // the account has gone meanwhile
	}
	v.Render(x.w, http.StatusOK, page.Form)
}
