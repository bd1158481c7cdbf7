// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// serve answers a token request (RFC 6749 §5).
func (h *tokenHandler) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	if c.form == nil {
		answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	tokens, refusal := h.tokens(c)
	if refusal != nil {
		refuse(w, h.model.telling, refusal, h.clock.now())
		return
	}
	answer.JSON(w, http.StatusOK, tokens)
}

// tokens answers by grant type. B2C: there is no on-behalf-of, no device
// code and no client assertion.
func (h *tokenHandler) tokens(c *call) (*tokenAnswer, *aadb2c.Error) {
	if c.form.Has("client_assertion") || c.form.Has("client_assertion_type") {
		return nil, aadb2c.ClientAssertion.With(c.flow.Name)
	}
	switch grant := form.Get(c.form, "grant_type"); grant {
	case "":
		return nil, aadb2c.MissingParameter.With("grant_type")
	case "authorization_code":
		return h.redeemCode(c)
	case "refresh_token":
		return h.refresh(c)
	case "password":
		return h.password(c)
	case "client_credentials":
		return h.clientCredentials(c)
	default:
		return nil, aadb2c.GrantType.With(grant)
	}
}
