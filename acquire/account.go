// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

// answersTo tells whether a user might type this name.
func (a *Account) answersTo(username string) bool {
	return slices.ContainsFunc(a.Logins, func(l string) bool { return strings.EqualFold(l, username) })
}

func (a Account) clone() Account {
	a.Logins = slices.Clone(a.Logins)
	return a
}

// Accounts returns the accounts whose tokens this process has in memory,
// sorted by ID: all, or those of a user name. Every address that the ID token
// had counts as one, and case doesn't.
//
// A shared Cache is not searched, see [App.LoadAccounts]; an app of several
// processes keeps the account of a session in the session.
func (a *App) Accounts(username ...string) []Account {
	var found []Account
	for _, t := range a.accounts.Values() {
		p := t.account()
		if len(username) == 0 || slices.ContainsFunc(username, p.answersTo) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(x, y Account) int { return strings.Compare(x.ID, y.ID) })
	return found
}

// LoadAccounts reads the accounts that the Cache holds for this App into memory,
// so that [App.Accounts] lists them: for a program on a user's machine, when it
// starts. The Cache has to be a [Lister]. It reads Options.MaxAccounts at most.
func (a *App) LoadAccounts(ctx context.Context) error {
	lister, ok := a.opts.Cache.(Lister)
	if !ok {
		return errors.New("acquire: LoadAccounts: Options.Cache can't list what it holds: it is no acquire.Lister")
	}
	keys, err := a.shared.keys(ctx, lister, cachePrefix("account"))
	if err != nil {
		return fmt.Errorf("acquire: LoadAccounts: %w", err)
	}
	for _, key := range keys[:min(len(keys), a.opts.MaxAccounts)] {
		var r accountRecord
		if _, err := a.shared.load(ctx, key, &r); err != nil {
			return fmt.Errorf("acquire: LoadAccounts: %w", err)
		}
		_, _ = a.userTokens(ctx, r.Account.ID) // by this App's own key for it
	}
	return nil
}

// Account returns the account of an ID, from memory or from the shared cache.
// The error is [ErrInteractionRequired] if there is none, and [ErrRetry] if the
// cache can't be read, so that nobody can tell.
func (a *App) Account(ctx context.Context, id string) (Account, error) {
	t, err := a.userTokens(ctx, id)
	if err != nil {
		return Account{}, err
	}
	return t.account(), nil
}

// Remove forgets an account and its tokens, here and in the shared cache, where
// it leaves a note for the processes that have the account in memory: they
// hand out the access tokens they have until those have to be renewed, and then
// forget it too. The error is the cache's: the tokens may then still be there,
// until this process can put the note there after all.
// It does not sign the user out of B2C, see [App.SignOutURL].
func (a *App) Remove(ctx context.Context, account Account) error {
	at := a.events.Add(1)
	a.removed.Put(account.ID, at)
	gone := removal{wall: a.clock.Now().Wall, signedIn: account.SignedInAt}
	if t, ok := a.accounts.Get(account.ID); ok && t.born < at {
		a.accounts.RemoveIf(account.ID, t)
		gone.signedIn, gone.since = latest(gone.signedIn, t.account().SignedInAt), t.forget()
	}
	if a.opts.Cache == nil {
		return nil
	}
	if err := a.shared.buryForGood(ctx, account.ID, gone); err != nil {
		return fmt.Errorf("acquire: remove an account from the shared cache: %w", err)
	}
	return nil
}

// newAccountDetails reads an account from a verified ID token. told is the id
// that the token endpoint told beside it, or "": what is signed wins.
func newAccountDetails(t *validator.IDToken, f flow, told, typed string) (Account, error) {
	acct := Account{ID: told, Name: t.Name}
	user, err := t.UserID()
	switch {
	case err != nil && told == "":
		return acct, err
	case err == nil && !isSubject(user):
		return acct, errors.New("the ID token's oid or sub is not 1 to 255 printable ASCII characters")
	case err == nil:
		acct.ID = homeAccountID(user, f.authority.FlowKey(), f.authority.TenantID())
	}
	acct.UserID = strings.TrimSuffix(acct.ID, homeAccountID("", f.authority.FlowKey(), f.authority.TenantID()))
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
