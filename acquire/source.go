// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"slices"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/authority"
)

// source gets the tokens for some scopes, of the application or of a user: what
// [App], [User] and [OnBehalfOf] offer alike.
type source struct {
	// place finds where the token is kept for each call anew, so that an account
	// may be removed, and sign in again, under it.
	place       func(ctx context.Context) (place, error)
	clock       tokencache.Clock
	takesClaims bool // a token can be asked for with claims
}

// source reads the scopes once. Of those that are wrong it tells at each call.
func (a *App) source(scopes []string) source {
	scopes = slices.Clone(scopes)
	key, err := a.appScopes(scopes)
	return source{func(context.Context) (place, error) {
		if err != nil {
			return at(a.appEntry(scopes)) // an error of its own
		}
		return place{Entry: a.tokens.entry(key)}, nil
	}, a.clock, a.takesClaims()}
}

// takesClaims reports whether the product knows claims requests.
func (a *App) takesClaims() bool { return a.Authority().Kind() != authority.AzureADB2C }

func (u *User) source(scopes []string) source {
	scopes = slices.Clone(scopes)
	key, err := u.scopes(scopes)
	return source{func(ctx context.Context) (place, error) {
		if err != nil {
			return at(u.entry(ctx, scopes))
		}
		return at(u.entryOf(ctx, key))
	}, u.app.clock, u.app.takesClaims()}
}

// TokenSource returns [App.Token] as an oauth2.TokenSource, for libraries that
// take one. It is good until the App is closed. Of ctx it takes the values alone:
// a source made during start-up, or while serving a request, outlives that. Its
// calls wait no longer than Options.Timeout; use Token where a call has a context.
//
// It caches by itself and renews ahead of expiry, so don't wrap it in
// oauth2.ReuseTokenSource, which would hold tokens to their end; oauth2.NewClient
// does that. With x/oauth2 write
//
//	client := &http.Client{Transport: &oauth2.Transport{Source: source}}
//
// [App.Transport] makes a client that also
// replaces a token that the API refuses, and sends it nowhere else.
func (a *App) TokenSource(ctx context.Context, scopes ...string) oauth2.TokenSource {
	return a.source(scopes).asTokenSource(ctx)
}

// TokenSource returns [User.Token] as an oauth2.TokenSource, see
// [App.TokenSource].
func (u *User) TokenSource(ctx context.Context, scopes ...string) oauth2.TokenSource {
	return u.source(scopes).asTokenSource(ctx)
}

// Replace returns a token in place of one that an API has refused, as
// [App.Transport] does by itself, or that has grown out of date since what the
// user may do has changed. It makes a request only if the rejected token is
// still the one kept here, and at most every 30 seconds. It is [ErrRetry] if what
// comes is the same token once more, as B2C's are within one second.
func (a *App) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return a.source(scopes).replace(ctx, rejected, "")
}

// ReplaceWithClaims is [App.Replace] by a token that is asked for with claims: those of
// a [ClaimsChallenge], or of Error.Claims. If rejected is nil it is whichever token is
// kept here. In External ID and Entra ID alone; else it is [ErrUnsupported].
func (a *App) ReplaceWithClaims(ctx context.Context, rejected *oauth2.Token, claims string, scopes ...string) (*oauth2.Token, error) {
	return a.source(scopes).replaceWithClaims(ctx, rejected, claims)
}

// Replace is [App.Replace] for a user's token.
func (u *User) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return u.source(scopes).replace(ctx, rejected, "")
}

// ReplaceWithClaims is [App.ReplaceWithClaims] for a user's token. If only a sign-in
// with the claims helps, the error is [ErrInteractionRequired], see
// AuthorizeOptions.Claims.
func (u *User) ReplaceWithClaims(ctx context.Context, rejected *oauth2.Token, claims string, scopes ...string) (*oauth2.Token, error) {
	return u.source(scopes).replaceWithClaims(ctx, rejected, claims)
}

func (s source) replaceWithClaims(ctx context.Context, rejected *oauth2.Token, claims string) (*oauth2.Token, error) {
	switch {
	case !s.takesClaims:
		return nil, errNoClaims("")
	case !isClaimsRequest(claims):
		return nil, errBadClaims("")
	}
	return s.replace(ctx, rejected, claims)
}

func (s source) replace(ctx context.Context, rejected *oauth2.Token, claims string) (*oauth2.Token, error) {
	p, err := s.place(ctx)
	if err != nil {
		return nil, err
	}
	ask := tokencache.Ask{Claims: claims, Proof: p.proof}
	switch {
	case rejected != nil && rejected.AccessToken != "":
		ask.Rejected = rejected.AccessToken
	case claims == "":
		return tokenOf(ctx, p)
	default:
		if t := p.Current(); t != nil {
			ask.Rejected = t.Text()
		}
	}
	t, err := p.Replace(ctx, ask)
	if err != nil {
		return nil, err
	}
	return oauth2Token(t, s.clock.Now()), nil
}

// asTokenSource returns the source with the values of a context.
func (s source) asTokenSource(ctx context.Context) oauth2.TokenSource {
	return tokenSource{context.WithoutCancel(ctx), s}
}

// tokenSource is the ecosystem's interface, which has no context of its own.
type tokenSource struct {
	ctx    context.Context //nolint:containedctx // oauth2.TokenSource has none; it is for values and never ends
	source source
}

// Token returns a good token.
func (s tokenSource) Token() (*oauth2.Token, error) {
	p, err := s.source.place(s.ctx)
	if err != nil {
		return nil, err
	}
	return tokenOf(s.ctx, p)
}
