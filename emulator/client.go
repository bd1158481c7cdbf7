// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// identify finds the client of a request and the secret it sent, in the body or
// by the Basic scheme, whose two parts are form-encoded (RFC 6749 §2.3.1). The
// scheme wins over the body.
func (h *tokenHandler) identify(c *call) (client *App, secret string, refusal *aadb2c.Error) {
	id, secret := form.Get(c.form, "client_id"), form.Get(c.form, "client_secret")
	if user, password, ok := c.BasicAuth(); ok {
		id, secret = form.Decoded(user), form.Decoded(password)
	}
	if id == "" {
		return nil, "", aadb2c.MissingParameter.With("client_id")
	}
	if client = h.model.app(id); client == nil {
		return nil, "", aadb2c.UnknownClient.With(id, h.model.domain)
	}
	return client, secret, nil
}

// authenticate finds the client that redeems a user's grant: one that keeps its
// secret must send it, and any other may send none.
func (h *tokenHandler) authenticate(c *call) (*App, *aadb2c.Error) {
	client, secret, refusal := h.identify(c)
	switch {
	case refusal != nil:
		return nil, refusal
	case client.Kind == WebApp:
		refusal = client.authenticate(secret)
	case secret != "":
		refusal = aadb2c.PublicClientSecret
	}
	return client, refusal
}
