// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// entrySource finds the entry of a token for each call anew, so that an account
// may be removed, and sign in again, under it.
type entrySource func(ctx context.Context) (*tokencache.Entry, error)

// tokenSource is the ecosystem's interface, which has no context of its own.
type tokenSource struct {
	ctx    context.Context //nolint:containedctx // oauth2.TokenSource has none; it is for values and never ends
	app    *App
	source entrySource
}

// Token returns a good token.
func (s tokenSource) Token() (*oauth2.Token, error) {
	sl, err := s.source(s.ctx)
	if err != nil {
		return nil, err
	}
	return s.app.fromEntry(s.ctx, sl)
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
	return tokenSource{context.WithoutCancel(ctx), a, a.entrySource(scopes)}
}

// TokenSource returns [User.Token] as an oauth2.TokenSource, see
// [App.TokenSource].
func (u *User) TokenSource(ctx context.Context, scopes ...string) oauth2.TokenSource {
	return tokenSource{context.WithoutCancel(ctx), u.app, u.entrySource(scopes)}
}

func (a *App) entrySource(scopes []string) entrySource {
	return func(context.Context) (*tokencache.Entry, error) { return a.appEntry(scopes) }
}

func (u *User) entrySource(scopes []string) entrySource {
	return func(ctx context.Context) (*tokencache.Entry, error) { return u.entry(ctx, scopes) }
}

// Replace returns a token in place of one that an API has refused, as
// [App.Transport] does by itself, or that has grown out of date since what the
// user may do has changed. It makes a request only if the rejected token is
// still the one kept here, and at most every 30 seconds. It is [ErrRetry] if what
// comes is the same token once more, as B2C's are within one second.
func (a *App) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return replace(ctx, a, a.entrySource(scopes), rejected)
}

// Replace is [App.Replace] for a user's token.
func (u *User) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return replace(ctx, u.app, u.entrySource(scopes), rejected)
}

func replace(ctx context.Context, a *App, source entrySource, rejected *oauth2.Token) (*oauth2.Token, error) {
	s, err := source(ctx)
	if err != nil {
		return nil, err
	}
	if rejected == nil || rejected.AccessToken == "" {
		return a.fromEntry(ctx, s)
	}
	h, err := s.Replace(ctx, rejected.AccessToken)
	if err != nil {
		return nil, err
	}
	return oauth2Token(h, a.clock.Now()), nil
}
