// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/validator"
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
	return u.app.fromEntry(ctx, s)
}

func (u *User) entry(ctx context.Context, scopes []string) (*tokencache.Entry, error) {
	const during = "refresh_token"
	key, e := apiScopes(scopes)
	if e != nil {
		e.During = during
		return nil, e
	}
	if key == "" {
		return nil, errNoAPIScope(during)
	}
	return u.entryOf(ctx, key)
}

// entryOf returns the entry of an access token's scopes, or of [idTokenEntry].
func (u *User) entryOf(ctx context.Context, key string) (*tokencache.Entry, error) {
	for range 2 { // once more if what is in memory was removed, here or elsewhere
		t, err := u.app.userTokens(ctx, u.id)
		if err != nil {
			return nil, err
		}
		// If that can't be read, the tokens here serve for as long as they are good.
		if u.app.opts.Cache != nil && t.isBefore(u.signedInAt) {
			if r, ok, _ := u.app.shared.account(ctx, u.app.cacheKey("account", t.id, ""), t.id); ok {
				t.adopt(&r)
				t.catchUp(u.app, &r)
			}
		}
		if s := t.entry(u.app, key); s != nil {
			return s, nil
		}
		u.app.accounts.RemoveIf(t.id, t)
	}
	return nil, errNoAccount()
}

// renewUserToken takes the token that another process of the fleet has got,
// or redeems the refresh token.
func (a *App) renewUserToken(ctx context.Context, t *userTokens, scopes string, want tokencache.Want) (*tokencache.Token, error) {
	// Tokens for other scopes of the same user use the same refresh token, and
	// B2C sends a new one each time.
	if !t.takeTurn(ctx, true) {
		return nil, fail(ErrRetry, "refresh_token", "other tokens of the same user took too long to renew")
	}
	defer t.endTurn()
	key := a.cacheKey("account", t.id, "")
	var unread error
	look := func() *tokencache.Token {
		r, ok, err := a.shared.account(ctx, key, t.id)
		if unread = err; !ok {
			return nil
		}
		if t.adopt(&r); a.isRemoved(t) {
			a.accounts.RemoveIf(t.id, t)
			return nil
		}
		h := r.token(a, scopes)
		if !want.Takes(h, a.clock.Now()) {
			return nil
		}
		return h
	}
	return a.shared.renew(ctx, key, want, look, func() (*tokencache.Token, error) {
		h, err := a.redeemRefreshToken(ctx, t, scopes, look)
		if isFinal(err) && !a.isRemoved(t) && (a.shared.inDoubt(unread) || !a.shared.takesWrites(ctx)) {
			return nil, final(errUnread("there is no good refresh token of this user here", unread))
		}
		return h, err
	})
}

// maxRedeemers is how many other processes may be faster in a row, where there
// are no leases.
const maxRedeemers = 4

// redeemRefreshToken gets a token by the refresh token. If B2C doesn't take
// it, another process may have redeemed it just now and put a newer one into
// the shared cache.
func (a *App) redeemRefreshToken(ctx context.Context, t *userTokens, scopes string, look func() *tokencache.Token) (*tokencache.Token, error) {
	const during = "refresh_token"
	for try := 0; ; try++ {
		wall := a.clock.Now().Wall
		refresh, auth := t.grant(wall)
		switch {
		case a.isRemoved(t):
			return nil, final(errNoAccount())
		case refresh == "":
			return nil, final(fail(ErrInteractionRequired, during, "there is no good refresh token of this user; sign them in"))
		}
		got, err := a.refreshGrant(ctx, refresh, scopes, auth)
		if e := refusal(err); e != nil {
			h, newer := a.gotElsewhere(ctx, t, refresh, look)
			switch {
			case h != nil:
				return h, nil
			case newer && try < maxRedeemers:
				continue
			}
			t.spent(refresh)
			return nil, final(e)
		}
		if err != nil {
			return nil, err
		}
		h, kept, err := a.keepRefreshed(ctx, t, scopes, got, redeemed{refresh, wall, auth})
		if !kept && try < maxRedeemers { // the user has signed in anew meanwhile
			continue
		}
		return h, err
	}
}

// redeemed is a refresh token, and how and when it was used.
type redeemed struct {
	refresh string
	wall    time.Time
	auth    clientAuthentication
}

// keepRefreshed keeps and shares what a refresh has brought, and returns the
// token wanted, unless what is kept of the user is newer.
func (a *App) keepRefreshed(ctx context.Context, t *userTokens, scopes string, got *answer, by redeemed) (h *tokencache.Token, kept bool, err error) {
	const during = "refresh_token"
	typed := t.typedName()
	details, idToken, idErr := a.detailsAfterRefresh(ctx, t, got, typed)
	if errors.Is(idErr, errOtherUser) {
		return nil, true, idErr
	}
	tokens := map[string]*tokencache.Token{}
	if idErr == nil && got.access != nil && scopes != idTokenEntry {
		tokens[scopes] = got.access
	}
	if idToken != nil {
		tokens[idTokenEntry] = idToken
	}
	// The refresh token is good whatever the ID token is.
	if kept = t.keep(details, typed, got, by.refresh, by.wall, by.auth); a.isRemoved(t) {
		return nil, true, final(errNoAccount())
	}
	if kept {
		a.tellRefreshToken(ctx, t, t.account(), got.refresh)
		// Time may be up, and the refresh token there may have been used up.
		a.shared.share(context.WithoutCancel(ctx), t, tokens, false)
		if idToken != nil && scopes != idTokenEntry {
			t.put(a, idTokenEntry, idToken)
		}
	}
	switch h = tokens[scopes]; {
	case idErr != nil:
		return nil, kept, idErr
	case h == nil && scopes == idTokenEntry:
		return nil, kept, errNoIDToken(got)
	case h == nil:
		return nil, kept, errNoneGiven(during)
	}
	return h, kept, nil
}

// refusal returns the error if B2C will never take the refresh token. One that
// an administrator has to mend something for may be good afterwards.
func refusal(err error) *Error {
	e, ok := errors.AsType[*Error](err)
	if ok && (e.Class == ErrReauthenticate || e.OAuthError == "invalid_grant" && e.Class == ErrConfiguration) {
		return e
	}
	return nil
}

// gotElsewhere looks for what has been got since the refresh token was refused:
// a newer refresh token, by a sign-in or another process, or even the token
// wanted. Another process may be about to share it.
func (a *App) gotElsewhere(ctx context.Context, t *userTokens, refused string, look func() *tokencache.Token) (h *tokencache.Token, newer bool) {
	for try := range 2 {
		if try > 0 && (a.opts.Cache == nil || !pause(ctx)) {
			break
		}
		if h := look(); h.Age(a.clock.Now()) == tokencache.Fresh {
			return h, true
		}
		if refresh, _ := t.grant(a.clock.Now().Wall); refresh != "" && refresh != refused {
			return nil, true
		}
	}
	return nil, false
}

func (a *App) refreshGrant(ctx context.Context, refresh, scopes string, auth clientAuthentication) (*answer, error) {
	return a.endpoint.redeem(ctx, accessTokenRequest{flow: a.flows.own.authority, grant: "refresh_token", auth: auth, params: url.Values{
		"refresh_token": {refresh}, "scope": {userScopes(scopes)}, "client_info": {"1"},
	}})
}

// detailsAfterRefresh reads the new ID token, if there is one: the user may
// have another name by now, but must be the same (OpenID Connect Core section
// 12.2). Keys that can't be had don't cost the access token.
func (a *App) detailsAfterRefresh(ctx context.Context, t *userTokens, got *answer, typed string) (Account, *tokencache.Token, error) {
	if got.idToken == "" {
		return Account{}, nil, nil
	}
	id, err := a.flows.own.validate(ctx, "refresh_token", got, validator.Expected{})
	if err != nil {
		if errors.Is(err, validator.ErrUnavailable) {
			return Account{}, nil, nil
		}
		return Account{}, nil, err
	}
	details, err := a.flows.own.account(id, got, typed)
	if err != nil {
		return Account{}, nil, idTokenError("refresh_token", err)
	}
	if details.ID != t.id {
		return Account{}, nil, &Error{Class: ErrIDToken, During: "refresh_token", Err: errOtherUser}
	}
	return details, heldIDToken(got.idToken, id, a.clock.Now()), nil
}

var errOtherUser = errors.New("the ID token is of another user than the refresh token")

// errUnread is for what may be in the shared cache: err is why it could not be
// read; nil if it could be, and has failed a moment ago.
func errUnread(here string, err error) *Error {
	cache := "can't be read"
	if err == nil {
		cache = "has failed within the last minute"
	}
	e := fail(ErrRetry, "refresh_token", "%s, and the shared cache, where another process may have put one, %s", here, cache)
	e.RetryAfter = outboxEvery
	return e
}

func errNoAccount() *Error {
	return fail(ErrInteractionRequired, "refresh_token", "no such account is known here; sign the user in")
}
