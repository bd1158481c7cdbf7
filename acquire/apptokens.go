// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"net/url"

	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/authority"
)

// appTokens are the application's own tokens (client credentials, RFC 6749
// section 4.4).
type appTokens struct {
	endpoint *tokenEndpoint
	flow     authority.Authority
	fleet    fleet
	home     *tokencache.Home
	ledger   *ledger
	entries  *bounded.Map[*tokencache.Entry] // by scopes
}

// known returns the entry of scopes that were asked for before.
func (a *appTokens) known(scopes string) (*tokencache.Entry, bool) { return a.entries.Get(scopes) }

// entry returns the entry of scopes.
func (a *appTokens) entry(scopes string) *tokencache.Entry {
	if e, ok := a.known(scopes); ok {
		return e
	}
	return a.entries.GetOrPut(scopes, a.home.NewEntry(false, func(ctx context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
		p := a.ledger.begin(GrantClientCredentials, want.Old != nil)
		defer p.tellAside(ctx)
		t, err := a.renew(ctx, scopes, want, p)
		p.end(t != want.Old, err)
		return t, failureOf(err)
	}))
}

// renew takes the token that another process of the fleet has got, or gets one.
func (a *appTokens) renew(ctx context.Context, scopes string, want tokencache.Want, p *page) (*tokencache.Token, error) {
	of := tokenOwner{scopes: scopes}
	look := func() *tokencache.Token {
		if t := a.fleet.token(ctx, of); want.Takes(t, a.home.Clock.Now()) {
			return t
		}
		return nil
	}
	return a.fleet.renew(ctx, of, want, look, func() (*tokencache.Token, error) {
		t, err := a.fetch(ctx, scopes, want, p)
		if err == nil {
			a.fleet.shareToken(ctx, of, t)
		}
		return t, err
	})
}

// fetch gets a token, if need be by two attempts.
func (a *appTokens) fetch(ctx context.Context, scopes string, want tokencache.Want, p *page) (*tokencache.Token, error) {
	isNeeded := func() bool { return !want.Failing && want.Old.Age(a.home.Clock.Now()) == tokencache.Gone }
	return atMostTwice(ctx, isNeeded, func(part share) (*tokencache.Token, error) { return a.request(ctx, scopes, want, part, p) })
}

func (a *appTokens) request(ctx context.Context, scopes string, want tokencache.Want, part share, p *page) (*tokencache.Token, error) {
	const grant = string(GrantClientCredentials)
	got, err := a.endpoint.request(ctx, accessTokenRequest{
		flow: a.flow, grant: grant, auth: authenticated, share: part, page: p, params: url.Values{"scope": {scopes}}, claims: want.Claims,
	})
	switch {
	case err != nil:
		return nil, err
	case got.access == nil:
		return nil, errNoneGiven(grant)
	}
	return got.access, nil
}
