// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

type (
	userBody struct {
		ofTenant
		emulator.User
	}
	revokeBody struct {
		ofTenant
		User string `json:"user"`
	}
)

func usersOf(t *emulator.Tenant) []wire.Object {
	all := []wire.Object{}
	for _, u := range t.Users() {
		all = append(all, wire.ObjectOf(u))
	}
	return all
}

func listUsers(t *emulator.Tenant) any { return map[string][]wire.Object{"users": usersOf(t)} }

func postUser(t *emulator.Tenant, u emulator.User) (any, error) {
	added, err := t.AddUser(u)
	return created{wire.ObjectOf(added)}, err
}

// putUser changes the user that u's object id names.
func putUser(t *emulator.Tenant, u emulator.User) (any, error) {
	if err := t.SetUser(u); err != nil {
		return nil, err
	}
	set, err := findUser(t, u.ObjectID)
	return wire.ObjectOf(set), err
}

func deleteUser(r *http.Request, all tenants) (any, error) {
	values, t, err := query(all, r, "user")
	if err != nil {
		return nil, err
	}
	return nil, removeUser(t, values.Get("user"))
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

func removeUser(t *emulator.Tenant, name string) error {
	u, err := findUser(t, name)
	if err != nil {
		return err
	}
	return t.RemoveUser(u.ObjectID)
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
