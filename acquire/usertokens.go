// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// userTokens is what is kept for one account.
type userTokens struct {
	id   string
	born uint64        // in the order of App.events
	turn chan struct{} // holds a value while a refresh token is being redeemed: they are used one after the other

	telling chan struct{} // holds a value during Options.OnRefreshToken

	mu           sync.Mutex // never held across I/O
	details      Account
	typed        string    // the user name given with a password
	refresh      string    // "" if there is none, or none that is good any more
	refreshUntil time.Time // wall clock
	refused      string    // the refresh token that B2C refused last
	since        time.Time // by the wall clock, when the user signed in; and a millisecond for each refresh
	noSecret     bool      // it was got without the client secret (AADB2C90084)
	removed      bool
	slots        map[string]*tokencache.Entry // by scopes
}

func (a *App) newUserTokens(id string) *userTokens {
	return &userTokens{id: id, born: a.events.Add(1), turn: make(chan struct{}, 1), telling: make(chan struct{}, 1), slots: map[string]*tokencache.Entry{}}
}

// userTokens finds what is kept for an account, in memory or else in the
// shared cache.
func (a *App) userTokens(ctx context.Context, id string) (*userTokens, error) {
	if t, ok := a.accounts.Get(id); ok {
		return t, nil
	}
	t := a.newUserTokens(id) // before looking, so that a removal meanwhile counts as later
	r, ok, err := a.shared.account(ctx, a.cacheKey("account", id, ""), id)
	switch {
	case ok && r.Removed:
		return nil, errNoAccount()
	case err != nil && ctx.Err() != nil:
		return nil, waitError(ctx.Err(), context.Cause(ctx))
	case !ok && a.shared.inDoubt(err):
		// Another process may have signed the user in a moment ago. To have them
		// sign in would go round and round.
		return nil, errUnread("this process does not know the account", err)
	case !ok:
		return nil, errNoAccount()
	}
	t.adopt(&r)
	t = a.accounts.GetOrPut(id, t)
	if a.isRemoved(t) {
		a.accounts.RemoveIf(id, t)
		return nil, errNoAccount()
	}
	return t, nil
}

// isRemoved tells whether the account was removed after t was made, also where
// Remove did not find t: it may have been evicted, or about to be kept.
func (a *App) isRemoved(t *userTokens) bool {
	at, ok := a.removed.Get(t.id)
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.removed || ok && at > t.born
}

// forget drops all tokens, and returns when the last refresh token came.
func (t *userTokens) forget() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.removed, t.refresh, t.slots = true, "", nil
	return t.since
}

func (t *userTokens) account() Account {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.details.clone()
}

func (t *userTokens) typedName() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.typed
}

// entry returns the entry of these scopes, or nil if the account was removed.
func (t *userTokens) entry(a *App, scopes string) *tokencache.Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return nil
	}
	s := t.slots[scopes]
	if s == nil {
		if len(t.slots) >= maxScopeSets { // nobody has that many; whoever does, starts over
			clear(t.slots)
		}
		// What a fleet is waiting for shall not be lost because this process ends.
		s = a.home.NewEntry(a.opts.Cache != nil, func(ctx context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
			h, err := a.renewUserToken(ctx, t, scopes, want)
			return h, failureOf(err)
		})
		t.slots[scopes] = s
	}
	return s
}

// put keeps a token that came with a sign-in, or beside another.
func (t *userTokens) put(a *App, scopes string, h *tokencache.Token) {
	if s := t.entry(a, scopes); s != nil {
		s.Put(h)
	}
}

// held returns the tokens that are good for something yet, by scopes.
func (t *userTokens) tokens(at tokencache.Instant) map[string]*tokencache.Token {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[string]*tokencache.Token{}
	for scopes, s := range t.slots {
		if h := s.Current(); h.Age(at) != tokencache.Gone {
			all[scopes] = h
		}
	}
	return all
}

// keep takes over what came with a sign-in, or with a refresh by the redeemed
// refresh token, unless there is something newer: then it returns false.
func (t *userTokens) keep(details Account, typed string, got *answer, redeemed string, wall time.Time, auth clientAuthentication) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed || redeemed != "" && t.refresh != redeemed {
		return false
	}
	if details.ID != "" {
		if redeemed != "" {
			details.SignedInAt = t.details.SignedInAt
		}
		t.details, t.typed = details.clone(), typed
	}
	if got.refresh != "" {
		t.refresh, t.refreshUntil, t.noSecret = got.refresh, wall.Add(got.refreshLife), auth == unauthenticated
		if redeemed != "" {
			wall = t.since // older than any sign-in or removal since, whatever this clock says
		}
		t.since = later(t.since, wall)
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

// takeTurn waits until no refresh token is being redeemed, if it is patient.
// Whoever gets the turn has to end it.
func (t *userTokens) takeTurn(ctx context.Context, patient bool) bool {
	select {
	case t.turn <- struct{}{}:
		return true
	default:
	}
	if !patient {
		return false
	}
	select {
	case t.turn <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (t *userTokens) endTurn() { <-t.turn }

// hasRefresh tells whether a refresh token is the latest, and not known to be
// used up.
func (t *userTokens) hasRefresh(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refresh == token
}

// isNewerThan tells whether something has come since a record was made.
func (t *userTokens) isNewerThan(since int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.since.UnixMilli() > since
}

// isBefore tells whether the sign-in that this came from is older.
func (t *userTokens) isBefore(signedInAt time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.details.SignedInAt.Before(signedInAt)
}

// catchUp gives the slots the record's tokens, where those are newer: the user
// has signed in anew elsewhere, perhaps because an API asked for it.
func (t *userTokens) catchUp(a *App, r *accountRecord) {
	newer := map[*tokencache.Entry]*tokencache.Token{}
	t.mu.Lock()
	for scopes, s := range t.slots {
		h, current := r.token(a, scopes), s.Current()
		if h != nil && current != nil && h.Text != current.Text && h.Ends().After(current.Ends()) {
			newer[s] = h
		}
	}
	t.mu.Unlock()
	for s, h := range newer {
		s.Put(h)
	}
}

// grant returns the refresh token, if there is a good one.
func (t *userTokens) grant(wall time.Time) (refresh string, auth clientAuthentication) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refresh == "" || !wall.Before(t.refreshUntil) {
		return "", authenticated
	}
	return t.refresh, clientAuthentication(!t.noSecret)
}

// spent forgets a refresh token that B2C does not take any more.
func (t *userTokens) spent(refresh string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refused = refresh; t.refresh == refresh {
		t.refresh = ""
	}
}
