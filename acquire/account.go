// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/validator"
)

// Account is a user who has signed in through the App's flow. It holds no
// token, so an app may keep it in its session. Its ID decides whose tokens are
// given out: take it from nowhere else.
type Account struct {
	// ID is what MSAL calls the home account id: {user}-{flow}.{tenant id},
	// where user is the object id, else the subject, and flow is in lower case.
	// The same person has one account per flow. At External ID and Entra it is
	// {object id}.{tenant id}; of a guest those of the tenant that was signed in
	// to, where MSAL has those of the guest's own.
	ID string `json:"id"`
	// UserID is that user: the object id, else the subject. It is the same at all
	// flows of the tenant, so it tells whether who comes back from a link is who
	// went there. At External ID and Entra it is what [validator.IDToken.UserID]
	// makes of the ID token.
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

// signedUser returns the user by whom the account is kept. A sub of External ID or
// Entra is another one at each client.
func signedUser(t *validator.IDToken, at authority.Authority) (string, error) {
	switch {
	case !usesSTS(at):
		return t.UserID()
	case t.ObjectID == "":
		return "", errors.New("the ID token has no oid, and the answer no client_info that tells the user")
	}
	return t.ObjectID, nil
}

func (a Account) clone() Account {
	a.Logins = slices.Clone(a.Logins)
	return a
}

// newAccountDetails reads an account from a verified ID token. What client_info
// tells, which the token endpoint sent beside it, counts only where the token names
// no user: what is signed wins.
func newAccountDetails(t *validator.IDToken, at authority.Authority, clientInfo, typed string) (Account, error) {
	acct := Account{Name: t.Name}
	h := homeOf(t, at)
	user, err := signedUser(t, at)
	if err != nil {
		user = h.user(clientInfo)
	}
	switch {
	case user == "":
		return acct, err
	case !isSubject(user):
		return acct, errors.New("the ID token's oid or sub is not 1 to 255 printable ASCII characters")
	}
	acct.ID, acct.UserID = h.id(user), guid.Fold(user)
	if id, err := t.UserID(); usesSTS(at) && t.ObjectID != "" && err == nil {
		acct.UserID = id
	}
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
