// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
)

const (
	codeLifetime = 10 * time.Minute
	spaLifetime  = 24 * time.Hour // of a single-page app's refresh tokens, from the sign-in on
)

// grant is what a sign-in gave a client at a flow. Codes and refresh tokens
// share it; it is never written once made.
type grant struct {
	flow     *Flow
	client   *App
	user     User
	claims   map[string]any // over those of the user, as in Spec.Claims
	nonce    string
	scope    scope
	authTime time.Time
	began    time.Time
	listed   bool // the user was one of the directory's
	capable  bool // the client can answer to a claims challenge
}

// standing is what has become of a code or refresh token, other than by its use.
type standing struct{ revoked, gone bool } // gone with the account

type authorizationCode struct {
	*grant
	standing
	redirectURI string
	challenge   string // "" for no PKCE
	hashed      bool   // the challenge is S256
	issued      time.Time
	used        bool
}

type refreshToken struct {
	*grant
	standing
	issued, expires time.Time
	used            bool // up
}

// refreshableUntil returns when a refresh token issued now expires.
func (g *grant) refreshableUntil(now time.Time) time.Time {
	if g.client.Kind == SPA { // B2C: fixed, and not prolonged by a refresh
		return g.began.Add(spaLifetime)
	}
	expires, window := now.Add(g.flow.RefreshLifetime), g.began.Add(g.flow.RefreshWindow)
	if window.Before(expires) {
		return window
	}
	return expires
}

// redeemable checks that a grant is redeemed where and by whom it was got.
func (g *grant) redeemable(flow *Flow, client *App) *aadb2c.Error {
	switch {
	case g.flow != flow:
		return aadb2c.GrantFlow.With(flow.Name, g.flow.Name)
	case g.client != client:
		return aadb2c.GrantClient.With(client.ID)
	}
	return nil
}

// expired names the times in seconds since 1970, as B2C does.
func expired(now, issued, expires time.Time) *aadb2c.Error {
	seconds := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	return aadb2c.GrantExpired.With(seconds(now), seconds(issued), seconds(expires))
}

// challengePattern is a code verifier of RFC 7636 §4.1, and so a challenge by
// either method.
var challengePattern = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// verify is RFC 7636 §4.6. A verifier for a code without a challenge is refused
// too: someone may have stripped the challenge (RFC 9700 §4.8.2).
func (c *authorizationCode) verify(verifier string) *aadb2c.Error {
	if c.challenge == "" && verifier == "" {
		return nil
	}
	if !challengePattern.MatchString(verifier) {
		return aadb2c.MalformedVerifier
	}
	if c.hashed {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if subtle.ConstantTimeCompare([]byte(verifier), []byte(c.challenge)) != 1 {
		return aadb2c.WrongVerifier
	}
	return nil
}
