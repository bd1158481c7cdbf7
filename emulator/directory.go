// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"
	"sync"
)

// directory is the tenant's users, in the order they came. Who holds its lock
// may take that of memory, and never the other way round.
type directory struct {
	mu         sync.RWMutex
	accounts   []account
	configured []string // object ids of those of the options, and of others that were removed
}

// account is a user as a tenant keeps one: Password is always empty. A slice in
// it is never written once it is in the directory.
type account struct {
	User
	hash *passwordHash // nil without a password
}

func newAccount(u User) account {
	a := account{User: u}
	if u.Password != "" {
		a.hash = hashPassword(u.Password)
		a.Password = ""
	}
	return a
}

func newDirectory(accounts []account) *directory {
	d := &directory{accounts: accounts}
	for _, a := range accounts {
		d.configured = append(d.configured, a.ObjectID)
	}
	return d
}

// find returns where the user with an object id is, or -1.
func (d *directory) find(objectID string) int {
	return slices.IndexFunc(d.accounts, func(a account) bool { return strings.EqualFold(a.ObjectID, objectID) })
}

// byID returns a copy of the account with an object id.
func (d *directory) byID(objectID string) (account, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	i := d.find(objectID)
	if i < 0 {
		return account{}, false
	}
	return account{d.accounts[i].clone(), d.accounts[i].hash}, true
}

// local returns a copy of the local account that signs in under a name. Of
// several, which only accounts without a password can be, one with a password
// goes first.
func (d *directory) local(name string) (account, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var found *account
	for i := range d.accounts {
		a := &d.accounts[i]
		match := a.IDP == "" && slices.ContainsFunc(a.signInNames(), func(n string) bool { return strings.EqualFold(n, name) })
		if match && (found == nil || found.hash == nil) {
			found = a
		}
	}
	if found == nil {
		return account{}, false
	}
	return account{found.clone(), found.hash}, true
}

// User returns the first user, without the password. Once all are removed it is
// the zero User.
func (t *Tenant) User() User {
	t.directory.mu.RLock()
	defer t.directory.mu.RUnlock()
	if len(t.directory.accounts) == 0 {
		return User{}
	}
	return t.directory.accounts[0].clone()
}

// Users returns the users there are now, with every default filled in and
// without their passwords.
func (t *Tenant) Users() []User {
	t.directory.mu.RLock()
	defer t.directory.mu.RUnlock()
	users := make([]User, len(t.directory.accounts))
	for i := range users {
		users[i] = t.directory.accounts[i].clone()
	}
	return users
}

// AddUser adds someone after all others, by the rules of [Options.Users], and
// returns the user with every default filled in and without the password. The
// error names every field that breaks a rule, on a line each.
func (t *Tenant) AddUser(u User) (User, error) {
	added := newAccount(u.clone().identified(t.opts.ID))
	t.directory.mu.Lock()
	defer t.directory.mu.Unlock()
	if err := t.directory.checkWith(t.directory.accounts, added); err != nil {
		return User{}, err
	}
	t.directory.accounts = append(t.directory.accounts, added)
	return added.clone(), nil
}

// SetUser changes the user with u's object id to u, by the rules of
// [Options.Users]. An empty Password keeps the old one, if the account is still
// a local one. The error names every field that breaks a rule, on a line each, or
// says that there is no such user; then nothing has changed.
//
// The user's sessions go on with the change. What was granted before keeps who
// signed in, and so do the tokens it is refreshed to: whether B2C looks into its
// directory at a refresh is not documented.
func (t *Tenant) SetUser(u User) error {
	set := newAccount(u.clone().identified(t.opts.ID))
	t.directory.mu.Lock()
	defer t.directory.mu.Unlock()
	i := -1
	if u.ObjectID != "" {
		i = t.directory.find(u.ObjectID)
	}
	if i < 0 {
		return t.noUser(u.ObjectID)
	}
	if set.hash == nil && set.IDP == "" {
		set.hash = t.directory.accounts[i].hash
	}
	others := slices.Delete(slices.Clone(t.directory.accounts), i, i+1)
	if err := t.directory.checkWith(others, set); err != nil {
		return err
	}
	t.directory.accounts[i] = set
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	for _, s := range t.memory.sessions.items {
		if s.user.ObjectID == set.ObjectID {
			s.user = set.clone()
		}
	}
	return nil
}

// RemoveUser removes someone, and ends the user's sessions, codes and refresh
// tokens: B2C then says AADB2C90128. Other tokens that are out stay valid until
// they expire. It is an error if there is no such user.
func (t *Tenant) RemoveUser(objectID string) error {
	t.directory.mu.Lock()
	defer t.directory.mu.Unlock()
	i := t.directory.find(objectID)
	if i < 0 {
		return t.noUser(objectID)
	}
	t.directory.accounts = slices.Delete(t.directory.accounts, i, i+1)
	t.end(objectID, true)
	return nil
}

func (t *Tenant) noUser(objectID string) error {
	return wrongField("User.ObjectID:", "tenant %s has no user %q", t.opts.Name, objectID)
}

// checkWith checks a new or changed account beside others that were checked.
func (d *directory) checkWith(others []account, a account) error {
	all := append(slices.Clip(others), a)
	var found mistakes
	found.ofAccounts(all, func(int) string { return "User" })
	return found.errors("emulator: ")
}
