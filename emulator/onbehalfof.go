// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// The grant types that have names of their own (RFC 7523, RFC 8628). That of devices
// has an older one besides, which MSAL Go sends.
const (
	onBehalfOfGrant    = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	deviceCodeGrant    = "urn:ietf:params:oauth:grant-type:device_code"
	oldDeviceCodeGrant = "device_code"
)

// onBehalfOf is the grant by which an API gets a token for another API, for the
// user of the token that it was called with.
func (t *platformTokens) onBehalfOf(c *call, as caller) (*platformAnswer, *failure.Error) {
	for _, name := range []string{"assertion", "scope", "requested_token_use"} {
		if form.Get(c.form, name) == "" {
			return nil, aadsts.MissingParameter.With(name)
		}
	}
	switch {
	case as.app.Kind != WebApp:
		return nil, aadsts.NoCredential
	case form.Get(c.form, "requested_token_use") != "on_behalf_of":
		return nil, aadsts.BadRequest.With("requested_token_use is not on_behalf_of")
	}
	asked, ok := readClaimsRequest(form.Get(c.form, "claims"))
	if !ok {
		return nil, aadsts.BadRequest.With("the parameter claims is no JSON object")
	}
	now := t.clock.now()
	u, token, refusal := userAssertion{
		api: as.app, now: now, issuers: t.model.issuers(c.site), signed: t.keys.signed, user: t.directory.holder,
	}.check(form.Get(c.form, "assertion"))
	if refusal != nil {
		return nil, refusal
	}
	s, refusal := platformScope(t.model, as.app, form.Get(c.form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	g := &grant{
		flow: c.flow, client: as.app, user: u, scope: s, capable: asked.capable,
		authTime: time.Unix(int64(token.Issued), 0), began: now, listed: true,
	}
	return t.issue(c, as, taken{g, &standing{}}, s)
}

// deviceCode is the grant by which a device asks whether somebody has signed in.
func (t *platformTokens) deviceCode(c *call, as caller) (*platformAnswer, *failure.Error) {
	code := form.Get(c.form, "device_code")
	if code == "" {
		return nil, aadsts.MissingParameter.With("device_code")
	}
	g, refusal := t.devices.take(code, as.app, t.clock.now())
	if refusal != nil {
		return nil, refusal
	}
	if g.listed && !t.directory.lists(g.user.ObjectID) {
		return nil, aadsts.NoUser
	}
	return t.issue(c, as, taken{g, &standing{}}, g.scope)
}
