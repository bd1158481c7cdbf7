// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// SignInAs makes a tenant sign everyone in at once as one user, as Tenant.SignInAs
// does. It returns an error if there is no such user now, or more than one;
// users may change, and who it is is looked up at each sign-in.
func SignInAs(t *emulator.Tenant, who string) error {
	if _, err := find(t.Users(), who); err != nil {
		return err
	}
	signInAs(t, who)
	return nil
}

func signInAs(t *emulator.Tenant, who string) {
	t.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		user, err := find(t.Users(), who)
		return emulator.SignIn{User: user}, err
	})
}

// find returns the one user that a text is for.
func find(users []emulator.User, who string) (*emulator.User, error) {
	var found *emulator.User
	for i := range users {
		u := &users[i]
		is := func(name string) bool { return name != "" && strings.EqualFold(name, who) }
		if !is(u.ObjectID) && !is(u.Name) && !is(u.Username) && !slices.ContainsFunc(u.Emails, is) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%q is more than one user, %s and %s: name one by an email address or its id", who, shown(found), shown(u))
		}
		found = u
	}
	if found == nil {
		return nil, fmt.Errorf("%q is no user of the tenant; %s", who, thereAre(users))
	}
	return found, nil
}

// thereAre lists users who could have been meant.
func thereAre(users []emulator.User) string {
	const most = 8
	if len(users) == 0 {
		return "there are no users"
	}
	names := make([]string, min(len(users), most))
	for i := range names {
		names[i] = shown(&users[i])
	}
	list := "there are " + strings.Join(names, ", ")
	if n := len(users) - most; n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	return list
}

// shown names a user with one other name of the user's.
func shown(u *emulator.User) string {
	for _, other := range slices.Concat(u.Emails, []string{u.Username, u.ObjectID}) {
		if other != "" {
			return foreign.Text(u.Name) + " (" + foreign.Text(other) + ")"
		}
	}
	return foreign.Text(u.Name)
}
