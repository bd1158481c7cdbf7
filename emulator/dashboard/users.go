// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// userView is a user as the API has one. Password only ever comes in.
type userView struct {
	ObjectID   string         `json:"id"`
	Name       string         `json:"name"`
	GivenName  string         `json:"givenName,omitempty"`
	FamilyName string         `json:"familyName,omitempty"`
	Emails     []string       `json:"emails,omitempty"`
	IDP        string         `json:"identityProvider,omitempty"`
	Username   string         `json:"username,omitempty"`
	Password   string         `json:"password,omitempty"`
	Claims     map[string]any `json:"claims,omitempty"`
}

func viewOfUser(u emulator.User) userView {
	return userView{
		ObjectID: u.ObjectID, Name: u.Name, GivenName: u.GivenName, FamilyName: u.FamilyName,
		Emails: u.Emails, IDP: u.IDP, Username: u.Username, Claims: u.Claims,
	}
}

func (u userView) user() emulator.User {
	return emulator.User{
		ObjectID: u.ObjectID, Name: u.Name, GivenName: u.GivenName, FamilyName: u.FamilyName,
		Emails: u.Emails, IDP: u.IDP, Username: u.Username, Password: u.Password, Claims: u.Claims,
	}
}

func usersOf(t *emulator.Tenant) []userView {
	all := []userView{}
	for _, u := range t.Users() {
		all = append(all, viewOfUser(u))
	}
	return all
}

// findUser returns the user with an object id, or the first one with an email
// address or a user name.
func findUser(t *emulator.Tenant, name string) (emulator.User, error) {
	users := t.Users()
	i := slices.IndexFunc(users, func(u emulator.User) bool { return strings.EqualFold(u.ObjectID, name) })
	if i < 0 {
		i = slices.IndexFunc(users, func(u emulator.User) bool {
			return slices.ContainsFunc(append(u.Emails, u.Username), func(n string) bool { return strings.EqualFold(n, name) })
		})
	}
	if name == "" || i < 0 {
		return emulator.User{}, wrong("user", "tenant %s has no user %q", t.Name(), name)
	}
	return users[i], nil
}

func addUser(t *emulator.Tenant, u userView) (userView, error) {
	added, err := t.AddUser(u.user())
	return viewOfUser(added), ofEmulator(err)
}

// setUser changes the user that u's object id names.
func setUser(t *emulator.Tenant, u userView) (userView, error) {
	if err := t.SetUser(u.user()); err != nil {
		return userView{}, ofEmulator(err)
	}
	set, err := findUser(t, u.ObjectID)
	return viewOfUser(set), err
}

func removeUser(t *emulator.Tenant, name string) error {
	u, err := findUser(t, name)
	if err != nil {
		return err
	}
	return ofEmulator(t.RemoveUser(u.ObjectID))
}

// revoke ends what was granted to a user; "" is everyone.
func revoke(t *emulator.Tenant, user string) error {
	if user == "" {
		t.Revoke("")
		return nil
	}
	u, err := findUser(t, user)
	if err == nil {
		t.Revoke(u.ObjectID)
	}
	return err
}
