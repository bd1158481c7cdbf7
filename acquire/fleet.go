// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// fleet is the other processes, as far as they share tokens with this one.
// Nothing it does fails an acquisition that needs nothing from there.
//
// There are two: [sharedCache], and alone, where there are none.
type fleet interface {
	// token returns a token that is no account's, if there is a good one; shareToken
	// puts one there.
	token(ctx context.Context, of tokenOwner) *tokencache.Token
	shareToken(ctx context.Context, of tokenOwner, t *tokencache.Token)

	// account returns what is known of an account there, be it a tombstone; found
	// is false if there is nothing, or if err tells why it can't be read.
	account(ctx context.Context, id string) (there sharedAccount, found bool, err error)
	// share puts an account and tokens for it, by scopes, beside the tokens for
	// other scopes that are there. What a refresh has brought gives way to what is
	// newer there; a sign-in is the newest by definition. What can't be put there
	// now is put there later.
	share(ctx context.Context, c *cachedAccount, tokens map[string]*tokencache.Token, isSignIn bool)
	// remove puts a tombstone in place of an account, now or later. The error is
	// why it can't be there now.
	remove(ctx context.Context, id string, gone removal) error
	// eachAccount calls f with the IDs of the accounts there, up to a limit.
	eachAccount(ctx context.Context, limit int, f func(id string)) error

	// renew gets a token by fetch, unless look finds one that another process has
	// got. While another is getting it, that may be the old one, if it is good for
	// a while yet.
	renew(ctx context.Context, of tokenOwner, want tokencache.Want, look func() *tokencache.Token, fetch func() (*tokencache.Token, error)) (*tokencache.Token, error)
	// awaitNews waits a moment for what another process may be about to share. It
	// returns false if there is nothing to wait for, or no time.
	awaitNews(ctx context.Context) bool

	// inDoubt reports whether what was not found may be there all the same: err is
	// why it could not be read, or something failed a moment ago.
	inDoubt(err error) bool
	// takesWrites reports whether others could have written what was not found.
	takesWrites(ctx context.Context) bool
	// needsAnswers reports whether others wait for what a renewal under way brings,
	// so that it has to be awaited when this process ends.
	needsAnswers() bool
	// unsent returns for how many accounts something is yet to be put there.
	unsent() int
}

// sharedAccount is an account as the fleet knows it, with the tokens that are
// good, by scopes.
type sharedAccount struct {
	accountState
	tokens map[string]*tokencache.Token
}

// tokenOwner is whose tokens are renewed: one process of the fleet at a time
// does that.
type tokenOwner struct {
	account   string // an Account.ID: of all tokens of the user
	assertion string // or the hash of what they are got for, on the user's behalf
	scopes    string // of a token that is no account's
}

// removal is when an account was removed, and what was known of it.
type removal struct {
	version version   // of what was known
	at      time.Time // by the wall clock; no earlier than the sign-in that was known, whose process's clock may be ahead
}

func newRemoval(wall, signedIn time.Time, last accountState) removal {
	signedIn = latest(signedIn, last.account.SignedInAt)
	return removal{max(last.version, version(signedIn.UnixMilli())), latest(wall, signedIn)}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// alone is the fleet of one process.
type alone struct{}

var errNoLister = errors.New("Options.Cache can't list what it holds: it is no acquire.Lister")

func (alone) token(context.Context, tokenOwner) *tokencache.Token { return nil }

func (alone) shareToken(context.Context, tokenOwner, *tokencache.Token) {}

func (alone) account(context.Context, string) (none sharedAccount, found bool, err error) {
	return none, false, nil
}

func (alone) share(context.Context, *cachedAccount, map[string]*tokencache.Token, bool) {}

func (alone) remove(context.Context, string, removal) error { return nil }

func (alone) eachAccount(context.Context, int, func(string)) error { return errNoLister }

func (alone) renew(_ context.Context, _ tokenOwner, _ tokencache.Want, _ func() *tokencache.Token, fetch func() (*tokencache.Token, error)) (*tokencache.Token, error) {
	return fetch()
}

func (alone) awaitNews(context.Context) bool { return false }

func (alone) inDoubt(error) bool { return false }

func (alone) takesWrites(context.Context) bool { return true }

func (alone) needsAnswers() bool { return false }

func (alone) unsent() int { return 0 }
