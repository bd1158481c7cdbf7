// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

// profilePage changes the profile of who has signed in. It always shows, after
// single sign-on too.
type profilePage struct{}

// open asks for the session again, where it was one that signed in: it may have
// ended since.
func (profilePage) open(t *Tenant, r *http.Request, j *journey) bool {
	if j.who != "" && !j.fresh {
		if sso := t.session(r); sso == nil || sso.user.ObjectID != j.who || !sso.authTime.Equal(j.authTime) {
			j.who = ""
		}
	}
	if _, known := t.directory.byID(j.who); !known {
		j.who = ""
	}
	return j.who != "" && j.request.place.flow.Kind == EditProfile
}

func (profilePage) cancelled() error { return ErrCancelled }

func (p profilePage) show(t *Tenant, x *turn) {
	a, _ := t.directory.byID(x.j.who)
	p.view(t, x.j, a.User).render(x.w, http.StatusOK, formPage)
}

func (profilePage) view(t *Tenant, j *journey, u User) *view {
	v := t.view(j, profileName, "Edit your profile")
	v.Inputs = nameInputs(u)
	return v
}

func (p profilePage) take(t *Tenant, x *turn) {
	v := p.view(t, x.j, User{})
	values := v.read(x.form)
	if len(v.Problems) == 0 {
		a, _ := t.directory.byID(x.j.who)
		a.Name, a.GivenName, a.FamilyName = values["displayName"], values["givenName"], values["surname"]
		if err := t.SetUser(a.User); err == nil {
			t.arrive(x, a.User, nil)
			return
		}
		v.problem("displayName", textNotAllowed) // the account has gone meanwhile
	}
	v.render(x.w, http.StatusOK, formPage)
}
