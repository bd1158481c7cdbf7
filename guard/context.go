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
// The token may be shared with other requests; treat it as read-only.
func FromContext(ctx context.Context) (*validator.Token, bool) {
	return tokencontext.From(ctx)
}
