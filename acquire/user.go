// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// User gets tokens for a user who has signed in, silently. Make one with
// [App.User]; it is safe for concurrent use.
type User struct {
	app        *App
	id         string
	signedInAt time.Time
}

// User returns the user of an account, which may come from [SignIn.Account],
// [App.Accounts], or a session that kept it. It does no I/O.
func (a *App) User(account Account) *User {
	return &User{app: a, id: account.ID, signedInAt: account.SignedInAt}
}

// Token returns an access token for the user, for scopes of one API: from
// memory, from the shared cache, or from B2C by the refresh token. It waits,
// renews and goes on during an outage as [App.Token] does.
//
// If only a new sign-in helps, the error is [ErrInteractionRequired] or
// [ErrReauthenticate]. It is [ErrNoAccessToken] if B2C gives none for these
// scopes: then the user has to sign in with them, see [App.BeginSignIn]. It is
// [ErrRetry] while the shared cache can't be read, or has failed within the last
// minute, if a good refresh token of the account may be there.
func (u *User) Token(ctx context.Context, scopes ...string) (*oauth2.Token, error) {
	s, err := u.entry(ctx, scopes)
	if err != nil {
		return nil, err
	}
	return tokenOf(ctx, place{Entry: s})
}

func (u *User) entry(ctx context.Context, scopes []string) (*tokencache.Entry, error) {
	key, err := u.scopes(scopes)
	if err != nil {
		return nil, err
	}
	return u.entryOf(ctx, key)
}

// scopes returns what the user's token for these scopes is kept by, if there can
// be one.
func (u *User) scopes(scopes []string) (string, error) {
	const during = "refresh_token"
	key, e := u.app.scopes.of(scopes)
	if e != nil {
		e.During = during
		return "", e
	}
	if key == "" {
		return "", errNoAPIScope(during)
	}
	return key, nil
}

// entryOf returns the entry of an access token's scopes, or of [idTokenEntry].
func (u *User) entryOf(ctx context.Context, scopes string) (*tokencache.Entry, error) {
	for range 2 { // once more if what is in memory was removed, here or elsewhere
		c, err := u.app.accounts.findSince(ctx, u.id, u.signedInAt)
		if err != nil {
			return nil, err
		}
		if e := c.entry(scopes); e != nil {
			return e, nil
		}
	}
	return nil, errNoAccount()
}
