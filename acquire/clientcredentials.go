// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// Token returns an access token for the application itself (client
// credentials, RFC 6749 section 4.4), from memory, from the shared cache, or
// from B2C. The scopes are those of one API, as {App ID URI}/.default: B2C
// puts the app roles granted by an administrator into the token's scp. Microsoft
// Graph takes no token of a flow: get one from the tenant's own token endpoint
// (https://learn.microsoft.com/azure/active-directory-b2c/microsoft-graph-get-started).
//
// Token waits only if there is no good token, and then no longer than ctx and
// Options.Timeout allow; what is under way goes on for the others who wait.
// However many wait, there is one request. A token is renewed ahead of its
// expiry while callers go on getting the old one, which they also get while B2C
// can't be reached, as long as it is good.
//
// A wrong tenant GUID goes unnoticed here, if the tenant's domain is right: the
// token is not looked into.
//
// The error is an [*Error], or wraps ctx's.
func (a *App) Token(ctx context.Context, scopes ...string) (*oauth2.Token, error) {
	s, err := a.appEntry(scopes)
	if err != nil {
		return nil, err
	}
	return a.fromEntry(ctx, s)
}

func (a *App) fromEntry(ctx context.Context, e *tokencache.Entry) (*oauth2.Token, error) {
	h, at, err := e.Get(ctx)
	if err != nil {
		return nil, err
	}
	return oauth2Token(h, at), nil
}

// appEntry returns the entry of the application's own token for these scopes.
func (a *App) appEntry(scopes []string) (*tokencache.Entry, error) {
	if len(scopes) == 1 && strings.IndexByte(scopes[0], ' ') < 0 { // known already, nearly always
		if s, ok := a.tokens.Get(scopes[0]); ok {
			return s, nil
		}
	}
	const during = "client_credentials"
	if a.endpoint.credential == nil {
		return nil, fail(ErrUnsupported, during, "a public client has no token of its own; sign a user in, or use NewConfidential")
	}
	key, e := apiScopes(scopes)
	if e != nil {
		e.During = during
		return nil, e
	}
	if key == "" {
		return nil, fail(ErrNoAccessToken, during, "no scope of an API was asked for; ask for {App ID URI}/.default")
	}
	for s := range strings.SplitSeq(key, " ") {
		if !strings.HasSuffix(s, "/.default") {
			return nil, fail(ErrConfiguration, during, "scope %q: client credentials take {App ID URI}/.default alone; which app roles the token has is decided by what was granted", s)
		}
	}
	if s, ok := a.tokens.Get(key); ok {
		return s, nil
	}
	return a.tokens.GetOrPut(key, a.home.NewEntry(false, func(ctx context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
		h, err := a.renewAppToken(ctx, key, want)
		return h, failureOf(err)
	})), nil
}

// renewAppToken takes the token that another process of the fleet has got, or
// gets one, if need be by two attempts.
func (a *App) renewAppToken(ctx context.Context, scopes string, want tokencache.Want) (*tokencache.Token, error) {
	key := a.cacheKey("app", "", scopes)
	look := func() *tokencache.Token {
		h := a.shared.token(ctx, key)
		if !want.Takes(h, a.clock.Now()) {
			return nil
		}
		return h
	}
	hasNone := func() bool { return want.Old.Age(a.clock.Now()) == tokencache.Gone }
	return a.shared.renew(ctx, key, want, look, func() (*tokencache.Token, error) {
		h, err := a.clientCredentials(ctx, scopes, share(!want.Failing && hasNone()))
		if e, ok := asRetry(err); ok && !want.Failing && e.RetryAfter == 0 && hasNone() && pause(ctx) {
			// Nothing serves meanwhile and asking twice does no harm, so one
			// lost packet shall not fail everybody who waits.
			h, err = a.clientCredentials(ctx, scopes, allOfIt)
		}
		if err == nil {
			a.shared.putToken(ctx, key, h)
		}
		return h, err
	})
}

func (a *App) clientCredentials(ctx context.Context, scopes string, part share) (*tokencache.Token, error) {
	got, err := a.endpoint.redeem(ctx, accessTokenRequest{
		flow: a.flows.own.authority, grant: "client_credentials", auth: authenticated, share: part, params: url.Values{"scope": {scopes}},
	})
	switch {
	case err != nil:
		return nil, err
	case got.access == nil:
		return nil, errNoneGiven("client_credentials")
	}
	return got.access, nil
}
