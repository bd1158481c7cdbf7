// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// platformTokens is the token endpoint of External ID and Entra ID.
type platformTokens struct {
	*tokenHandler
	grantTypes map[string]grantType
}

// grantType answers a request for tokens of an authenticated client.
type grantType func(c *call, as caller) (*platformAnswer, *failure.Error)

// caller is the client of a request.
type caller struct {
	app  *App
	auth string // "azpacr"
}

func newPlatformTokens(h *tokenHandler) *platformTokens {
	t := &platformTokens{tokenHandler: h}
	t.grantTypes = map[string]grantType{
		"client_credentials": t.clientCredentials,
		"authorization_code": t.redeemCode,
		"refresh_token":      t.refresh,
	}
	return t
}

// serve answers a token request (RFC 6749 §5).
func (t *platformTokens) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	if c.form == nil {
		answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	tokens, refusal := t.tokens(c)
	if refusal != nil {
		refuse(w, t.model.telling, refusal, t.clock.now())
		return
	}
	answer.JSON(w, http.StatusOK, tokens)
}

// tokens answers by grant type.
func (t *platformTokens) tokens(c *call) (*platformAnswer, *failure.Error) {
	name := form.Get(c.form, "grant_type")
	if name == "" {
		return nil, aadsts.MissingParameter.With("grant_type")
	}
	grant := t.grantTypes[name]
	if grant == nil {
		return nil, aadsts.GrantType.With(name)
	}
	as, refusal := t.caller(c)
	if refusal != nil {
		return nil, refusal
	}
	return grant(c, as)
}

// caller finds the client of a request. Its secret is in the body or comes by the
// Basic scheme, which wins.
func (t *platformTokens) caller(c *call) (caller, *failure.Error) {
	id, secret := form.Get(c.form, "client_id"), form.Get(c.form, "client_secret")
	if user, password, ok := c.BasicAuth(); ok {
		id, secret = form.Decoded(user), form.Decoded(password)
	}
	if id == "" {
		return caller{}, aadsts.MissingParameter.With("client_id")
	}
	app := t.model.app(id)
	if app == nil {
		return caller{}, aadsts.UnknownClient.With(id, t.model.name)
	}
	if origin := c.Header.Get("Origin"); origin != "" && app.Kind != SPA {
		return caller{}, aadsts.CrossOrigin.With(origin)
	}
	switch {
	case app.Kind != WebApp && secret != "":
		return caller{}, aadsts.PublicClient
	case app.Kind != WebApp:
		return caller{app, "0"}, nil
	case secret == "":
		return caller{}, aadsts.NoCredential
	case slices.Contains(app.ExpiredSecrets, secret):
		return caller{}, aadsts.ExpiredSecret.With(app.ID)
	case !app.knows(secret):
		return caller{}, aadsts.WrongSecret.With(app.ID)
	}
	return caller{app, "1"}, nil
}
