// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// place is where a token is kept, and what the caller has to show for a new one.
type place struct {
	*tokencache.Entry

	proof string // on behalf of a user alone
}

// at returns the place of an entry that is the caller's by itself.
func at(e *tokencache.Entry, err error) (place, error) { return place{Entry: e}, err }

// tokenOf returns the token that is kept at a place as callers get it.
func tokenOf(ctx context.Context, p place) (*oauth2.Token, error) {
	t, at, err := p.GetBy(ctx, p.proof)
	if err != nil {
		return nil, err
	}
	return oauth2Token(t, at), nil
}
