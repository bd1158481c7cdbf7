// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"maps"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// migrate makes a password that another system vouches for the account's own. It
// is false if the account has gone meanwhile, or has got another password.
func (d *directory) migrate(objectID, typed string) (account, bool) {
	hashed := newAccount(User{Password: typed}).hash
	d.mu.Lock()
	defer d.mu.Unlock()
	i := d.findLocked(objectID)
	switch {
	case i < 0:
		return account{}, false
	case !d.accounts[i].ToBeMigrated: // another sign-in was quicker
		return d.accounts[i].copy(), d.accounts[i].hash != nil && d.accounts[i].hash.Matches(typed)
	}
	d.accounts[i].hash, d.accounts[i].ToBeMigrated = hashed, false
	d.changedLocked(d.accounts[i].User)
	return d.accounts[i].copy(), true
}

// addAll adds users, all or none.
func (d *directory) addAll(users []User) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := append(slices.Clone(d.accounts), accountsOf(users)...)
	first := len(d.accounts)
	var found mistakes
	fieldOf := func(i int) string { return fmt.Sprintf("User[%d]", i-first) }
	for i := first; i < len(all); i++ {
		found = append(found, d.mistakesLocked(all[i].User, fieldOf(i))...)
	}
	found.ofAccounts(all, fieldOf)
	if err := errorsOf[User](found, "emulator: "); err != nil {
		return err
	}
	d.accounts = all
	return nil
}

// imported returns a user of another tenant as one of this: with another object
// id, which follows from the old one, and that one in a claim, if it has a name.
func imported(tenantID string, u User, oldIDClaim string) User {
	u = u.clone()
	old := u.ObjectID
	u.ObjectID, u.Password = guid.Of(tenantID, "imported", old), ""
	u.ToBeMigrated = u.IDP == ""
	u.Roles, u.Groups = nil, nil
	if oldIDClaim != "" {
		claims := map[string]any{}
		maps.Copy(claims, u.Claims)
		claims[oldIDClaim] = old
		u.Claims = claims
	}
	return u
}
