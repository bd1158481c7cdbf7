// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// platformAnswer has the members of the platform's answers, in order; those that
// are empty are left out.
type platformAnswer struct {
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope,omitempty"`
	ExpiresIn    int64  `json:"expires_in"`
	ExtExpiresIn int64  `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	ClientInfo   string `json:"client_info,omitempty"`
}

func newPlatformAnswer(f *Flow, access string) *platformAnswer {
	seconds := int64(f.Lifetime.Seconds())
	return &platformAnswer{TokenType: "Bearer", ExpiresIn: seconds, ExtExpiresIn: seconds, AccessToken: access}
}

// issue answers a request for the tokens of a grant, of which s is asked for now.
func (t *platformTokens) issue(c *call, as caller, g taken, s scope) (*platformAnswer, *failure.Error) {
	if refusal := assigned(s.resource, &g.user); refusal != nil {
		return nil, refusal
	}
	if refusal := t.met.refusal(g.user.ObjectID, s.resource); refusal != nil {
		return nil, refusal
	}
	now := t.clock.now()
	access, err := t.minter.accessToken(c.route, g.grant, s, now, as.auth)
	if err != nil {
		return nil, aadsts.Internal
	}
	a := newPlatformAnswer(c.flow, access)
	a.Scope = s.String()
	if s.openid {
		if a.IDToken, err = t.minter.idToken(c.route, g.grant, now, access, ""); err != nil {
			return nil, aadsts.Internal
		}
	}
	if form.Get(c.form, "client_info") == "1" {
		a.ClientInfo = g.clientInfo(t.model.id)
	}
	if s.offline {
		if _, err := jose.Encode(g.state()); err != nil { // a claim that is no JSON, which State couldn't keep
			return nil, aadsts.Internal
		}
		a.RefreshToken = t.grants.addRefresh(&refreshToken{grant: g.grant, issued: now, expires: g.refreshableUntil(now)}, g.from)
		t.grants.settle(t.directory, g.grant)
	}
	return a, nil
}

// assigned returns what keeps a user from tokens for an API that asks for an
// assignment.
func assigned(api *App, u *User) *failure.Error {
	if !api.AssignmentRequired || len(u.rolesIn(api)) > 0 {
		return nil
	}
	return aadsts.NotAssigned.With(api.Name, u.Name)
}
