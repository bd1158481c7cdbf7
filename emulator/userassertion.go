// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// userAssertion is a user's access token that an API presents to get another one,
// on the user's behalf.
type userAssertion struct {
	api     *App // who presents it
	now     time.Time
	issuers []string                            // those of the tenant's tokens
	signed  func(token *jws.Token) bool         // by a key of the tenant
	user    func(token *jws.Token) (User, bool) // of the directory
}

// holder returns the user of a token. One that a client has got without the scope
// profile has no object id, and a subject for that client.
func (d *directory) holder(token *jws.Token) (User, bool) {
	for _, u := range d.users() {
		if u.ObjectID == token.Text("oid") || token.Text("oid") == "" && pairwise(d.tenantID, token.Text("azp"), u.ObjectID) == token.Subject {
			return u, true
		}
	}
	return User{}, false
}

// check returns whose token it is, and when that user signed in, or what is wrong
// with it. The signature comes first: what a token says that nobody vouches for is
// not looked at.
func (a userAssertion) check(text string) (User, *jws.Token, *failure.Error) {
	token, ok := jws.Read(text)
	switch {
	case !ok, !slices.Contains(a.issuers, token.Issuer), !a.signed(token):
		return User{}, nil, aadsts.UserAssertion
	case !token.InTime(a.now, 0):
		return User{}, nil, aadsts.UserAssertionTime.With(clockText(a.now), claimText(token.Expires))
	case !slices.Contains(token.Audiences, a.api.ID):
		return User{}, nil, aadsts.UserAssertionAudience.With(strings.Join(token.Audiences, " "), a.api.ID)
	case token.Text("scp") == "":
		return User{}, nil, aadsts.NoUserInAssertion.With(a.api.ID)
	}
	u, ok := a.user(token)
	if !ok {
		return User{}, nil, aadsts.NoUser
	}
	return u, token, nil
}
