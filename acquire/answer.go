// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"cmp"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

// answer is a good answer of the token endpoint.
type answer struct {
	access      *tokencache.Token // nil if there was none
	idToken     string
	refresh     string
	refreshLife time.Duration
	clientInfo  string
}

// newAnswer returns an authority's answer to a request made at the instant start.
func newAnswer(got tokenresponse.Success, at authority.Authority, start tokencache.Instant) *answer {
	a := &answer{
		idToken: got.IDToken, refresh: got.RefreshToken, clientInfo: got.ClientInfo,
		refreshLife: cmp.Or(got.RefreshLife, defaultRefreshLife(at)),
	}
	if got.AccessToken != "" {
		a.access = tokencache.NewToken(got.AccessToken, got.Scope, began(start, got.Life), got.Life)
	}
	return a
}

// defaultRefreshLife is that of a refresh token of which nothing was said: B2C tells,
// by default 14 days, and External ID and Entra do not
// (https://learn.microsoft.com/entra/identity-platform/refresh-tokens).
func defaultRefreshLife(at authority.Authority) time.Duration {
	const day = 24 * time.Hour
	if usesSTS(at) {
		return 90 * day
	}
	return 14 * day
}

// began returns when the life of a token began that was asked for at the instant
// start: claims are whole seconds, so it may have been at the beginning of that one.
// Of a life of seconds, which B2C does not give, a tenth will do: who has such tokens
// would have none else.
func began(start tokencache.Instant, life time.Duration) tokencache.Instant {
	return start.Add(-min(start.Wall().Sub(start.Wall().Truncate(time.Second)), life/10))
}

// newIDToken returns a verified ID token for keeping, or nil if it is about to
// expire, or can't be kept.
func newIDToken(raw string, id *validator.IDToken, at tokencache.Instant) *tokencache.Token {
	life := min(id.ExpiresAt.Sub(at.Wall()), tokenresponse.MaxLife)
	if life <= 0 || !tokenresponse.IsHeaderValue(raw) {
		return nil
	}
	return tokencache.NewToken(raw, "", at, life)
}

// errNoIDToken tells why a refresh brought no ID token that can be given out.
func errNoIDToken(got *answer) *Error {
	if got.idToken == "" {
		return fail(ErrUnexpected, "refresh_token", "the answer has no ID token, though openid was asked for")
	}
	return fail(ErrRetry, "refresh_token", "the keys to verify the new ID token with can't be had now")
}
