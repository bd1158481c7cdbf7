// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// SignInAs sets Tenant.SignInAs for every tenant that has such a user. It
// returns an error if none has.
func (f *File) SignInAs(who string) error {
	var failed error
	found := false
	for i := range f.Tenants {
		t := &f.Tenants[i]
		if _, err := find(emulator.NewTenant(&t.Options).Users(), who); err != nil {
			failed = err
			continue
		}
		t.SignInAs, found = who, true
	}
	if found {
		return nil
	}
	return failed
}

// signInAs makes a tenant sign everyone in as one user, whoever it is by then:
// users may change.
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
			return nil, fmt.Errorf("%q is more than one user", who)
		}
		found = u
	}
	if found == nil {
		return nil, fmt.Errorf("%q is no user of the tenant", who)
	}
	return found, nil
}
