// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// clientCredentials is the grant of that name, which every flow's endpoint
// knows.
func (h *tokenHandler) clientCredentials(c *call) (*tokenAnswer, *aadb2c.Error) {
	client, secret, refusal := h.identify(c)
	if refusal != nil {
		return nil, refusal
	}
	if refusal := client.authenticate(secret); refusal != nil {
		return nil, refusal
	}
	api, refusal := defaultScope(h.model, form.Get(c.form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	granted := h.model.granted(client, api, roles)
	if len(granted) == 0 {
		return nil, aadb2c.NoPermission
	}
	issued := h.clock.now()
	token, err := h.minter.issue(client, Spec{
		Kind: AppToken, Flow: c.flow.Name, Host: c.site.String(),
		Audience: api.ID, ClientID: client.ID, Scopes: granted, IssuedAt: issued,
	})
	if err != nil {
		return nil, aadb2c.Internal // the route was found, so its flow and host exist
	}
	return &tokenAnswer{
		AccessToken: token,
		TokenType:   "Bearer",
		NotBefore:   c.flow.number(issued.Unix()),
		ExpiresIn:   c.flow.number(int64(c.flow.Lifetime.Seconds())),
		ExpiresOn:   c.flow.number(issued.Add(c.flow.Lifetime).Unix()),
		Resource:    api.ID,
	}, nil
}
