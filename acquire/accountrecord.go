// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

// accountRecord is an account in the shared cache, with all its tokens: one
// entry, so that removing it removes them all. Times are Unix milliseconds.
type accountRecord struct {
	Key          string                 `json:"key"`
	Removed      bool                   `json:"removed,omitempty"` // a note that there was an account
	Account      Account                `json:"account"`
	Typed        string                 `json:"typed,omitempty"`
	Refresh      string                 `json:"refresh_token,omitempty"`
	RefreshUntil int64                  `json:"refresh_until"`
	Since        int64                  `json:"since"` // which of two is newer
	NoSecret     bool                   `json:"no_secret,omitempty"`
	Tokens       map[string]tokenRecord `json:"tokens,omitempty"` // by scopes
}

func (r accountRecord) secrets() []string {
	all := []string{r.Refresh}
	for _, t := range r.Tokens {
		all = append(all, t.Access)
	}
	return all
}

// account returns the record of an account, or the note that it was removed.
func (c *shared) account(ctx context.Context, key, id string) (r accountRecord, ok bool, err error) {
	ok, err = c.load(ctx, key, &r)
	if !ok || r.Key != key || r.Account.ID != id && !r.Removed || r.Refresh != "" && !tokenresponse.IsSendable(r.Refresh) {
		return accountRecord{}, false, err
	}
	return r, true, nil
}

// token returns the record's token for these scopes, or nil.
func (r *accountRecord) token(a *App, scopes string) *tokencache.Token {
	t, ok := r.Tokens[scopes]
	if !ok {
		return nil
	}
	return t.held(a, r.Key+" "+scopes)
}

// adopt takes over what another process has put into the shared cache, if it
// came later than what is here, or if nothing here is any good.
func (t *userTokens) adopt(r *accountRecord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	since := time.UnixMilli(r.Since)
	switch newer := since.After(t.since); {
	case t.removed:
	case r.Removed:
		if newer {
			t.removed, t.refresh, t.slots = true, "", nil
		}
	case newer, t.details.ID == "", t.refresh == "" && r.Refresh != "" && r.Refresh != t.refused:
		t.adoptLocked(r)
	}
}

func (t *userTokens) adoptLocked(r *accountRecord) {
	t.details, t.typed, t.noSecret = r.Account.clone(), r.Typed, r.NoSecret
	t.refresh, t.refreshUntil, t.since = r.Refresh, time.UnixMilli(r.RefreshUntil), time.UnixMilli(r.Since)
}

// share puts the account and tokens for it, by scopes, into the shared cache,
// beside the tokens for other scopes that are there. What a refresh has brought
// gives way to what is newer there; a sign-in is the newest by definition. What
// can't be put there now is put there later.
func (c *shared) share(ctx context.Context, t *userTokens, tokens map[string]*tokencache.Token, isSignIn bool) {
	if c.cache == nil || c.deliver(ctx, t, tokens, isSignIn) {
		return
	}
	late := func(ctx context.Context, patient bool) delivery { return c.deliverLate(ctx, t, patient) }
	c.outbox.put(t.id, late, func() bool { return c.app.isRemoved(t) })
}

// deliverLate shares what there is by now. It takes its turn, or it might
// replace what a refresh has shared meanwhile.
func (c *shared) deliverLate(ctx context.Context, t *userTokens, patient bool) delivery {
	if !t.takeTurn(ctx, patient) {
		return notItsTurn
	}
	defer t.endTurn()
	return deliveredIf(c.deliver(ctx, t, t.tokens(c.app.clock.Now()), false))
}

// deliver tells whether there is nothing more to be done.
func (c *shared) deliver(ctx context.Context, t *userTokens, tokens map[string]*tokencache.Token, isSignIn bool) (done bool) {
	key := c.app.cacheKey("account", t.id, "")
	there, found, err := c.account(ctx, key, t.id)
	if err != nil {
		return false // it may be newer, or a note that the account was removed
	}
	r, until, ok := c.recordOf(t, key, &there, found, isSignIn)
	if !ok {
		if c.app.isRemoved(t) {
			c.app.accounts.RemoveIf(t.id, t) // so that a sign-in elsewhere is found
		}
		return true
	}
	wall := c.app.clock.Now().Wall
	r.Tokens = map[string]tokenRecord{}
	for s := range there.Tokens {
		if other := there.token(c.app, s); other != nil && len(r.Tokens) < maxScopeSets {
			r.Tokens[s] = there.Tokens[s]
			until = latest(until, other.Ends())
		}
	}
	for s, h := range tokens {
		r.Tokens[s] = c.app.record(key+" "+s, h)
		until = latest(until, h.Ends())
	}
	err = c.store(ctx, key, r, until.Sub(wall))
	if errors.Is(err, ErrEntry) { // the refresh token matters most: the one there may have been used up
		r.Tokens = nil
		err = c.store(ctx, key, r, until.Sub(wall))
	}
	if errors.Is(err, ErrEntry) {
		return c.drop(ctx, key) == nil
	}
	if err != nil {
		return false
	}
	switch {
	case c.app.isRemoved(t): // while that was being written
		gone := removal{c.app.clock.Now().Wall, t.account().SignedInAt, t.forget()}
		if there, ok, _ := c.account(ctx, key, t.id); !ok || !time.UnixMilli(there.Since).After(gone.since) {
			_ = c.buryForGood(ctx, t.id, gone) // it complains by itself
		}
	case t.isNewerThan(r.Since): // a sign-in, perhaps there by now, and replaced by this
		return c.deliver(ctx, t, t.tokens(c.app.clock.Now()), false)
	}
	return true
}

// recordOf returns the record of what is kept here, unless what is there is to
// be left alone.
func (c *shared) recordOf(t *userTokens, key string, there *accountRecord, found, isSignIn bool) (r accountRecord, until time.Time, ok bool) {
	if c.app.isRemoved(t) {
		return r, until, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if since := time.UnixMilli(there.Since); found && since.After(t.since) {
		switch {
		case isSignIn:
			t.since = later(since, t.since)
		case there.Removed:
			t.removed, t.refresh, t.slots = true, "", nil
			return r, until, false
		default:
			t.adoptLocked(there)
			return r, until, false
		}
	}
	if until = t.refreshUntil; t.refresh == "" {
		until = time.Time{}
	}
	return accountRecord{
		Key: key, Account: t.details, Typed: t.typed, Refresh: t.refresh, RefreshUntil: t.refreshUntil.UnixMilli(),
		Since: t.since.UnixMilli(), NoSecret: t.noSecret,
	}, until, true
}

// removal is when an account was removed, by the wall clock, and what was known
// of it: when the user had signed in, and how new its tokens were.
type removal struct{ wall, signedIn, since time.Time }

// bury puts a note in place of an account, so that no process brings it back
// that still has it. It stays for as long as a refresh token of it may be good.
func (c *shared) bury(ctx context.Context, id string, gone removal) error {
	key := c.app.cacheKey("account", id, "")
	wall := c.app.clock.Now().Wall
	since, ttl := latest(gone.since, gone.signedIn), tokenresponse.DefaultRefreshLife
	if there, ok, _ := c.account(ctx, key, id); ok {
		since = latest(since, time.UnixMilli(there.Since))
		ttl = max(ttl, time.UnixMilli(there.RefreshUntil).Sub(wall))
	}
	// It is as old as the removal, or a sign-in that is yet to arrive would
	// find it newer.
	note := accountRecord{Key: key, Removed: true, Since: later(since, gone.wall).UnixMilli(), RefreshUntil: wall.Add(ttl).UnixMilli()}
	if c.store(ctx, key, note, ttl) == nil {
		return nil
	}
	if err := c.drop(ctx, key); err != nil {
		return err
	}
	return errors.New("the tokens are gone, but the note for the other processes can't be written")
}

// buryForGood is bury, and puts the note there later if it fails, unless the
// user has signed in since. A sign-in that was known is none, even if the clock
// of its process is ahead.
func (c *shared) buryForGood(ctx context.Context, id string, gone removal) error {
	err := c.bury(ctx, id, gone)
	if err == nil {
		return nil
	}
	late := func(ctx context.Context, _ bool) delivery {
		there, ok, err := c.account(ctx, c.app.cacheKey("account", id, ""), id)
		signedInSince := ok && there.Account.SignedInAt.After(latest(gone.wall, gone.signedIn))
		return deliveredIf(err == nil && (signedInSince || c.bury(ctx, id, gone) == nil))
	}
	c.outbox.put(id, late, func() bool { return false })
	return err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
