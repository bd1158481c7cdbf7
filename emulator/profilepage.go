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
func (profilePage) open(x *step) bool {
	if x.j.who != "" && !x.j.fresh {
		if sso := x.browsers.session(x.r); sso == nil || sso.user.ObjectID != x.j.who || !sso.authTime.Equal(x.j.authTime) {
			x.j.who = ""
		}
	}
	if _, known := x.directory.byID(x.j.who); !known {
		x.j.who = ""
	}
	return x.j.who != "" && x.j.visit.route.flow.Kind == EditProfile
}

func (profilePage) cancelled() error { return ErrCancelled }

func (p profilePage) show(x *step) {
	a, _ := x.directory.byID(x.j.who)
	p.view(x, a.User).Render(x.w, http.StatusOK, page.Form)
}

func (profilePage) view(x *step, u User) *page.View {
	v := x.view(profileName, "Edit your profile")
	v.Inputs = page.NameInputs(u.Name, u.GivenName, u.FamilyName)
	return v
}

func (p profilePage) take(x *step) {
	v := p.view(x, User{})
	values := v.Read(x.form)
	if len(v.Problems) == 0 {
		a, _ := x.directory.byID(x.j.who)
		a.Name, a.GivenName, a.FamilyName = values["displayName"], values["givenName"], values["surname"]
		if err := x.directory.set(a.User); err == nil {
			x.arrive(a.User, nil)
			return
		}
		v.AddProblem("displayName", page.TextNotAllowed) // the account has gone meanwhile
	}
	v.Render(x.w, http.StatusOK, page.Form)
}
