// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

const (
	fleetPoll = 100 * time.Millisecond // how often to look for what another process gets
	fleetWait = 3 * time.Second        // and for how long, when there is no token at all
)

// sharedCache is a fleet that shares tokens through a [Cache].
type sharedCache struct {
	store  *cacheStore
	keys   cacheKeys
	clock  tokencache.Clock
	outbox *outbox
}

func (c *sharedCache) inDoubt(err error) bool { return err != nil || c.store.hasFailedLately() }

// takesWrites tries: where there are leases, asking for one has told it.
func (c *sharedCache) takesWrites(ctx context.Context) bool {
	return c.store.leases() || c.store.set(ctx, c.keys.probe(), tokenRecord{}, time.Second) == nil
}

func (c *sharedCache) needsAnswers() bool { return true }

func (c *sharedCache) unsent() int { return c.outbox.size() }

func (c *sharedCache) awaitNews(ctx context.Context) bool { return pause(ctx) }

func (c *sharedCache) token(ctx context.Context, of tokenOwner) *tokencache.Token {
	key := c.keys.token(of)
	var r tokenRecord
	if ok, _ := c.store.get(ctx, key, &r); !ok {
		return nil
	}
	return r.token(key, c.clock.Now())
}

func (c *sharedCache) shareToken(ctx context.Context, of tokenOwner, t *tokencache.Token) {
	key := c.keys.token(of)
	_ = c.store.set(ctx, key, newTokenRecord(key, t), t.Left(c.clock.Now())) // it complains by itself
}

func (c *sharedCache) account(ctx context.Context, id string) (there sharedAccount, found bool, err error) {
	key := c.keys.account(id)
	var r accountRecord
	found, err = c.store.get(ctx, key, &r)
	if !found || !r.isOf(key, id) || !c.keys.fits(id) {
		return sharedAccount{}, false, err
	}
	return sharedAccount{r.state(), r.tokens(c.clock.Now())}, true, nil
}

// How the accounts of a Lister are read: so many at a time, and of pages that bring
// none only so many, for one that does not come to an end.
const (
	listPage     = 100
	maxListPages = 10_000
)

func (c *sharedCache) eachAccount(ctx context.Context, limit int, f func(id string)) error {
	lister, ok := c.store.cache.(Lister)
	if !ok {
		return errNoLister
	}
	page := ""
	for range maxListPages {
		keys, next, err := c.store.list(ctx, lister, c.keys.accounts(), page, min(listPage, limit))
		if err != nil {
			return err
		}
		if err := c.readAccounts(ctx, keys, f); err != nil {
			return err
		}
		if limit -= len(keys); next == "" || limit <= 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		page = next
	}
	return errors.New("Options.Cache lists keys without end")
}

func (c *sharedCache) readAccounts(ctx context.Context, keys []string, f func(id string)) error {
	for _, key := range keys {
		var r accountRecord
		if _, err := c.store.get(ctx, key, &r); err != nil {
			return err
		}
		f(r.Account.ID)
	}
	return nil
}

// renew gets the token that another process has put into the cache, or else a
// new one. Of those that can lease the key, one process fetches; the others go on
// with the token there is, or wait briefly.
func (c *sharedCache) renew(ctx context.Context, of tokenOwner, want tokencache.Want, look func() *tokencache.Token, fetch func() (*tokencache.Token, error)) (*tokencache.Token, error) {
	key := c.keys.account(of.account)
	if of.account == "" {
		key = c.keys.token(of)
	}
	poll := time.NewTicker(fleetPoll)
	defer poll.Stop()
	// Whoever has none takes one that is to be renewed soon, too: it may be that
	// B2C is away.
	urgent := want.IsUrgent(c.clock.Now())
	patience := min(fleetWait, c.store.timeout/3)
	for start := time.Now(); time.Since(start) < patience; {
		if t := look(); t != nil && urgent || t.Age(c.clock.Now()) == tokencache.Fresh {
			return t, nil
		}
		release, mine := c.store.lease(ctx, key)
		if mine {
			defer release()
			if t := look(); t.Age(c.clock.Now()) == tokencache.Fresh { // since just now
				return t, nil
			}
			return fetch()
		}
		if !urgent && want.Old.Left(c.clock.Now()) > want.Old.Lead()/3 {
			return want.Old, nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return nil, fail(ErrRetry, "", "another process is getting this token, and takes too long")
		}
	}
	return fetch() // whoever has the lease doesn't get on
}

func (c *sharedCache) share(ctx context.Context, a *cachedAccount, tokens map[string]*tokencache.Token, isSignIn bool) {
	if c.deliver(ctx, a, tokens, isSignIn) {
		return
	}
	late := func(ctx context.Context, patient bool) delivery { return c.deliverLate(ctx, a, patient) }
	c.outbox.put(a.id, late, a.isRemoved)
}

// deliverLate shares what there is by now. It waits for a refresh under way, or
// it might replace what that has shared meanwhile.
func (c *sharedCache) deliverLate(ctx context.Context, a *cachedAccount, patient bool) delivery {
	if !a.redeeming.acquire(ctx, patient) {
		return postponed
	}
	defer a.redeeming.release()
	return deliveredIf(c.deliver(ctx, a, a.entries.tokens(c.clock.Now()), false))
}

// deliver reports whether there is nothing more to be done.
func (c *sharedCache) deliver(ctx context.Context, a *cachedAccount, tokens map[string]*tokencache.Token, isSignIn bool) (done bool) {
	there, found, err := c.account(ctx, a.id)
	if err != nil {
		return false // it may be newer, or a tombstone
	}
	inPlaceOf := &there.accountState
	if !found {
		inPlaceOf = nil
	}
	here, ok := a.publish(inPlaceOf, isSignIn)
	if !ok {
		return true
	}
	if done, ok = c.write(ctx, a.id, here, there.tokens, tokens); !ok {
		return done
	}
	switch now := a.now(); {
	case a.isRemoved(): // while that was being written
		gone := newRemoval(c.clock.Now().Wall(), time.Time{}, a.remove())
		if there, ok, _ := c.account(ctx, a.id); !ok || there.version <= now.version {
			_ = c.remove(ctx, a.id, gone) // it complains by itself
		}
	case now.version > here.version: // a sign-in, perhaps there by now, and replaced by this
		return c.deliver(ctx, a, a.entries.tokens(c.clock.Now()), false)
	}
	return true
}

// write writes the account, with its new tokens beside the old ones. If that
// fails, done reports whether there is nothing more to be done.
func (c *sharedCache) write(ctx context.Context, id string, s accountState, before, tokens map[string]*tokencache.Token) (done, ok bool) {
	key := c.keys.account(id)
	r := newAccountRecord(key, s)
	var until time.Time
	if s.refresh != "" {
		until = s.refreshUntil
	}
	for scopes, t := range before {
		if len(r.Tokens) < maxScopeSets {
			r.put(scopes, t)
			until = latest(until, t.Ends())
		}
	}
	for scopes, t := range tokens {
		r.put(scopes, t)
		until = latest(until, t.Ends())
	}
	ttl := until.Sub(c.clock.Now().Wall())
	err := c.store.set(ctx, key, r, ttl)
	if errors.Is(err, ErrEntry) { // the refresh token matters most: the one there may have been used up
		r.Tokens = nil
		err = c.store.set(ctx, key, r, ttl)
	}
	if errors.Is(err, ErrEntry) {
		return c.store.drop(ctx, key) == nil, false
	}
	return false, err == nil
}

// remove puts a tombstone there later if it can't be put there now, unless the
// user has signed in since. A sign-in that was known is none, even if the clock
// of its process is ahead.
func (c *sharedCache) remove(ctx context.Context, id string, gone removal) error {
	err := c.tombstone(ctx, id, gone)
	if err == nil {
		return nil
	}
	late := func(ctx context.Context, _ bool) delivery {
		there, ok, err := c.account(ctx, id)
		signedInSince := ok && there.accountState.account.SignedInAt.After(gone.at)
		return deliveredIf(err == nil && (signedInSince || c.tombstone(ctx, id, gone) == nil))
	}
	c.outbox.put(id, late, func() bool { return false })
	return err
}

// tombstone puts a tombstone in place of an account, so that no process brings
// it back that still has it. It stays for as long as a refresh token of it may
// be good.
func (c *sharedCache) tombstone(ctx context.Context, id string, gone removal) error {
	wall := c.clock.Now().Wall()
	last, ttl := gone.version, defaultRefreshLife(c.keys.flow)
	if there, ok, _ := c.account(ctx, id); ok {
		last = max(last, there.version)
		ttl = max(ttl, there.refreshUntil.Sub(wall))
	}
	// Its version is that of the removal, or a sign-in that is yet to arrive would
	// find it newer.
	key := c.keys.account(id)
	stone := newAccountRecord(key, accountState{
		grant: grant{refreshUntil: wall.Add(ttl)}, version: last.after(gone.at), removed: true,
	})
	if c.store.set(ctx, key, stone, ttl) == nil {
		return nil
	}
	if err := c.store.drop(ctx, key); err != nil {
		return err
	}
	return errors.New("the tokens are gone, but the note for the other processes can't be written")
}
