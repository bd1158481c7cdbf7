// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// accountCache is the accounts whose tokens this process keeps in memory, beside
// what the fleet has of them.
type accountCache struct {
	fleet    fleet
	limit    int
	kept     *bounded.Map[*cachedAccount] // by Account.ID
	removals *removals
	newEntry func(c *cachedAccount, scopes string) *tokencache.Entry
}

func newAccountCache(f fleet, limit int, newEntry func(c *cachedAccount, scopes string) *tokencache.Entry) *accountCache {
	return &accountCache{
		fleet: f, limit: limit, kept: bounded.New[*cachedAccount](limit), removals: newRemovals(limit), newEntry: newEntry,
	}
}

// newAccount returns an account of which nothing is known yet.
func (a *accountCache) newAccount(id string) *cachedAccount {
	var c *cachedAccount
	c = newCachedAccount(id, a.removals, func(scopes string) *tokencache.Entry { return a.newEntry(c, scopes) })
	return c
}

// find finds an account, in memory or else in the fleet.
func (a *accountCache) find(ctx context.Context, id string) (*cachedAccount, error) {
	if c, ok := a.kept.Get(id); ok {
		if !c.isRemoved() {
			return c, nil
		}
		a.kept.RemoveIf(id, c) // they may have signed in anew, elsewhere
	}
	c := a.newAccount(id)
	there, ok, err := a.fleet.account(ctx, id)
	switch {
	case ok && there.removed:
		return nil, errNoAccount()
	case err != nil && ctx.Err() != nil:
		return nil, waitError(ctx.Err(), context.Cause(ctx))
	case !ok && a.fleet.inDoubt(err):
		// Another process may have signed the user in a moment ago. To have them
		// sign in would go round and round.
		return nil, errUnread("this process does not know the account", err)
	case !ok:
		return nil, errNoAccount()
	}
	c.adopt(there.accountState)
	c = a.kept.GetOrPut(id, c)
	if c.isRemoved() {
		a.kept.RemoveIf(id, c)
		return nil, errNoAccount()
	}
	return c, nil
}

// findSince is find for a session that knows when its user signed in: if that is
// later than the tokens here, there may be newer ones in the fleet.
func (a *accountCache) findSince(ctx context.Context, id string, signedInAt time.Time) (*cachedAccount, error) {
	c, err := a.find(ctx, id)
	if err != nil || !c.isBefore(signedInAt) {
		return c, err
	}
	// If that can't be read, the tokens here serve for as long as they are good.
	if there, ok, _ := a.fleet.account(ctx, id); ok {
		c.adopt(there.accountState)
		c.catchUp(there.tokens)
	}
	return c, nil
}

// signedIn keeps what a sign-in has brought.
func (a *accountCache) signedIn(g grant, wall time.Time) *cachedAccount {
	id := g.account.ID
	for {
		anew := a.newAccount(id)
		if !anew.signedIn(g, wall) {
			continue // removed this very moment
		}
		c := a.kept.GetOrPut(id, anew)
		if c == anew || c.signedIn(g, wall) {
			return c
		}
		a.kept.RemoveIf(id, c) // removed before this sign-in
	}
}

// remove forgets an account, here and in the fleet.
func (a *accountCache) remove(ctx context.Context, account Account, wall time.Time) error {
	at := a.removals.record(account.ID)
	var last accountState
	if c, ok := a.kept.Get(account.ID); ok && c.born < at {
		a.kept.RemoveIf(account.ID, c)
		last = c.remove()
	}
	return a.fleet.remove(ctx, account.ID, newRemoval(wall, account.SignedInAt, last))
}

// all returns the accounts in memory.
func (a *accountCache) all() []Account {
	var all []Account
	for _, c := range a.kept.Values() {
		if s := c.now(); !c.isRemoved() {
			all = append(all, s.account)
		}
	}
	return all
}

// load reads the fleet's accounts into memory, as many as there is room for.
func (a *accountCache) load(ctx context.Context) error {
	return a.fleet.eachAccount(ctx, a.limit, func(id string) {
		_, _ = a.find(ctx, id) // by this App's own key for it
	})
}

// errUnread is for what may be in the shared cache: err is why it could not be
// read; nil if it could be, and has failed a moment ago.
func errUnread(here string, err error) *Error {
	cache := "can't be read"
	if err == nil {
		cache = "has failed within the last minute"
	}
	return retryAfter(outboxEvery, fail(ErrRetry, "refresh_token", "%s, and the shared cache, where another process may have put one, %s", here, cache))
}

func errNoAccount() *Error {
	return fail(ErrInteractionRequired, "refresh_token", "no such account is known here; sign the user in")
}
