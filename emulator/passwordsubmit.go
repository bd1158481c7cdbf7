// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// PasswordSubmit is what a tenant asks about that doesn't know a password yet: a
// user has come over from another system ([User.ToBeMigrated]), and has typed one
// that isn't the tenant's own.
type PasswordSubmit struct {
	// User is who signs in, without a password.
	User User

	// Username is what the user signs in as, as it was typed.
	Username string

	// Password is what was typed.
	Password string
}

// PasswordAnswer is what the other system says to a [PasswordSubmit]. The zero
// value is that the password is wrong.
type PasswordAnswer struct {
	// Action is what comes of it.
	Action PasswordAction

	// Message is what a person is told who is blocked. If empty, a general text.
	Message string
}

// PasswordAction is what a tenant does about a password that it didn't know. They
// are those of Microsoft's event OnPasswordSubmit.
type PasswordAction int

const (
	// Retry says that the password is wrong, and the user may try again.
	Retry PasswordAction = iota
	// MigratePassword says that it is right. The tenant keeps it and asks no more; one that
	// is weak by the tenant's rules is right once, and has to be changed.
	MigratePassword
	// UpdatePassword says that it is right, and has to be changed.
	UpdatePassword
	// Block says that the user may not sign in.
	Block
)

// passwords tells who may sign in with which, by the directory and what another
// system says.
type passwords struct {
	directory *directory
	submit    func(PasswordSubmit) PasswordAnswer // nil for nobody to ask
}

// passwordVerdict is what comes of a user name and a password.
type passwordVerdict int

const (
	noAccountVerdict passwordVerdict = iota
	wrongPassword
	rightPassword
	changePassword
	blockedUser
)

// try returns the local account with a user name, and what comes of a password.
// The other system is asked while nothing is locked.
func (p *passwords) try(name, typed string) (a account, verdict passwordVerdict, message string) {
	a, known, ok := p.directory.signedIn(name, typed)
	switch {
	case !known:
		return a, noAccountVerdict, ""
	case ok:
		return a, rightPassword, ""
	case !a.ToBeMigrated || p.submit == nil || typed == "":
		return a, wrongPassword, ""
	}
	answer := p.submit(PasswordSubmit{User: a.clone(), Username: name, Password: typed})
	switch answer.Action {
	case MigratePassword:
		if !page.StrongPassword(typed) {
			return a, changePassword, ""
		}
		if migrated, ok := p.directory.migrate(a.ObjectID, typed); ok {
			return migrated, rightPassword, ""
		}
		return a, wrongPassword, ""
	case UpdatePassword:
		return a, changePassword, ""
	case Block:
		return a, blockedUser, answer.Message
	case Retry:
	}
	return a, wrongPassword, ""
}
