// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

// Account is a user who has signed in through the App's flow. It holds no
// token, so an app may keep it in its session. Its ID decides whose tokens are
// given out: take it from nowhere else.
type Account struct {
	// ID is what MSAL calls the home account id: {user}-{flow}.{tenant id},
	// where user is the object id, else the subject, and flow is in lower case.
	// The same person has one account per flow.
	ID string `json:"id"`
	// UserID is that user: the object id, else the subject. It is the same at all
	// flows of the tenant, so it tells whether who comes back from a link is who
	// went there.
	UserID string `json:"user_id"`
	// SignedInAt is when the user last signed in here. A process that has older
	// tokens of the account looks into the shared cache for newer ones.
	SignedInAt time.Time `json:"signed_in_at"`
	// Username is the first there is of preferred_username, emails, email,
	// signInNames.emailAddress, upn, and the name given with a password. It is
	// for showing and finding; users may be able to change it.
	Username string `json:"username"`
	// Name is the display name.
	Name string `json:"name,omitempty"`
	// Logins are all the names by which [App.Accounts] finds the account.
	Logins []string `json:"logins,omitempty"`
}

// answersTo reports whether a user might type this name.
func (a *Account) answersTo(username string) bool {
	return slices.ContainsFunc(a.Logins, func(l string) bool { return strings.EqualFold(l, username) })
}

func (a Account) clone() Account {
	a.Logins = slices.Clone(a.Logins)
	return a
}

// newAccountDetails reads an account from a verified ID token. told is the id
// that the token endpoint told beside it, or "": what is signed wins.
func newAccountDetails(t *validator.IDToken, at authority.Authority, told, typed string) (Account, error) {
	acct := Account{ID: told, Name: t.Name}
	user, err := t.UserID()
	switch {
	case err != nil && told == "":
		return acct, err
	case err == nil && !isSubject(user):
		return acct, errors.New("the ID token's oid or sub is not 1 to 255 printable ASCII characters")
	case err == nil:
		acct.ID = homeAccountID(user, at.FlowKey(), at.TenantID())
	}
	acct.UserID = strings.TrimSuffix(acct.ID, homeAccountID("", at.FlowKey(), at.TenantID()))
	add := func(names ...string) {
		for _, n := range names {
			if n != "" && !slices.Contains(acct.Logins, n) {
				acct.Logins = append(acct.Logins, n)
			}
		}
	}
	// emails is an array in user flows, and email a string in custom policies.
	for _, claim := range []string{"preferred_username", "emails", "email", "signInNames.emailAddress", "upn"} {
		var one string
		var all []string
		if ok, err := t.Claim(claim, &one); ok && err == nil {
			add(one)
		} else if ok, err := t.Claim(claim, &all); ok && err == nil {
			add(all...)
		}
	}
	add(typed)
	if len(acct.Logins) > 0 {
		acct.Username = acct.Logins[0]
	}
	return acct, nil
}
