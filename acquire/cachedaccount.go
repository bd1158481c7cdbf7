// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// idTokenEntry is where a user's ID token is kept: beside the access tokens, by
// scopes that no access token has, since it is renewed and shared as they are.
const idTokenEntry = ""

// maxScopeSets is how many tokens are kept of the application itself, and of
// each account.
const maxScopeSets = 256

// cachedAccount is what this process keeps for one account: the state that its
// tokens come from, and an entry for each token.
type cachedAccount struct {
	*accountTokens

	redeeming semaphore // refresh tokens are used one after the other, since B2C sends a new one each time
	telling   semaphore // during Options.OnRefreshToken
	entries   entries
}

func newCachedAccount(id string, r *removals, newEntry func(scopes string) *tokencache.Entry) *cachedAccount {
	c := &cachedAccount{
		accountTokens: newAccountTokens(id, r), entries: entries{newEntry: newEntry},
	}
	c.onRemove = c.entries.clear
	return c
}

// entry returns the entry of a token for these scopes, or of [idTokenEntry]; nil
// if the account was removed.
func (c *cachedAccount) entry(scopes string) *tokencache.Entry {
	if c.isRemoved() {
		return nil
	}
	return c.entries.get(scopes)
}

// put keeps tokens that came with a sign-in, or beside another.
func (c *cachedAccount) put(tokens map[string]*tokencache.Token) {
	for scopes, t := range tokens {
		if e := c.entry(scopes); e != nil {
			e.Put(t)
		}
	}
}

// catchUp gives the entries tokens of the fleet's, where those are newer: the
// user has signed in anew elsewhere, perhaps because an API asked for it.
func (c *cachedAccount) catchUp(there map[string]*tokencache.Token) {
	for _, e := range c.entries.all() {
		t, current := there[e.scopes], e.entry.Current()
		if t != nil && current != nil && t.Text() != current.Text() && t.Ends().After(current.Ends()) {
			e.entry.Put(t)
		}
	}
}

// entries are the entries of an account. Finding one that there is takes no lock.
type entries struct {
	newEntry func(scopes string) *tokencache.Entry

	by atomic.Pointer[[]scopedEntry] // replaced, never changed; few, so a map would only be larger
	mu sync.Mutex                    // of those who replace it
}

// scopedEntry is an entry and its scopes.
type scopedEntry struct {
	scopes string
	entry  *tokencache.Entry
}

func (es *entries) all() []scopedEntry {
	if by := es.by.Load(); by != nil {
		return *by
	}
	return nil
}

func (es *entries) find(scopes string) *tokencache.Entry {
	for _, e := range es.all() {
		if e.scopes == scopes {
			return e.entry
		}
	}
	return nil
}

func (es *entries) get(scopes string) *tokencache.Entry {
	if e := es.find(scopes); e != nil {
		return e
	}
	es.mu.Lock()
	defer es.mu.Unlock()
	if e := es.find(scopes); e != nil {
		return e
	}
	old := es.all()
	if len(old) >= maxScopeSets { // nobody has that many; whoever does, starts over
		old = nil
	}
	e := es.newEntry(scopes)
	by := slices.Concat(old, []scopedEntry{{scopes, e}})
	es.by.Store(&by)
	return e
}

func (es *entries) clear() {
	es.mu.Lock()
	defer es.mu.Unlock()
	es.by.Store(nil)
}

// tokens returns the tokens that are good for something yet.
func (es *entries) tokens(at tokencache.Instant) map[string]*tokencache.Token {
	good := map[string]*tokencache.Token{}
	for _, e := range es.all() {
		if t := e.entry.Current(); t.Age(at) != tokencache.Gone {
			good[e.scopes] = t
		}
	}
	return good
}

// semaphore is a lock that can be waited for with a context, for what takes
// longer than a mutex should be held. The zero semaphore is free.
type semaphore struct {
	once sync.Once
	held chan struct{} // made when it is first acquired, which most never are
}

// acquire waits for the semaphore, no longer than ctx if it is patient, and not
// at all if it is not. After true, release has to be called.
func (s *semaphore) acquire(ctx context.Context, patient bool) bool {
	s.once.Do(func() { s.held = make(chan struct{}, 1) })
	select {
	case s.held <- struct{}{}:
		return true
	default:
	}
	if !patient {
		return false
	}
	select {
	case s.held <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *semaphore) release() { <-s.held }
