// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// tokenHandler is the token endpoint of a tenant's flows.
type tokenHandler struct {
	model     *model
	clock     *clock
	directory *directory
	grants    *grants
	minter    *minter
}

func (h *tokenHandler) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	if c.form == nil {
		answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	tokens, refusal := h.tokens(c)
	if refusal != nil {
		refuse(w, refusal, h.clock.now())
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
	api, refusal := h.model.defaultScope(form.Get(c.form, "scope"))
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
