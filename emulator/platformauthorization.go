// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// readPlatformAuthorization reads a request. Without an app, or one that has
// registered the redirect URI, the error is for the user alone.
func readPlatformAuthorization(m *model, to route, q url.Values) (*authorization, *failure.Error) {
	id, uri := form.Get(q, "client_id"), form.Get(q, "redirect_uri")
	if id == "" {
		return nil, aadsts.MissingParameter.With("client_id")
	}
	client := m.app(id)
	switch {
	case client == nil:
		return nil, aadsts.UnknownClient.With(id, m.name)
	case len(client.RedirectURIs) == 0:
		return nil, aadsts.NoRedirectURIs
	case uri == "":
		uri = client.RedirectURIs[0]
	}
	if !client.redirectsTo(uri) && !(client.Kind == NativeApp && client.atAnyPort(uri)) {
		return nil, aadsts.RedirectURI.With(uri, client.ID)
	}
	a := newAuthorization(to, client, uri, q)
	for _, read := range []func() *failure.Error{
		func() *failure.Error { return a.readResponse(q) },
		func() *failure.Error { return a.readPlatformScope(m, form.Get(q, "scope")) },
		func() *failure.Error { return a.readChallenge(q) },
		func() *failure.Error { return a.readPrompt(q) },
	} {
		if refusal := read(); refusal != nil {
			return a, refusal
		}
	}
	var ok bool
	if a.asked, ok = readClaimsRequest(form.Get(q, "claims")); !ok {
		return a, aadsts.BadRequest.With("the parameter claims is no JSON object")
	}
	a.admits = func(u *User) *failure.Error { return assigned(a.scope.resource, u) }
	return a, nil
}

func (a *authorization) readPlatformScope(m *model, text string) *failure.Error {
	if strings.TrimSpace(text) == "" {
		return aadsts.MissingParameter.With("scope")
	}
	s, refusal := platformScope(m, a.client, text)
	switch {
	case refusal != nil:
		return refusal
	case a.idToken && !s.openid:
		return aadsts.InvalidScope.With(text)
	}
	a.scope = s
	return nil
}
