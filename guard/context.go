// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/validator"
)

// FromContext returns the verified token of the request that the context
// belongs to. There is none behind no guard, behind an optional one that let
// a request without a token pass, and for a preflight.
//
// The token is the request's own, unless a [Validator] of the application's returns
// one to many. What a handler writes to it is seen by the others behind the same
// guard, and changes no verdict: rules judge a copy that no handler reaches.
func FromContext(ctx context.Context) (*validator.Token, bool) {
	return tokencontext.From(ctx)
}

// RawToken returns what that token came as, or [ErrNoToken]: for getting one for
// another API on the user's behalf, see acquire.App.OnBehalfOfCaller. Keep it out of logs, caches and whatever outlives the request: whoever has
// it is the caller, wherever it is accepted, until it expires.
func RawToken(ctx context.Context) (string, error) {
	raw, ok := tokencontext.Raw(ctx)
	if !ok {
		return "", ErrNoToken
	}
	return raw, nil
}
