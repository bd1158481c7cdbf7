// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// userAssertion is a user's access token that an API presents to get another one,
// on the user's behalf.
type userAssertion struct {
	api     *App // who presents it
	now     time.Time
	issuers []string                     // those of the tenant's tokens
	signed  func(token *jws.Token) bool  // by a key of the tenant
	user    func(id string) (User, bool) // of the directory
}

// check returns whose token it is, and when that user signed in, or what is wrong
// with it. The signature comes first: what a token says that nobody vouches for is
// not looked at.
func (a userAssertion) check(text string) (User, *jws.Token, *aadb2c.Error) {
	token, ok := jws.Read(text)
	switch {
	case !ok, !slices.Contains(a.issuers, token.Issuer), !a.signed(token):
		return User{}, nil, aadb2c.UserAssertion
	case !token.InTime(a.now, 0):
		return User{}, nil, aadb2c.UserAssertionTime.With(clockText(a.now), claimText(token.Expires))
	case !slices.Contains(token.Audiences, a.api.ID):
		return User{}, nil, aadb2c.UserAssertionAudience.With(strings.Join(token.Audiences, " "), a.api.ID)
	case token.Text("scp") == "":
		return User{}, nil, aadb2c.NoUserInAssertion.With(a.api.ID)
	}
	u, ok := a.user(token.Text("oid"))
	if !ok {
		return User{}, nil, aadb2c.UserNotFound.With(token.Text("oid"))
	}
	return u, token, nil
}
