// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"

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
		onBehalfOfGrant:      t.onBehalfOf,
		deviceCodeGrant:      t.deviceCode,
		oldDeviceCodeGrant:   t.deviceCode,
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
	asserted := c.form.Has("client_assertion") || c.form.Has("client_assertion_type")
	switch {
	case app.Kind != WebApp && (secret != "" || asserted):
		return caller{}, aadsts.PublicClient
	case app.Kind != WebApp:
		return caller{app, "0"}, nil
	case asserted:
		return t.asserted(c, app)
	case secret == "":
		return caller{}, aadsts.NoCredential
	case slices.Contains(app.ExpiredSecrets, secret):
		return caller{}, aadsts.ExpiredSecret.With(app.ID)
	case !app.knows(secret):
		return caller{}, aadsts.WrongSecret.With(app.ID)
	}
	return caller{app, "1"}, nil
}

// isTokenEndpoint returns what tells whether a URL is that of the token endpoint:
// the one that the request went to, or another form of it.
func (c *call) isTokenEndpoint(m *model) func(url string) bool {
	return func(url string) bool {
		for _, s := range append([]site{c.site}, m.sites...) {
			path, ok := strings.CutPrefix(url, s.String()+"/")
			if tenant, is := strings.CutSuffix(path, "/"+tokenPath); ok && is && (tenant == c.tenant || m.known(tenant)) {
				return true
			}
		}
		return false
	}
}

// asserted checks the assertion of a client, whose audience may have any form of
// the token endpoint's URL.
func (t *platformTokens) asserted(c *call, app *App) (caller, *failure.Error) {
	if form.Get(c.form, "client_assertion_type") != clientAssertionType || form.Get(c.form, "client_assertion") == "" {
		return caller{}, aadsts.NoCredential
	}
	a := assertion{app: app, now: t.clock.now(), endpoint: c.isTokenEndpoint(t.model)}
	if refusal := a.check(form.Get(c.form, "client_assertion")); refusal != nil {
		return caller{}, refusal
	}
	return caller{app, "2"}, nil
}
