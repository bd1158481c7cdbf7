// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// redeemCode is the grant authorization_code.
func (t *platformTokens) redeemCode(c *call, as caller) (*platformAnswer, *failure.Error) {
	for _, name := range []string{"code", "redirect_uri"} {
		if form.Get(c.form, name) == "" {
			return nil, aadsts.MissingParameter.With(name)
		}
	}
	if c.form.Has("scope") && strings.TrimSpace(form.Get(c.form, "scope")) == "" {
		return nil, aadsts.EmptyScope
	}
	g, refusal := t.grants.takeCode(t.clock.now(), c.flow, as.app, redemption{
		code: form.Get(c.form, "code"), redirectURI: form.Get(c.form, "redirect_uri"), verifier: form.Get(c.form, "code_verifier"),
	})
	if refusal == aadb2c.UsedGrant {
		refusal = aadsts.UsedCode
	}
	return t.narrowed(c, as, g, refusal)
}

// refresh is the grant refresh_token. It hands out a new refresh token each time.
func (t *platformTokens) refresh(c *call, as caller) (*platformAnswer, *failure.Error) {
	token := form.Get(c.form, "refresh_token")
	if token == "" {
		return nil, aadsts.MissingParameter.With("refresh_token")
	}
	g, refusal := t.grants.takeRefresh(t.clock.now(), c.flow, as.app, token)
	if refusal != nil && refusal.Code == aadb2c.GrantExpired.Code {
		refusal = aadsts.ExpiredRefresh
	}
	return t.narrowed(c, as, g, refusal)
}

// narrowed issues what a request asks for of a grant that was taken, unless it
// was refused.
func (t *platformTokens) narrowed(c *call, as caller, g taken, refusal *failure.Error) (*platformAnswer, *failure.Error) {
	if refusal != nil {
		return nil, refusal
	}
	s, refusal := platformNarrowed(t.model, g.grant, form.Get(c.form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	return t.issue(c, as, g, s)
}
