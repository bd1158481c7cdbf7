// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"net/url"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/validator"
)

// refresher renews users' tokens by their refresh tokens (RFC 6749 section 6).
type refresher struct {
	endpoint *tokenEndpoint
	flow     flow
	fleet    fleet
	clock    tokencache.Clock
	listener *refreshTokenListener
}

// refresh is one renewal.
type refresh struct {
	*refresher
	account *cachedAccount
	scopes  string
	want    tokencache.Want
	unread  error // why the fleet could not be read when it was looked at last
	page    *page
}

// renew takes the token that another process of the fleet has got, or redeems
// the refresh token.
func (r *refresher) renew(ctx context.Context, c *cachedAccount, scopes string, want tokencache.Want, p *page) (*tokencache.Token, error) {
	// Tokens for other scopes of the same user use the same refresh token, and
	// B2C sends a new one each time.
	if !c.redeeming.acquire(ctx, true) {
		return nil, fail(ErrRetry, "refresh_token", "other tokens of the same user took too long to renew")
	}
	defer c.redeeming.release()
	one := &refresh{refresher: r, account: c, scopes: scopes, want: want, page: p}
	look := func() *tokencache.Token { return one.look(ctx) }
	return r.fleet.renew(ctx, tokenOwner{account: c.id}, want, look, func() (*tokencache.Token, error) {
		t, err := one.redeem(ctx)
		if isFinal(err) && !c.isRemoved() && (r.fleet.inDoubt(one.unread) || !r.fleet.takesWrites(ctx)) {
			return nil, final(errUnread("there is no good refresh token of this user here", one.unread))
		}
		return t, err
	})
}

// look takes over what the fleet has, and returns the token wanted if it is
// there.
func (r *refresh) look(ctx context.Context) *tokencache.Token {
	there, ok, err := r.fleet.account(ctx, r.account.id)
	if r.unread = err; !ok {
		return nil
	}
	r.account.adopt(there.accountState)
	t := there.tokens[r.scopes]
	if r.account.isRemoved() || !r.want.Takes(t, r.clock.Now()) {
		return nil
	}
	return t
}

// maxRedeemers is how many other processes may be faster in a row, where there
// are no leases.
const maxRedeemers = 4

// redeem gets a token by the refresh token. If B2C doesn't take it, another
// process may have redeemed it just now and shared a newer one.
func (r *refresh) redeem(ctx context.Context) (*tokencache.Token, error) {
	const during = "refresh_token"
	for try := 0; ; try++ {
		wall := r.clock.Now().Wall()
		token, noSecret := r.account.redeemable(wall)
		switch {
		case r.account.isRemoved():
			return nil, final(errNoAccount())
		case token == "":
			return nil, final(fail(ErrInteractionRequired, during, "there is no good refresh token of this user; sign them in"))
		}
		got, err := r.endpoint.request(ctx, accessTokenRequest{
			flow: r.flow.authority, grant: during, auth: clientAuthentication(!noSecret), page: r.page, claims: r.want.Claims,
			params: url.Values{"refresh_token": {token}, "scope": {userScopes(r.flow.authority.Kind(), r.scopes)}, "client_info": {"1"}},
		})
		if e := refusal(err); e != nil {
			t, newer := r.gotElsewhere(ctx, token)
			switch {
			case t != nil:
				return t, nil
			case newer && try < maxRedeemers:
				continue
			}
			if r.want.Claims == "" { // else it may be an API's claims that are refused, and are no business of the others
				r.account.refuse(token)
			}
			return nil, final(e)
		}
		if err != nil {
			return nil, err
		}
		g := grant{refresh: got.refresh, refreshUntil: wall.Add(got.refreshLife), noSecret: noSecret}
		t, kept, err := r.keep(ctx, token, g, got)
		if !kept && try < maxRedeemers { // the user has signed in anew meanwhile
			continue
		}
		return t, err
	}
}

// keep keeps and shares what the redeemed token has brought, and returns the
// token wanted, unless what is kept of the user is newer.
func (r *refresh) keep(ctx context.Context, redeemed string, g grant, got *answer) (t *tokencache.Token, kept bool, err error) {
	account, idToken, idErr := r.identify(ctx, got)
	if errors.Is(idErr, errOtherUser) {
		return nil, true, idErr
	}
	g.account, g.typed = account, r.account.now().typed
	tokens := map[string]*tokencache.Token{}
	if idErr == nil && got.access != nil && r.scopes != idTokenEntry {
		tokens[r.scopes] = got.access
	}
	if idToken != nil {
		tokens[idTokenEntry] = idToken
	}
	// The refresh token is good whatever the ID token is.
	if kept = r.account.refreshed(redeemed, g); r.account.isRemoved() {
		return nil, true, final(errNoAccount())
	}
	if kept {
		r.listener.tell(ctx, r.account, got.refresh)
		// Time may be up, and the refresh token there may have been used up.
		r.fleet.share(context.WithoutCancel(ctx), r.account, tokens, false)
		if idToken != nil && r.scopes != idTokenEntry {
			r.account.put(map[string]*tokencache.Token{idTokenEntry: idToken})
		}
	}
	switch t = tokens[r.scopes]; {
	case idErr != nil:
		return nil, kept, idErr
	case t == nil && r.scopes == idTokenEntry:
		return nil, kept, errNoIDToken(got)
	case t == nil:
		return nil, kept, errNoneGiven("refresh_token")
	}
	return t, kept, nil
}

// identify reads the new ID token, if there is one: the user may have another
// name by now, but must be the same (OpenID Connect Core section 12.2). Keys that
// can't be had don't cost the access token.
func (r *refresh) identify(ctx context.Context, got *answer) (Account, *tokencache.Token, error) {
	if got.idToken == "" {
		return Account{}, nil, nil
	}
	id, err := r.flow.validate(ctx, "refresh_token", got, validator.Expected{})
	if err != nil {
		if errors.Is(err, validator.ErrUnavailable) {
			return Account{}, nil, nil
		}
		return Account{}, nil, err
	}
	account, err := r.flow.account(id, got, r.account.now().typed)
	if err != nil {
		return Account{}, nil, idTokenError("refresh_token", err)
	}
	if account.ID != r.account.id {
		return Account{}, nil, &Error{Class: ErrIDToken, During: "refresh_token", Err: errOtherUser}
	}
	return account, newIDToken(got.idToken, id, r.clock.Now()), nil
}

var errOtherUser = errors.New("the ID token is of another user than the refresh token")

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
func (r *refresh) gotElsewhere(ctx context.Context, refused string) (t *tokencache.Token, newer bool) {
	for try := range 2 {
		if try > 0 && !r.fleet.awaitNews(ctx) {
			break
		}
		if t := r.look(ctx); t.Age(r.clock.Now()) == tokencache.Fresh {
			return t, true
		}
		if token, _ := r.account.redeemable(r.clock.Now().Wall()); token != "" && token != refused {
			return nil, true
		}
	}
	return nil, false
}
