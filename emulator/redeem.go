// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// redeemCode is the grant authorization_code. B2C: a code is good for one flow's
// endpoint, one client and one redirect URI.
func (t *Tenant) redeemCode(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	client, refusal := t.authenticate(form, r)
	if refusal != nil {
		return nil, refusal
	}
	for _, name := range []string{"code", "redirect_uri"} {
		if one(form, name) == "" {
			return nil, errMissing.with(name)
		}
	}
	g, refusal := t.takeCode(p, client, form)
	if refusal != nil {
		return nil, refusal
	}
	return t.issue(p, g, form)
}

// takeCode returns a code's grant, for once.
func (t *Tenant) takeCode(p place, client *App, form url.Values) (*grant, *oauthError) {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	c := t.memory.codes.get(one(form, "code"))
	if c == nil {
		return nil, errGrant
	}
	if refusal := c.mayGoTo(p, client); refusal != nil {
		return nil, refusal
	}
	now := t.now()
	switch expires := c.issued.Add(codeLifetime); {
	case c.gone:
		return nil, errGone
	case one(form, "redirect_uri") != c.redirectURI:
		return nil, errGrantURI.with(one(form, "redirect_uri"))
	case c.used: // what B2C says to this is not known, beyond OAuth's invalid_grant
		return nil, errGrant
	case !now.Before(expires):
		return nil, expired(now, c.issued, expires)
	}
	if refusal := c.verify(one(form, "code_verifier")); refusal != nil {
		return nil, refusal
	}
	c.used = true
	return c.grant, nil
}

// verify is RFC 7636 §4.6. A verifier for a code without a challenge is refused
// too: someone may have stripped the challenge (RFC 9700 §4.8.2).
func (c *authorizationCode) verify(verifier string) *oauthError {
	if c.challenge == "" && verifier == "" {
		return nil
	}
	if !challengePattern.MatchString(verifier) {
		return errVerifier
	}
	if c.hashed {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if subtle.ConstantTimeCompare([]byte(verifier), []byte(c.challenge)) != 1 {
		return errMismatch
	}
	return nil
}

// refresh is the grant refresh_token. B2C: it hands out a new refresh token each
// time.
func (t *Tenant) refresh(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	client, refusal := t.authenticate(form, r)
	if refusal != nil {
		return nil, refusal
	}
	token := one(form, "refresh_token")
	if token == "" {
		return nil, errMissing.with("refresh_token")
	}
	g, refusal := t.takeRefresh(p, client, token)
	if refusal != nil {
		return nil, refusal
	}
	return t.issue(p, g, form)
}

func (t *Tenant) takeRefresh(p place, client *App, token string) (*grant, *oauthError) {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	k := t.memory.refresh.get(token)
	if k == nil {
		return nil, errGrant
	}
	if refusal := k.mayGoTo(p, client); refusal != nil {
		return nil, refusal
	}
	switch now := t.now(); {
	case k.gone:
		return nil, errGone
	case k.revoked:
		return nil, errRevoked
	case !now.Before(k.expires):
		return nil, expired(now, k.issued, k.expires)
	}
	k.revoked = p.flow.RefreshOnce
	return k.grant, nil
}

// mayGoTo checks that a grant is redeemed where and by whom it was got.
func (g *grant) mayGoTo(p place, client *App) *oauthError {
	switch {
	case g.flow != p.flow:
		return errEndpoint.with(p.flow.Name, g.flow.Name)
	case g.client != client:
		return errGrantClient.with(client.ID)
	}
	return nil
}

// expired names the times in seconds since 1970, as B2C does.
func expired(now, issued, expires time.Time) *oauthError {
	seconds := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	return errExpired.with(seconds(now), seconds(issued), seconds(expires))
}
