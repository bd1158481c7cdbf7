// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strconv"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// password is the grant password (ROPC). B2C: it has flows of its own, is for
// local accounts and public clients, and doesn't look at a secret.
func (h *tokenHandler) password(c *call) (*tokenAnswer, *aadb2c.Error) {
	client, _, refusal := h.identify(c)
	switch {
	case refusal != nil:
		return nil, refusal
	case c.flow.Kind != ROPC || client.Kind != NativeApp:
		return nil, aadb2c.NoROPC
	}
	for _, name := range []string{"username", "password", "scope"} {
		if form.Get(c.form, name) == "" {
			return nil, aadb2c.MissingParameter.With(name)
		}
	}
	s, refusal := scopeOf(h.model, client, form.Get(c.form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	if !s.openid && s.resource == nil {
		return nil, aadb2c.CodeScope
	}
	user, _, ok := h.directory.signedIn(form.Get(c.form, "username"), form.Get(c.form, "password"))
	if !ok {
		return nil, aadb2c.WrongCredentials
	}
	now := h.clock.now()
	g := &grant{flow: c.flow, client: client, user: user.User, scope: s, authTime: now, began: now, listed: true}
	a, refusal := h.issue(c, taken{g, &standing{}})
	if refusal == nil && a.ExpiresIn != nil {
		// B2C: a string here, whatever the flow says.
		a.ExpiresIn = strconv.FormatInt(int64(c.flow.Lifetime.Seconds()), 10)
	}
	return a, refusal
}
