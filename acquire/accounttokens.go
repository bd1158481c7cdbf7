// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
)

// accountState is what is known of an account, in this process or in the
// fleet's cache.
type accountState struct {
	grant
	version version
	removed bool // a tombstone: there was such an account
}

// grant is what a sign-in or a refresh has brought.
type grant struct {
	account      Account // zero if there was no ID token that could be verified
	typed        string  // the user name given with a password
	refresh      string  // "" if there is none, or none that is good any more
	refreshUntil time.Time
	noSecret     bool // the refresh token was got without the client secret (AADB2C90084)
}

// accountTokens is the state of one account in this process: who the user is,
// and the refresh token. Five things change it, in any order, and this is who
// wins:
//
//	signedIn   replaces all there is; but what was removed since it began to be
//	           made stays removed
//	refreshed  replaces the refresh token that it redeemed. If that is another by
//	           now, since the user has signed in anew or the fleet has a newer
//	           one, it is dropped. The time of the sign-in stays
//	refuse     B2C takes a refresh token no more: it is forgotten, if it is still
//	           the one here, and not taken from the fleet again
//	remove     wins over all that was here, for good
//	adopt      what the fleet has wins if its version is greater, a tombstone as
//	           anything else; a tombstone wins in no other case. Else it is taken
//	           if there is nothing here yet, or no refresh token here and one
//	           there that B2C has not refused
//
// and in the fleet's cache, what is published from here wins unless the version
// there is greater: then it gives way, and what is there is adopted. But a
// sign-in always wins, and gets a version greater than that there.
//
// Two orders of time decide, and no other clock: [version] in the fleet, and in
// this process the order in which accounts were found, signed in and removed
// (removals). Account.SignedInAt only says which sign-in it was.
//
// It does nothing but remember, and is safe for concurrent use. Reading takes no
// lock.
type accountTokens struct {
	id       string
	born     uint64 // in the order of removals
	removals *removals
	spared   atomic.Uint64 // so many removals are known not to be of this account
	onRemove func()        // told once, with mu held; may be nil

	state   atomic.Pointer[accountState] // replaced, never changed
	mu      sync.Mutex                   // of those who replace it
	refused string                       // the refresh token that B2C refused last
}

// newAccountTokens returns the state of an account of which nothing is known
// yet. It has to be made before looking for what is known, so that a removal
// meanwhile counts as later.
func newAccountTokens(id string, r *removals) *accountTokens {
	t := &accountTokens{id: id, born: r.next(), removals: r}
	t.state.Store(new(accountState))
	return t
}

// signedIn takes over what a sign-in has brought at that time. It returns false
// if the account was removed.
func (t *accountTokens) signedIn(g grant, wall time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isRemoved() {
		return false
	}
	next := *t.state.Load()
	if next.take(g) {
		next.version = next.version.after(wall)
	}
	t.state.Store(&next)
	return true
}

// refreshed takes over what came for the redeemed refresh token. It returns
// false if that is not the one here, so that there is something newer.
func (t *accountTokens) refreshed(redeemed string, g grant) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := *t.state.Load()
	if t.isRemoved() || next.refresh != redeemed {
		return false
	}
	g.account.SignedInAt = next.account.SignedInAt
	if next.take(g) {
		next.version++ // older than any sign-in or removal since, whatever this clock says
	}
	t.state.Store(&next)
	return true
}

// take takes over what there is in the grant, and reports whether that is a
// refresh token.
func (s *accountState) take(g grant) bool {
	if g.account.ID != "" {
		s.account, s.typed = g.account.clone(), g.typed
	}
	if g.refresh == "" {
		return false
	}
	s.refresh, s.refreshUntil, s.noSecret = g.refresh, g.refreshUntil, g.noSecret
	return true
}

// refuse forgets a refresh token that B2C does not take any more.
func (t *accountTokens) refuse(refresh string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = refresh
	if next := *t.state.Load(); next.refresh == refresh {
		next.refresh = ""
		t.state.Store(&next)
	}
}

// remove forgets the tokens, and returns what there was.
func (t *accountTokens) remove() accountState {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := *t.state.Load()
	t.removeLocked()
	return last
}

func (t *accountTokens) removeLocked() {
	next := *t.state.Load()
	if next.removed {
		return
	}
	next.removed, next.refresh = true, ""
	t.state.Store(&next)
	if t.onRemove != nil {
		t.onRemove()
	}
}

// adopt takes over what another process has put into the fleet's cache, if that
// wins.
func (t *accountTokens) adopt(there accountState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	here := t.state.Load()
	switch newer := there.version > here.version; {
	case t.isRemoved():
	case there.removed && newer:
		t.removeLocked()
	case there.removed:
	case newer, here.account.ID == "", here.refresh == "" && there.refresh != "" && there.refresh != t.refused:
		t.adoptLocked(there)
	}
}

func (t *accountTokens) adoptLocked(there accountState) {
	there.account = there.account.clone()
	t.state.Store(&there)
}

// publish returns what to put into the fleet's cache in place of what is there,
// which is nil if nothing is. It returns false if that has to be left alone:
// it wins, and has been adopted, or the account was removed here.
func (t *accountTokens) publish(there *accountState, isSignIn bool) (accountState, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isRemoved() {
		return accountState{}, false
	}
	here := *t.state.Load()
	switch {
	case there == nil:
	case isSignIn:
		here.version = max(here.version, there.version+1)
		t.state.Store(&here)
	case there.version <= here.version:
	case there.removed:
		t.removeLocked()
		return accountState{}, false
	default:
		t.adoptLocked(*there)
		return accountState{}, false
	}
	return t.now(), true
}

// now returns the state.
func (t *accountTokens) now() accountState {
	now := *t.state.Load()
	now.account = now.account.clone()
	return now
}

// isRemoved reports whether the account was removed, also where [App.Remove]
// did not find it here: it may have been evicted, or about to be kept. It looks
// once for each removal of any account since.
func (t *accountTokens) isRemoved() bool {
	if t.state.Load().removed {
		return true
	}
	recorded := t.removals.recorded.Load()
	if t.spared.Load() == recorded {
		return false
	}
	if t.removals.isAfter(t.id, t.born) {
		return true
	}
	t.spared.Store(recorded)
	return false
}

// redeemable returns the refresh token, and whether it goes without the client
// secret; "" if there is none that is good.
func (t *accountTokens) redeemable(wall time.Time) (refresh string, noSecret bool) {
	s := t.state.Load()
	if s.refresh == "" || !wall.Before(s.refreshUntil) {
		return "", false
	}
	return s.refresh, s.noSecret
}

// hasRefresh reports whether a refresh token is the latest, and not known to be
// used up.
func (t *accountTokens) hasRefresh(token string) bool { return t.state.Load().refresh == token }

// isBefore reports whether the sign-in that this came from is older.
func (t *accountTokens) isBefore(signedInAt time.Time) bool {
	return t.state.Load().account.SignedInAt.Before(signedInAt)
}

// removals is the order in which accounts were found, signed in and removed in
// this process, and of the removals, which were the last ones.
type removals struct {
	events   atomic.Uint64
	mu       sync.Mutex           // of those who record: of two removals the later one stays
	last     *bounded.Map[uint64] // by Account.ID
	recorded atomic.Uint64        // how many are in last, or were
}

func newRemovals(limit int) *removals { return &removals{last: bounded.New[uint64](limit)} }

// next returns the number of what happens now.
func (r *removals) next() uint64 { return r.events.Add(1) }

// record records a removal, and returns its number.
func (r *removals) record(id string) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.next()
	r.last.Put(id, at)
	r.recorded.Add(1) // not before: who sees it need not look again
	return at
}

// isAfter reports whether an account was removed after an event.
func (r *removals) isAfter(id string, event uint64) bool {
	at, ok := r.last.Get(id)
	return ok && at > event
}
