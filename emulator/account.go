// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
	"github.com/b2ckit/b2ckit/emulator/internal/password"
)

// account is a user as a tenant keeps one: Password is always empty. A slice in
// it is never written once it is in the directory.
type account struct {
	User
	hash *password.Hash // nil without a password
}

func newAccount(u User) account {
	a := account{User: u}
	if u.Password != "" {
		a.hash = password.New(u.Password)
		a.Password = ""
	}
	return a
}

// accountsOf returns users as a tenant keeps them.
func accountsOf(users []User) []account {
	accounts := make([]account, len(users))
	for i, u := range users {
		accounts[i] = newAccount(u)
	}
	return accounts
}

// copy returns what the directory's caller may change.
func (a account) copy() account { return account{a.clone(), a.hash} }

// owns reports whether someone with a local account signs in under a name.
func (a account) owns(name string) bool {
	return a.IDP == "" && slices.ContainsFunc(a.signInNames(), func(n string) bool { return strings.EqualFold(n, name) })
}

// ofAccounts checks what Options.Users, AddUser and SetUser have in common.
func (all *mistakes) ofAccounts(accounts []account, fieldOf func(i int) string) {
	ids, names := fold.Set{}, fold.Set{}
	for i, a := range accounts {
		field := fieldOf(i)
		if a.Name == "" {
			all.add(field+".Name", "is empty")
		}
		switch {
		case !guid.Is(a.ObjectID):
			all.add(field+".ObjectID", "%q is no GUID; left out, it follows from the name", a.ObjectID)
		case ids.Twice(a.ObjectID) && a.Name != "":
			all.add(field+".ObjectID", "%q is there twice (if left out, it follows from the name)", a.ObjectID)
		}
		for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
			if _, err := jose.Encode(a.Claims[name]); err != nil {
				all.add(fmt.Sprintf("%s.Claims[%q]", field, name), "is no JSON: %v", err)
			}
		}
		switch {
		case a.hash == nil:
			continue
		case a.IDP != "":
			all.add(field+".Password", "is set, but %s knows the password of this account", a.IDP)
			continue
		case len(a.signInNames()) == 0:
			all.add(field+".Password", "is set, but there is neither Username nor Emails")
		}
		for _, name := range a.signInNames() {
			if names.Twice(name) {
				all.add(field, "signs in as %q, as another user does", name)
			}
		}
	}
}

// checkAccounts is ofAccounts as an error.
func checkAccounts(accounts []account, fieldOf func(i int) string) error {
	var all mistakes
	all.ofAccounts(accounts, fieldOf)
	return errorsOf[User](all, "")
}
