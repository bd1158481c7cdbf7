// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// redeemCode is the grant authorization_code. B2C: a code is good for one flow's
// endpoint, one client and one redirect URI.
func (h *tokenHandler) redeemCode(c *call) (*tokenAnswer, *aadb2c.Error) {
	client, refusal := h.authenticate(c)
	if refusal != nil {
		return nil, refusal
	}
	for _, name := range []string{"code", "redirect_uri"} {
		if form.Get(c.form, name) == "" {
			return nil, aadb2c.MissingParameter.With(name)
		}
	}
	g, refusal := h.grants.takeCode(h.clock.now(), c.flow, client, redemption{
		code: form.Get(c.form, "code"), redirectURI: form.Get(c.form, "redirect_uri"), verifier: form.Get(c.form, "code_verifier"),
	})
	if refusal != nil {
		return nil, refusal
	}
	return h.issue(c, g)
}

// refresh is the grant refresh_token. B2C: it hands out a new refresh token each
// time.
func (h *tokenHandler) refresh(c *call) (*tokenAnswer, *aadb2c.Error) {
	client, refusal := h.authenticate(c)
	if refusal != nil {
		return nil, refusal
	}
	token := form.Get(c.form, "refresh_token")
	if token == "" {
		return nil, aadb2c.MissingParameter.With("refresh_token")
	}
	g, refusal := h.grants.takeRefresh(h.clock.now(), c.flow, client, token)
	if refusal != nil {
		return nil, refusal
	}
	return h.issue(c, g)
}
