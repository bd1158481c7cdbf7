// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/password"
)

// directory is the tenant's users, in the order they came.
type directory struct {
	tenantName, tenantID string

	mu sync.RWMutex

	// observers are told while the directory is locked, so that nobody is changed
	// or removed and then found as before: one for each tenant that has it.
	observers  []observer
	accounts   []account
	configured []string // object ids of those of the options, and of others that were removed
	witnesses  map[*witness]struct{}
}

// observer is a tenant: what it says of a user who comes or is to be changed, and
// does about one who is changed or removed.
type observer struct {
	check   func(u User, field string, all *mistakes)
	changed func(User)
	removed func(objectID string)
}

func newDirectory(m *model, accounts []account) *directory {
	d := &directory{tenantName: m.name, tenantID: m.id, accounts: accounts, witnesses: map[*witness]struct{}{}}
	for _, a := range accounts {
		d.configured = append(d.configured, a.ObjectID)
	}
	return d
}

// observe has a tenant told of changes from now on.
func (d *directory) observe(by observer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.observers = append(d.observers, by)
}

// changedLocked tells all tenants of a change.
func (d *directory) changedLocked(u User) {
	for _, by := range d.observers {
		by.changed(u)
	}
}

// findLocked returns where the user with an object id is, or -1.
func (d *directory) findLocked(objectID string) int {
	return slices.IndexFunc(d.accounts, func(a account) bool { return strings.EqualFold(a.ObjectID, objectID) })
}

// byID returns a copy of the account with an object id.
func (d *directory) byID(objectID string) (account, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	i := d.findLocked(objectID)
	if i < 0 {
		return account{}, false
	}
	return d.accounts[i].copy(), true
}

// lists reports whether there is a user with an object id.
func (d *directory) lists(objectID string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.findLocked(objectID) >= 0
}

// witness sees who is removed while a sign-in is under way.
type witness struct {
	directory *directory
	removed   []string // object ids
}

// watch returns a witness of what happens from now on, who leaves at the end.
func (d *directory) watch() *witness {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &witness{directory: d}
	d.witnesses[w] = struct{}{}
	return w
}

func (w *witness) leave() {
	w.directory.mu.Lock()
	defer w.directory.mu.Unlock()
	delete(w.directory.witnesses, w)
}

// knows reports whether there is a user with an object id, or was one since the
// witness came.
func (w *witness) knows(objectID string) bool {
	w.directory.mu.RLock()
	defer w.directory.mu.RUnlock()
	return w.directory.findLocked(objectID) >= 0 ||
		slices.ContainsFunc(w.removed, func(id string) bool { return strings.EqualFold(id, objectID) })
}

// local returns a copy of the local account that signs in under a name. Of
// several, which only accounts without a password can be, one with a password
// goes first.
func (d *directory) local(name string) (account, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	found := -1
	for i, a := range d.accounts {
		if a.owns(name) && (found < 0 || d.accounts[found].hash == nil) {
			found = i
		}
	}
	if found < 0 {
		return account{}, false
	}
	return d.accounts[found].copy(), true
}

// signedIn returns the local account with a user name, and whether the password
// is its own. It takes as long for a name that nobody has.
func (d *directory) signedIn(name, typed string) (a account, known, ok bool) {
	a, known = d.local(name)
	hash := a.hash
	if hash == nil {
		hash = &password.Hash{}
	}
	return a, known, hash.Matches(typed) && a.hash != nil
}

// first returns the first user; the zero User if there is none.
func (d *directory) first() User {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if len(d.accounts) == 0 {
		return User{}
	}
	return d.accounts[0].clone()
}

// users returns copies of all.
func (d *directory) users() []User {
	d.mu.RLock()
	defer d.mu.RUnlock()
	users := make([]User, len(d.accounts))
	for i := range users {
		users[i] = d.accounts[i].clone()
	}
	return users
}

// hasProvider reports whether anyone signs in with an identity provider.
func (d *directory) hasProvider(idp string) bool {
	return idp != "" && slices.ContainsFunc(d.users(), func(u User) bool { return u.IDP == idp })
}

// add adds someone, and returns the user without the password.
func (d *directory) add(u User) (User, error) {
	added := newAccount(u.clone().identified(d.tenantID))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.checkLocked(d.accounts, added); err != nil {
		return User{}, err
	}
	d.accounts = append(d.accounts, added)
	return added.clone(), nil
}

// set changes the user with u's object id to u. An empty password keeps the old
// one.
func (d *directory) set(u User) error {
	set := newAccount(u.clone().identified(d.tenantID))
	d.mu.Lock()
	defer d.mu.Unlock()
	i := -1
	if u.ObjectID != "" {
		i = d.findLocked(u.ObjectID)
	}
	if i < 0 {
		return d.noUser(u.ObjectID)
	}
	if set.hash == nil && set.IDP == "" {
		set.hash = d.accounts[i].hash
	}
	others := slices.Delete(slices.Clone(d.accounts), i, i+1)
	if err := d.checkLocked(others, set); err != nil {
		return err
	}
	d.accounts[i] = set
	d.changedLocked(set.User)
	return nil
}

func (d *directory) remove(objectID string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := d.findLocked(objectID)
	if i < 0 {
		return d.noUser(objectID)
	}
	for w := range d.witnesses {
		w.removed = append(w.removed, d.accounts[i].ObjectID)
	}
	d.accounts = slices.Delete(d.accounts, i, i+1)
	for _, by := range d.observers {
		by.removed(objectID)
	}
	return nil
}

func (d *directory) noUser(objectID string) error {
	return wrongField[User]("User.ObjectID:", "tenant %s has no user %q", d.tenantName, objectID)
}

// checkLocked checks a new or changed account beside others that were checked.
func (d *directory) checkLocked(others []account, a account) error {
	all := append(slices.Clip(others), a)
	found := d.mistakesLocked(a.User, "User")
	found.ofAccounts(all, func(int) string { return "User" })
	return errorsOf[User](found, "emulator: ")
}

// mistakesLocked is what the first tenant says is wrong with a user for its
// product, unless another one with the directory finds nothing.
func (d *directory) mistakesLocked(u User, field string) mistakes {
	var first mistakes
	for i, by := range d.observers {
		var found mistakes
		by.check(u, field, &found)
		if len(found) == 0 {
			return nil
		}
		if i == 0 {
			first = found
		}
	}
	return first
}

// state is how the users are kept, and which of the configured ones are gone.
// What else happens meanwhile does so before anybody comes or goes.
func (d *directory) state(meanwhile func()) (users []userState, removed []string) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	meanwhile()
	users = []userState{}
	for _, a := range d.accounts {
		users = append(users, a.User.state(a.hash))
	}
	for _, id := range d.configured {
		if d.findLocked(id) < 0 {
			removed = append(removed, id)
		}
	}
	slices.Sort(removed)
	return users, removed
}

// restore replaces the accounts, but for the configured ones that are new.
func (d *directory) restore(users []userState, removed []string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := fold.Set{}
	var accounts []account
	for _, u := range users {
		known.Twice(u.ObjectID)
		accounts = append(accounts, account{u.user(), u.Password})
	}
	for _, id := range removed {
		known.Twice(id)
	}
	for _, a := range d.accounts {
		if !known.Has(a.ObjectID) {
			accounts = append(accounts, a)
		}
	}
	if err := checkAccounts(accounts, func(i int) string { return fmt.Sprintf("users[%d]", i) }); err != nil {
		return err
	}
	d.accounts = accounts
	for _, id := range removed {
		if !slices.Contains(d.configured, id) {
			d.configured = append(d.configured, id)
		}
	}
	return nil
}
