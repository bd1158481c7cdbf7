// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/validator"
)

// SignIn is a user who has just signed in. The tokens it holds are the App's
// already; [App.User] gives them out from then on.
type SignIn struct {
	// Account is who it is, for the app's session.
	Account Account
	// IDToken are the verified claims.
	IDToken *validator.IDToken
	// Token is the access token for the scopes asked for; nil if none of them
	// was an API's.
	Token *oauth2.Token `json:"-"`
	// Scopes are those that B2C says it granted, which may be fewer than were
	// asked for.
	Scopes []string
	// RefreshToken is for apps that keep it themselves, to give it to
	// [App.ImportRefreshToken] later. Each silent refresh brings another one, and
	// this one may be worth nothing then: Options.OnRefreshToken tells of all.
	// Keep it as safe as a password.
	RefreshToken string `json:"-"`
	// RawIDToken is the ID token as it came, for [SignOut.IDTokenHint].
	RawIDToken string `json:"-"`
}

// String tells who signed in and shows no token.
func (s SignIn) String() string { return "sign-in of " + s.Account.ID }

// GoString is String.
func (s SignIn) GoString() string { return s.String() }

// LogValue tells who signed in and shows no token.
func (s SignIn) LogValue() slog.Value {
	return slog.GroupValue(slog.String("account", s.Account.ID))
}

// signIn verifies what came from the App's own flow and keeps it.
func (a *App) signIn(ctx context.Context, during string, got *answer, want validator.Expected, scopes, typed string, auth clientAuthentication) (*SignIn, error) {
	id, err := a.flows.own.validate(ctx, during, got, want)
	if err != nil {
		return nil, err
	}
	details, err := a.flows.own.account(id, got, typed)
	if err != nil {
		return nil, idTokenError(during, err)
	}
	if scopes != "" && got.access == nil {
		return nil, errNoneGiven(during)
	}
	at := a.clock.Now()
	details.SignedInAt = at.Wall().UTC().Truncate(time.Millisecond)
	c := a.accounts.signedIn(grant{
		account: details, typed: typed, refresh: got.refresh, refreshUntil: at.Wall().Add(got.refreshLife), noSecret: auth == unauthenticated,
	}, at.Wall())
	in := &SignIn{Account: details, IDToken: id, RefreshToken: got.refresh, RawIDToken: got.idToken}
	tokens := map[string]*tokencache.Token{}
	if t := newIDToken(got.idToken, id, at); t != nil {
		tokens[idTokenEntry] = t
	}
	if got.access != nil && scopes != "" {
		in.Token, in.Scopes = oauth2Token(got.access, at), strings.Fields(got.access.Scope())
		tokens[scopes] = got.access
	}
	c.put(tokens)
	a.listener.tell(ctx, c, got.refresh)
	// Whoever asked may be gone, but the code is used up.
	a.fleet.share(context.WithoutCancel(ctx), c, tokens, true)
	return in, nil
}
