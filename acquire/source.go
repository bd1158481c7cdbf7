// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"slices"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// source gets the tokens for some scopes, of the application or of a user: what
// [App] and [User] offer alike.
type source struct {
	// entry finds the entry of the token for each call anew, so that an account
	// may be removed, and sign in again, under it.
	entry func(ctx context.Context) (*tokencache.Entry, error)
	clock tokencache.Clock
}

// source reads the scopes once. Of those that are wrong it tells at each call.
func (a *App) source(scopes []string) source {
	scopes = slices.Clone(scopes)
	key, err := a.appScopes(scopes)
	return source{func(context.Context) (*tokencache.Entry, error) {
		if err != nil {
			return a.appEntry(scopes) // an error of its own
		}
		return a.tokens.entry(key), nil
	}, a.clock}
}

func (u *User) source(scopes []string) source {
	scopes = slices.Clone(scopes)
	key, err := u.scopes(scopes)
	return source{func(ctx context.Context) (*tokencache.Entry, error) {
		if err != nil {
			return u.entry(ctx, scopes)
		}
		return u.entryOf(ctx, key)
	}, u.app.clock}
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
	return a.source(scopes).replace(ctx, rejected)
}

// Replace is [App.Replace] for a user's token.
func (u *User) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return u.source(scopes).replace(ctx, rejected)
}

func (s source) replace(ctx context.Context, rejected *oauth2.Token) (*oauth2.Token, error) {
	e, err := s.entry(ctx)
	if err != nil {
		return nil, err
	}
	if rejected == nil || rejected.AccessToken == "" {
		return tokenOf(ctx, e)
	}
	t, err := e.Replace(ctx, tokencache.Ask{Rejected: rejected.AccessToken})
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
	e, err := s.source.entry(s.ctx)
	if err != nil {
		return nil, err
	}
	return tokenOf(s.ctx, e)
}
