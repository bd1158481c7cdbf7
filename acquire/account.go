// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// Account is a user who has signed in through the App's flow. It holds no
// token, so an app may keep it in its session.
type Account struct {
	// ID is what MSAL calls the home account id: {user}-{flow}.{tenant id},
	// where user is the object id, else the subject, and flow is in lower case.
	// The same person has one account per flow (b2c-facts section 4.4).
	ID string `json:"id"`
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
// A shared Cache is not searched; an app of several processes keeps the
// account of a session in the session.
func (a *App) Accounts(username ...string) []Account {
	var found []Account
	for _, acct := range a.accounts.values() {
		p := acct.public()
		if len(username) == 0 || slices.ContainsFunc(username, p.answersTo) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(x, y Account) int { return strings.Compare(x.ID, y.ID) })
	return found
}

// Account returns the account of an ID, from memory or from the shared cache,
// and whether there is one.
func (a *App) Account(ctx context.Context, id string) (Account, bool) {
	acct := a.account(ctx, id)
	if acct == nil {
		return Account{}, false
	}
	return acct.public(), true
}

// Remove forgets an account and its tokens, here and in the shared cache. The
// error is the cache's: the tokens may then still be there. Other processes
// keep what they have in memory until it expires. It does not sign the user
// out of B2C, see [App.SignOutURL].
func (a *App) Remove(ctx context.Context, account Account) error {
	if acct, ok := a.accounts.get(account.ID); ok {
		a.accounts.remove(account.ID)
		acct.mu.Lock()
		acct.removed, acct.refresh, acct.slots = true, "", nil
		acct.mu.Unlock()
	}
	if a.opts.Cache == nil {
		return nil
	}
	if err := a.opts.Cache.Delete(ctx, a.cacheKey("account", account.ID, "")); err != nil {
		return fmt.Errorf("acquire: remove an account from the shared cache: %w", err)
	}
	return nil
}

// account is a user's tokens.
type account struct {
	id   string
	turn chan struct{} // holds a value while a refresh token is being redeemed: they are used one after the other

	mu           sync.Mutex // never held across I/O
	details      Account
	typed        string    // the user name given with a password
	refresh      string    // "" if there is none, or none that is good any more
	refreshUntil time.Time // wall clock
	since        time.Time // when that refresh token came, by the wall clock
	noSecret     bool      // it was got without the client secret (AADB2C90084)
	removed      bool
	slots        map[string]*slot // by scopes
}

func newAccount(id string) *account {
	return &account{id: id, turn: make(chan struct{}, 1), slots: map[string]*slot{}}
}

func (t *account) public() Account {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.details.clone()
}

func (t *account) typedName() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.typed
}

// account finds an account, in memory or else in the shared cache.
func (a *App) account(ctx context.Context, id string) *account {
	if acct, ok := a.accounts.get(id); ok {
		return acct
	}
	key := a.cacheKey("account", id, "")
	r, ok := a.shared.account(ctx, key)
	if !ok || r.Account.ID != id {
		return nil
	}
	acct := newAccount(id)
	acct.adopt(&r)
	return a.accounts.getOrPut(id, acct)
}

// keep takes over what came with a sign-in or a refresh, unless the account
// was removed meanwhile.
func (t *account) keep(details Account, typed string, got *answer, wall time.Time, auth secrecy) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return false
	}
	if details.ID != "" {
		t.details, t.typed = details.clone(), typed
	}
	if got.refresh != "" {
		t.refresh, t.refreshUntil, t.noSecret = got.refresh, wall.Add(got.refreshLife), auth == withoutSecret
		t.since = later(t.since, wall)
		t.retryLocked()
	}
	return true
}

// later returns the time of what came after the other, also where clocks say
// that it came before: those of a fleet differ.
func later(before, wall time.Time) time.Time {
	wall = wall.Truncate(time.Millisecond) // as in the shared cache
	if wall.After(before) {
		return wall
	}
	return before.Add(time.Millisecond)
}

// retryLocked lets those slots try again at once that had failed for want of a
// good refresh token.
func (t *account) retryLocked() {
	for _, s := range t.slots {
		s.retry()
	}
}

// grant returns the refresh token, if there is a good one.
func (t *account) grant(wall time.Time) (refresh string, auth secrecy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refresh == "" || !wall.Before(t.refreshUntil) {
		return "", withSecret
	}
	return t.refresh, secrecy(!t.noSecret)
}

// spent forgets a refresh token that B2C does not take any more.
func (t *account) spent(refresh string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refresh == refresh {
		t.refresh = ""
	}
}

// newAccountDetails reads an account from a verified ID token. told is the id
// that the token endpoint told beside it, or "": what is signed wins.
func newAccountDetails(t *validator.IDToken, f flow, told, typed string) (Account, error) {
	acct := Account{ID: told, Name: t.Name}
	user, err := t.UserID()
	switch {
	case err != nil && told == "":
		return acct, err
	case err == nil && !sendable(user):
		return acct, errors.New("the ID token's oid or sub is not one word")
	case err == nil:
		acct.ID = homeAccountID(strings.ToLower(user), f.authority.FlowKey(), f.authority.TenantID())
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
