// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"

	"github.com/b2ckit/b2ckit/validator"
)

// RawIDToken returns an ID token of the user that has not expired, as it came:
// the one of the sign-in or of the last refresh, or else a new one by the
// refresh token. It is for [SignOut.IDTokenHint], which B2C refuses once it has
// expired (AADB2C90235). It waits and fails as [User.Token] does.
func (u *User) RawIDToken(ctx context.Context) (string, error) {
	s, err := u.entryOf(ctx, idTokenEntry)
	if err != nil {
		return "", err
	}
	h, _, err := s.Get(ctx)
	if err != nil {
		return "", err
	}
	return h.Text(), nil
}

// IDToken returns the claims of [User.RawIDToken], verified anew. They are as
// old as the last sign-in or refresh: to see a profile that has just been
// edited, have a token replaced first ([User.Replace]). Account has the names
// alone.
func (u *User) IDToken(ctx context.Context) (*validator.IDToken, error) {
	raw, err := u.RawIDToken(ctx)
	if err != nil {
		return nil, err
	}
	id, err := u.app.flows.own.idTokens.Validate(ctx, raw, validator.Expected{})
	if err != nil {
		return nil, idTokenError("refresh_token", err)
	}
	return id, nil
}
