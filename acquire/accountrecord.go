// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"
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
func (c shared) account(ctx context.Context, key, id string) (r accountRecord, ok bool, err error) {
	ok, err = c.load(ctx, key, &r)
	if !ok || r.Key != key || r.Account.ID != id && !r.Removed || r.Refresh != "" && !sendable(r.Refresh) {
		return accountRecord{}, false, err
	}
	return r, true, nil
}

// token returns the record's token for these scopes, or nil.
func (r *accountRecord) token(a *App, scopes string) *held {
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

// share puts the account and a token for it into the shared cache, beside the
// tokens for other scopes that are there. What a refresh has brought gives way
// to what is newer there; a sign-in is the newest by definition.
func (c shared) share(ctx context.Context, t *userTokens, scopes string, h *held, isSignIn bool) {
	if c.cache == nil {
		return
	}
	key := c.app.cacheKey("account", t.id, "")
	there, found, _ := c.account(ctx, key, t.id)
	r, until, ok := c.recordOf(t, key, &there, found, isSignIn)
	if !ok {
		if c.app.isRemoved(t) {
			c.app.accounts.removeThis(t.id, t) // so that a sign-in elsewhere is found
		}
		return
	}
	wall := c.app.now().wall
	others := map[string]tokenRecord{}
	for s := range there.Tokens {
		if other := there.token(c.app, s); other != nil && s != scopes && len(others) < maxScopeSets {
			others[s] = there.Tokens[s]
			until = latest(until, other.expires)
		}
	}
	r.Tokens = others
	if h != nil {
		r.Tokens[scopes] = c.app.record(key+" "+scopes, h)
		until = latest(until, h.expires)
	}
	if !c.store(ctx, key, r, until.Sub(wall)) {
		// Too large perhaps. The refresh token matters most: the one there may
		// have been used up.
		if r.Tokens = nil; !c.store(ctx, key, r, until.Sub(wall)) {
			_ = c.drop(ctx, key) // it complains by itself
		}
	}
	if c.app.isRemoved(t) { // while that was being written
		since := t.forget()
		if there, ok, _ := c.account(ctx, key, t.id); !ok || !time.UnixMilli(there.Since).After(since) {
			_ = c.bury(ctx, t.id, since) // it complains by itself
		}
	}
}

// recordOf returns the record of what is kept here, unless what is there is to
// be left alone.
func (c shared) recordOf(t *userTokens, key string, there *accountRecord, found, isSignIn bool) (r accountRecord, until time.Time, ok bool) {
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

// bury puts a note in place of an account, so that no process brings it back
// that still has it. It stays for as long as a refresh token of it may be good.
func (c shared) bury(ctx context.Context, id string, since time.Time) error {
	key := c.app.cacheKey("account", id, "")
	wall := c.app.now().wall
	ttl := defaultRefreshLife
	if there, ok, _ := c.account(ctx, key, id); ok {
		since = latest(since, time.UnixMilli(there.Since))
		ttl = max(ttl, time.UnixMilli(there.RefreshUntil).Sub(wall))
	}
	note := accountRecord{Key: key, Removed: true, Since: later(since, wall).UnixMilli(), RefreshUntil: wall.Add(ttl).UnixMilli()}
	if c.store(ctx, key, note, ttl) {
		return nil
	}
	if err := c.drop(ctx, key); err != nil {
		return err
	}
	return errors.New("the tokens are gone, but the note for the other processes can't be written")
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
