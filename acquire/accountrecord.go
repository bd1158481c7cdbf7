// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"time"
)

// accountRecord is an account in the shared cache, with all its tokens: one
// entry, so that removing it removes them all. Times are Unix milliseconds.
type accountRecord struct {
	Key          string                 `json:"key"`
	Account      Account                `json:"account"`
	Typed        string                 `json:"typed"`
	Refresh      string                 `json:"refresh_token"`
	RefreshUntil int64                  `json:"refresh_until"`
	Since        int64                  `json:"since"`
	NoSecret     bool                   `json:"no_secret"`
	Tokens       map[string]tokenRecord `json:"tokens"` // by scopes
}

func (r accountRecord) secrets() []string {
	all := []string{r.Refresh}
	for _, t := range r.Tokens {
		all = append(all, t.Access)
	}
	return all
}

func (c shared) account(ctx context.Context, key string) (r accountRecord, ok bool) {
	if !c.load(ctx, key, &r) || r.Key != key || r.Refresh != "" && !sendable(r.Refresh) {
		return accountRecord{}, false
	}
	return r, true
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
// came later than what is here.
func (t *account) adopt(r *accountRecord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if since := time.UnixMilli(r.Since); !t.removed && (since.After(t.since) || t.details.ID == "") {
		t.details, t.typed, t.noSecret = r.Account.clone(), r.Typed, r.NoSecret
		t.refresh, t.refreshUntil, t.since = r.Refresh, time.UnixMilli(r.RefreshUntil), since
		t.retryLocked()
	}
}

// share puts the account and a token for it into the shared cache, beside the
// tokens for other scopes that are there.
func (c shared) share(ctx context.Context, t *account, scopes string, h *held) {
	if c.cache == nil {
		return
	}
	key := c.app.cacheKey("account", t.id, "")
	there, _ := c.account(ctx, key)
	wall := c.app.now().wall
	t.mu.Lock()
	r := accountRecord{
		Key: key, Account: t.details, Typed: t.typed, Refresh: t.refresh, RefreshUntil: t.refreshUntil.UnixMilli(),
		Since: t.since.UnixMilli(), NoSecret: t.noSecret, Tokens: map[string]tokenRecord{},
	}
	removed, until := t.removed, t.refreshUntil
	if t.refresh == "" {
		until = wall
	}
	t.mu.Unlock()
	if removed {
		return
	}
	for s := range there.Tokens {
		if other := there.token(c.app, s); other != nil && len(r.Tokens) < maxScopeSets {
			r.Tokens[s] = there.Tokens[s]
			until = latest(until, other.expires)
		}
	}
	if h != nil {
		r.Tokens[scopes] = c.app.record(key+" "+scopes, h)
		until = latest(until, h.expires)
	}
	c.store(ctx, key, r, until.Sub(wall))
	t.mu.Lock()
	removed = t.removed
	t.mu.Unlock()
	if removed { // while that was being written, so perhaps deleted too early
		if err := c.cache.Delete(ctx, key); err != nil {
			c.complain("delete", err)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
