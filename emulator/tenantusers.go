// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// User returns the first user, without the password. Once all are removed it is
// the zero User.
func (t *Tenant) User() User { return t.directory.first() }

// Users returns the users there are now, with every default filled in and
// without their passwords.
func (t *Tenant) Users() []User { return t.directory.users() }

// AddUser adds someone after all others, by the rules of [Options.Users], and
// returns the user with every default filled in and without the password. The
// error names every field that breaks a rule, on a line each.
func (t *Tenant) AddUser(u User) (User, error) { return t.directory.add(u) }

// SetUser changes the user with u's object id to u, by the rules of
// [Options.Users]. An empty Password keeps the old one, if the account is still
// a local one. The error names every field that breaks a rule, on a line each, or
// says that there is no such user; then nothing has changed.
//
// The user's sessions go on with the change. What was granted before keeps who
// signed in, and so do the tokens it is refreshed to: whether B2C looks into its
// directory at a refresh is not documented.
func (t *Tenant) SetUser(u User) error { return t.directory.set(u) }

// RemoveUser removes someone, and ends the user's sessions, codes and refresh
// tokens: B2C then says AADB2C90128. Other tokens that are out stay valid until
// they expire. It is an error if there is no such user.
func (t *Tenant) RemoveUser(objectID string) error { return t.directory.remove(objectID) }

// AttributeClaim returns what the claim of a custom attribute is called,
// "extension_", the client id of the tenant's b2c-extensions-app without its
// hyphens, and the name.
func (t *Tenant) AttributeClaim(name string) string { return t.attributes.claim(name) }

// ImportUsers adds users of another tenant, as [Tenant.Users] returns them there,
// each under another object id, as a standard migration does: these follow from the
// old ones. If attribute isn't empty, each user has the old object id as the value
// of the custom attribute of that name. It returns the users as they are here.
//
// Passwords don't come along: local accounts are [User.ToBeMigrated]. Nor do roles
// and groups, which are of the other tenant's own. It is all or nothing; the error names every field that breaks a rule of [Options.Users], on a
// line each.
func (t *Tenant) ImportUsers(users []User, attribute string) ([]User, error) {
	claim := ""
	if attribute != "" {
		if !attributePattern.MatchString(attribute) {
			return nil, wrongField[User]("User.Claims:", "%q is no name of an attribute: letters, digits and underscores", attribute)
		}
		claim = t.AttributeClaim(attribute)
	}
	added := make([]User, len(users))
	for i, u := range users {
		added[i] = imported(t.model.id, u, claim)
	}
	if err := t.directory.addAll(added); err != nil {
		return nil, err
	}
	return added, nil
}

// CheckPassword returns the user with a local account that signs in under a name
// with a password. It is false for a wrong password, and for a name nobody has.
func (t *Tenant) CheckPassword(name, password string) (User, bool) {
	a, _, ok := t.directory.signedIn(name, password)
	if !ok {
		return User{}, false
	}
	return a.User, true
}

// Revoke makes all codes and refresh tokens of a user invalid and ends the
// user's sessions, as an administrator can; "" is every user. Tokens that are
// out stay valid until they expire: B2C can't take them back.
func (t *Tenant) Revoke(objectID string) {
	t.browsers.end(objectID) // first: a session would get new codes
	t.grants.revoke(objectID)
	t.devices.revoke(objectID)
	t.met.forget(objectID)
}

// PasswordsOf returns a function for Options.OnPasswordSubmit that asks another
// tenant, where users still have their old user names and passwords.
func PasswordsOf(t *Tenant) func(PasswordSubmit) PasswordAnswer {
	return func(s PasswordSubmit) PasswordAnswer {
		if _, ok := t.CheckPassword(s.Username, s.Password); ok {
			return PasswordAnswer{Action: MigratePassword}
		}
		return PasswordAnswer{}
	}
}
