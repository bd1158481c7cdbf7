// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
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
	return tokenOf(ctx, place{Entry: s})
}

// appEntry returns the entry of the application's own token for these scopes.
func (a *App) appEntry(scopes []string) (*tokencache.Entry, error) {
	if len(scopes) == 1 && strings.IndexByte(scopes[0], ' ') < 0 { // known already, nearly always
		if s, ok := a.tokens.known(scopes[0]); ok {
			return s, nil
		}
	}
	key, err := a.appScopes(scopes)
	if err != nil {
		return nil, err
	}
	return a.tokens.entry(key), nil
}

// appScopes returns what the application's own token for these scopes is kept
// by, if it can have one.
func (a *App) appScopes(scopes []string) (string, error) {
	const during = "client_credentials"
	if a.endpoint.credential == nil {
		return "", fail(ErrUnsupported, during, "a public client has no token of its own; sign a user in, or use NewConfidential")
	}
	if own := a.flows.own.authority; own.TenantID() == "" {
		return "", fail(ErrUnsupported, during, "%s is of several tenants, and an application's own token is of one; make an App for each, with authority.Entra and the tenant's GUID", own)
	}
	key, e := a.scopesKey(scopes)
	if e != nil {
		e.During = during
		return "", e
	}
	if key == "" {
		return "", fail(ErrNoAccessToken, during, "no scope of an API was asked for; ask for {App ID URI}/.default")
	}
	for s := range strings.SplitSeq(key, " ") {
		if !strings.HasSuffix(s, "/.default") {
			return "", fail(ErrConfiguration, during, "scope %q: client credentials take {App ID URI}/.default alone; which app roles the token has is decided by what was granted", s)
		}
	}
	return key, nil
}

// scopesKey is a call and no function value, or each caller's scopes would be
// allocated.
func (a *App) scopesKey(scopes []string) (string, *Error) {
	if len(scopes) == 1 { // remembered by its entry
		return apiScopes(a.scopes.kind, scopes)
	}
	return a.scopes.of(scopes)
}
