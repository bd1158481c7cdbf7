// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
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
func (h *tokenHandler) issue(c *call, g taken) (*tokenAnswer, *aadb2c.Error) {
	now, s := h.clock.now(), g.scope.narrowed(form.Get(c.form, "scope"))
	lifetime := int64(c.flow.Lifetime.Seconds())
	a := &tokenAnswer{TokenType: "Bearer", NotBefore: c.flow.number(now.Unix()), ProfileInfo: g.profileInfo(h.model.id), Scope: s.String()}
	var err error
	if s.resource != nil {
		if a.AccessToken, err = h.minter.accessToken(c.route, g.grant, s, now, ""); err != nil {
			return nil, aadb2c.Internal
		}
		a.ExpiresIn = c.flow.number(lifetime)
		a.ExpiresOn = c.flow.number(now.Add(c.flow.Lifetime).Unix())
		a.Resource = s.resource.ID
	}
	if s.openid {
		if a.IDToken, err = h.minter.idToken(c.route, g.grant, now, a.AccessToken, ""); err != nil {
			return nil, aadb2c.Internal
		}
		a.IDTokenExpiresIn = c.flow.number(lifetime)
	}
	if form.Get(c.form, "client_info") == "1" {
		a.ClientInfo = g.clientInfo(h.model.id)
	}
	if s.offline {
		if _, err := jose.Encode(g.state()); err != nil { // a claim that is no JSON, which State couldn't keep
			return nil, aadb2c.Internal
		}
		r := &refreshToken{grant: g.grant, issued: now, expires: g.refreshableUntil(now)}
		a.RefreshToken = h.grants.addRefresh(r, g.from)
		a.RefreshExpiresIn = c.flow.number(int64(r.expires.Sub(now).Seconds()))
		h.grants.settle(h.directory, g.grant)
	}
	return a, nil
}
