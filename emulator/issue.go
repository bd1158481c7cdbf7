// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"strings"
	"time"
)

// tokenAnswer has the members of B2C's answers, in order; those that are empty
// are left out. The numbers are int64 or strings.
type tokenAnswer struct {
	AccessToken      string `json:"access_token,omitempty"`
	IDToken          string `json:"id_token,omitempty"`
	TokenType        string `json:"token_type"`
	NotBefore        any    `json:"not_before"`
	ExpiresIn        any    `json:"expires_in,omitempty"`
	ExpiresOn        any    `json:"expires_on,omitempty"`
	Resource         string `json:"resource,omitempty"`
	IDTokenExpiresIn any    `json:"id_token_expires_in,omitempty"`
	ProfileInfo      string `json:"profile_info,omitempty"`
	ClientInfo       string `json:"client_info,omitempty"`
	Scope            string `json:"scope,omitempty"`
	RefreshToken     string `json:"refresh_token,omitempty"`
	RefreshExpiresIn any    `json:"refresh_token_expires_in,omitempty"`
}

// issue answers a request for the tokens of a grant. B2C: without a scope of a
// resource there is no access token, and nothing that belongs to one.
func (t *Tenant) issue(p place, g *grant, form url.Values) (*tokenAnswer, *oauthError) {
	now, s := t.now(), g.scope.narrowed(one(form, "scope"))
	lifetime := int64(p.flow.Lifetime.Seconds())
	a := &tokenAnswer{TokenType: "Bearer", NotBefore: p.flow.number(now.Unix()), ProfileInfo: t.profileInfo(g), Scope: s.String()}
	var err error
	if s.resource != nil {
		if a.AccessToken, err = t.accessToken(p, g, s, now); err != nil {
			return nil, errInternal
		}
		a.ExpiresIn = p.flow.number(lifetime)
		a.ExpiresOn = p.flow.number(now.Add(p.flow.Lifetime).Unix())
		a.Resource = s.resource.ID
	}
	if s.openid {
		if a.IDToken, err = t.idToken(p, g, now, a.AccessToken, ""); err != nil {
			return nil, errInternal
		}
		a.IDTokenExpiresIn = p.flow.number(lifetime)
	}
	if one(form, "client_info") == "1" {
		a.ClientInfo = t.clientInfo(g)
	}
	if s.offline {
		if _, err := encode(g.state()); err != nil { // a claim that is no JSON, which State couldn't keep
			return nil, errInternal
		}
		r := &refreshToken{grant: g, issued: now, expires: g.refreshableUntil(now)}
		a.RefreshToken = opaque()
		a.RefreshExpiresIn = p.flow.number(int64(r.expires.Sub(now).Seconds()))
		t.memory.mu.Lock()
		t.memory.refresh.put(a.RefreshToken, r)
		t.memory.mu.Unlock()
		t.settle(g.user.ObjectID, g.listed)
	}
	return a, nil
}

// refreshableUntil returns when a refresh token issued now expires.
func (g *grant) refreshableUntil(now time.Time) time.Time {
	if g.client.Kind == SPA { // B2C: fixed, and not prolonged by a refresh
		return g.began.Add(spaLifetime)
	}
	expires, window := now.Add(g.flow.RefreshLifetime), g.began.Add(refreshWindow)
	if window.Before(expires) {
		return window
	}
	return expires
}

func (t *Tenant) accessToken(p place, g *grant, s scope, now time.Time) (string, error) {
	return t.mintFor(g.client, Spec{
		Kind: UserToken, Flow: p.flow.Name, Host: p.site.String(), Audience: s.resource.ID, ClientID: g.client.ID,
		Scopes: s.names, User: &g.user, IssuedAt: now, AuthTime: g.authTime, Claims: g.over(map[string]any{}),
	})
}

// idToken returns an ID token with the hashes of what is issued together with
// it, if anything is (OpenID Connect Core 1.0 §3.3.2.11).
func (t *Tenant) idToken(p place, g *grant, now time.Time, access, code string) (string, error) {
	claims := map[string]any{}
	if access != "" {
		claims["at_hash"] = halfHash(access)
	}
	if code != "" {
		claims["c_hash"] = halfHash(code)
	}
	return t.mintFor(g.client, Spec{
		Kind: IDToken, Flow: p.flow.Name, Host: p.site.String(), ClientID: g.client.ID,
		User: &g.user, IssuedAt: now, AuthTime: g.authTime, Claims: g.over(claims),
	})
}

// over lays the nonce and the user's claims over others. B2C: access tokens
// carry the nonce of the sign-in too.
func (g *grant) over(claims map[string]any) map[string]any {
	claims["nonce"] = Absent
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	maps.Copy(claims, g.claims)
	return claims
}

func halfHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// profileInfo is JSON about the user that no client should need.
func (t *Tenant) profileInfo(g *grant) string {
	idp, name := g.user.IDP, any(g.user.Name)
	if idp == "" {
		idp = "LocalAccount"
	}
	for _, claims := range []map[string]any{g.user.Claims, g.claims} {
		if changed, ok := claims["name"]; ok && changed != Absent {
			name = changed
		}
	}
	return encodedObject(object{
		{"ver", "1.0"}, {"tid", t.opts.ID}, {"sub", nil}, {"name", name}, {"preferred_username", nil}, {"idp", idp},
	})
}

// clientInfo is how MSAL tells accounts apart: B2C has one for each flow.
func (t *Tenant) clientInfo(g *grant) string {
	return encodedObject(object{{"uid", g.user.ObjectID + "-" + strings.ToLower(g.flow.Name)}, {"utid", t.opts.ID}})
}

func encodedObject(o object) string {
	text, err := o.encode()
	if err != nil {
		return "" // only a claim from a test can be no JSON, and then no token was minted
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
