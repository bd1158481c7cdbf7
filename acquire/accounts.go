// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Accounts returns the accounts whose tokens this process has in memory,
// sorted by ID: all, or those of a user name. Every address that the ID token
// had counts as one, and case doesn't.
//
// A shared Cache is not searched, see [App.LoadAccounts]; an app of several
// processes keeps the account of a session in the session.
func (a *App) Accounts(username ...string) []Account {
	var found []Account
	for _, p := range a.accounts.all() {
		if len(username) == 0 || slices.ContainsFunc(username, p.answersTo) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(x, y Account) int { return strings.Compare(x.ID, y.ID) })
	return found
}

// LoadAccounts reads the accounts that the Cache holds for this App into memory,
// so that [App.Accounts] lists them: for a program on a user's machine, when it
// starts, or a job that works for users who are away. The Cache has to be a [Lister]:
// package rediscache has one, and keeps no index of a fleet's users unless asked. It reads Options.MaxAccounts at most, page by page;
// each call of the Cache has a tenth of Options.Timeout, and all of them ctx.
func (a *App) LoadAccounts(ctx context.Context) error {
	if err := a.accounts.load(ctx); err != nil {
		return fmt.Errorf("acquire: LoadAccounts: %w", err)
	}
	return nil
}

// Account returns the account of an ID, from memory or from the shared cache.
// The error is [ErrInteractionRequired] if there is none, and [ErrRetry] if the
// cache can't be read, so that nobody can tell.
func (a *App) Account(ctx context.Context, id string) (Account, error) {
	c, err := a.accounts.find(ctx, id)
	if err != nil {
		return Account{}, err
	}
	return c.now().account, nil
}

// Remove forgets an account and its tokens, here and in the shared cache, where
// it leaves a tombstone for the processes that have the account in memory: they
// hand out the access tokens they have until those have to be renewed, and then
// forget it too. The error is the cache's: the tokens may then still be there,
// until this process can put the tombstone there after all.
// It does not sign the user out of B2C, see [App.SignOutURL].
func (a *App) Remove(ctx context.Context, account Account) error {
	if err := a.accounts.remove(ctx, account, a.clock.Now().Wall()); err != nil {
		return fmt.Errorf("acquire: remove an account from the shared cache: %w", err)
	}
	return nil
}
