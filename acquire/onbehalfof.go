// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"log/slog"
	"slices"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
)

// OnBehalfOf gets tokens with which an API calls another one for the user who has called
// it (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow).
// It has the user's token, the assertion: an access token whose audience is this App's
// client id. Verify it first, as a guard does. Make one with [App.OnBehalfOf] or
// [App.OnBehalfOfCaller]; it is safe for concurrent use.
//
// A token that came is kept by the SHA-256 of the assertion and the scopes, and given out
// again to whoever comes with the same assertion until either of the two has ended: a
// caller whose own token is worth nothing any more gets nothing for it. MSAL goes on to
// the end of what came. No refresh token is asked for, so work that takes longer than
// the user's token is good for needs another way, such as the App's own token.
//
// If the user has to do more, such as a second factor, the error is
// [ErrInteractionRequired], and Error.Claims says what: the API's own client has to sign
// the user in with that. guard.Rule.Deny, given the error, tells it so.
//
// External ID and Entra ID have this grant, for confidential clients; elsewhere each
// call is [ErrUnsupported].
type OnBehalfOf struct {
	app       *App
	assertion func(context.Context) (string, error)
}

// OnBehalfOf returns what gets tokens on behalf of the user whose access token this is.
// It is for one request: whoever has the result is that user.
func (a *App) OnBehalfOf(assertion string) *OnBehalfOf {
	return &OnBehalfOf{a, func(context.Context) (string, error) { return assertion, nil }}
}

// OnBehalfOfCaller returns what gets tokens on behalf of the caller of the request being
// served, whose token the function finds in the context of each call:
//
//	obo := app.OnBehalfOfCaller(guard.RawToken)
//	tr, err := obo.Transport("https://stock.internal", "api://stock/stock.read")
//
// It panics if the function is nil.
func (a *App) OnBehalfOfCaller(token func(context.Context) (string, error)) *OnBehalfOf {
	if token == nil {
		panic("acquire: OnBehalfOfCaller was given nil; it takes guard.RawToken")
	}
	return &OnBehalfOf{a, token}
}

// Token returns an access token for the user, for scopes of one API: from memory, from
// the shared cache or from the token endpoint. It waits, and joins others who wait, as
// [App.Token] does.
func (o *OnBehalfOf) Token(ctx context.Context, scopes ...string) (*oauth2.Token, error) {
	p, err := o.source(scopes).place(ctx)
	if err != nil {
		return nil, err
	}
	return tokenOf(ctx, p)
}

// TokenSource returns [OnBehalfOf.Token] as an oauth2.TokenSource, see
// [App.TokenSource]. After [App.OnBehalfOfCaller] it is for one request: it keeps the
// values of ctx, and so that request's user.
func (o *OnBehalfOf) TokenSource(ctx context.Context, scopes ...string) oauth2.TokenSource {
	return o.source(scopes).asTokenSource(ctx)
}

// Transport returns a RoundTripper that calls the API at an origin for the user; see
// [OnBehalfOf.Token]. After [App.OnBehalfOfCaller] one serves all requests: it goes by
// the outgoing request's context, which has to be that of the request being served.
func (o *OnBehalfOf) Transport(target string, scopes ...string) (*Transport, error) {
	_, err := o.scopes(scopes)
	return o.source(scopes).transport(target, err)
}

// Replace is [App.Replace] for such a token.
func (o *OnBehalfOf) Replace(ctx context.Context, rejected *oauth2.Token, scopes ...string) (*oauth2.Token, error) {
	return o.source(scopes).replace(ctx, rejected, "")
}

// ReplaceWithClaims is [App.ReplaceWithClaims] for such a token.
func (o *OnBehalfOf) ReplaceWithClaims(ctx context.Context, rejected *oauth2.Token, claims string, scopes ...string) (*oauth2.Token, error) {
	return o.source(scopes).replaceWithClaims(ctx, rejected, claims)
}

func (o *OnBehalfOf) source(scopes []string) source {
	scopes = slices.Clone(scopes)
	key, err := o.scopes(scopes)
	return source{func(ctx context.Context) (place, error) {
		if err != nil {
			_, again := o.scopes(scopes) // an error of its own
			return place{}, again
		}
		assertion, err := o.assertionOf(ctx)
		if err != nil {
			return place{}, err
		}
		return place{o.app.onBehalfOf.entry(assertion, key), assertion}, nil
	}, o.app.clock, o.app.takesClaims()}
}

// assertionOf returns the token of the user in question.
func (o *OnBehalfOf) assertionOf(ctx context.Context) (string, error) {
	const during = string(GrantOnBehalfOf)
	assertion, err := o.assertion(ctx)
	switch {
	case err != nil:
		e := fail(ErrConfiguration, during, "there is no user's token to act for; give the outgoing request the context of the one being served, behind a guard")
		e.Err = err
		return "", e
	case !tokenresponse.IsHeaderValue(assertion):
		return "", fail(ErrConfiguration, during, "the user's token is empty or not one word")
	case len(assertion) > tokenresponse.MaxToken:
		return "", fail(ErrConfiguration, during, "the user's token is longer than 64 KiB")
	}
	return assertion, nil
}

// scopes returns what a token for these scopes is kept by, if there can be one.
func (o *OnBehalfOf) scopes(scopes []string) (string, error) {
	const during = string(GrantOnBehalfOf)
	own := o.app.Authority()
	switch {
	case own.Kind() == authority.AzureADB2C:
		return "", fail(ErrUnsupported, during, "Azure AD B2C has no on-behalf-of: call the API as the application, or pass the caller's token on if it takes the same audience (guard.NewForwarder)")
	case o.app.endpoint.credential == nil:
		return "", fail(ErrUnsupported, during, "a public client can't act on behalf of users; use NewConfidential")
	case own.TenantID() == "":
		return "", fail(ErrUnsupported, during, "%s is of several tenants, and the user's token is of one; make an App for each, with authority.Entra and the tenant's GUID", own)
	}
	key, e := o.app.scopesKey(scopes)
	if e != nil {
		e.During = during
		return "", e
	}
	if key == "" {
		return "", fail(ErrNoAccessToken, during, "no scope of an API was asked for; ask for {App ID URI}/{scope}, or {App ID URI}/.default for all that were granted")
	}
	return key, nil
}

// String tells the App, and shows no token.
func (o *OnBehalfOf) String() string { return "on behalf of a user: " + o.app.String() }

// GoString is String.
func (o *OnBehalfOf) GoString() string { return o.String() }

// LogValue is String.
func (o *OnBehalfOf) LogValue() slog.Value { return slog.StringValue(o.String()) }
