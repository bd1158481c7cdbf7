// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// clientCredentials is the grant of that name. An app that was granted no role gets
// a token too, without any, unless the API asks for an assignment.
func (t *platformTokens) clientCredentials(c *call, as caller) (*platformAnswer, *failure.Error) {
	if as.auth == "0" {
		return nil, aadsts.NoCredential
	}
	api, refusal := t.defaultScope(form.Get(c.form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	granted := slices.Clip(t.model.granted(as.app, api, roles))
	if granted == nil {
		granted = []string{} // not those of the API
	}
	if api.AssignmentRequired && len(granted) == 0 {
		return nil, aadsts.NotAssigned.With(api.Name, as.app.Name)
	}
	asked, ok := readClaimsRequest(form.Get(c.form, "claims"))
	if !ok {
		return nil, aadsts.BadRequest.With("the parameter claims is no JSON object")
	}
	token, err := t.minter.issue(as.app, Spec{
		Kind: AppToken, Host: c.site.String(), Audience: api.ID, ClientID: as.app.ID, Scopes: granted,
		IssuedAt: t.clock.now(), ClientAuth: as.auth, Capabilities: (&grant{capable: asked.capable}).capabilities(),
	})
	if err != nil {
		return nil, aadsts.Internal // the route was found, so its host exists
	}
	return newPlatformAnswer(c.flow, token), nil
}

// defaultScope returns the API whose {App ID URI}/.default is asked for, by its URI
// or its client id. What MSAL adds to the scopes of users is left aside.
func (t *platformTokens) defaultScope(text string) (*App, *failure.Error) {
	var api *App
	if strings.TrimSpace(text) == "" {
		return nil, aadsts.MissingParameter.With("scope")
	}
	for word := range strings.FieldsSeq(text) {
		if slices.Contains([]string{"openid", "offline_access", "profile"}, word) {
			continue
		}
		name, ok := strings.CutSuffix(word, "/.default")
		if !ok {
			return nil, aadsts.DefaultScope.With(text)
		}
		a := resourceNamed(t.model, name)
		switch {
		case a == nil:
			return nil, aadsts.UnknownResource.With(name, t.model.name)
		case api != nil && api != a:
			return nil, aadsts.SeveralResources.With(text)
		}
		api = a
	}
	if api == nil {
		return nil, aadsts.DefaultScope.With(text)
	}
	return api, nil
}
