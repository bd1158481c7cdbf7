// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

// answer is a good answer of the token endpoint.
type answer struct {
	access      *tokencache.Token // nil if there was none
	idToken     string
	refresh     string
	refreshLife time.Duration
	clientInfo  string
}

// newAnswer returns the answer to a request made at the instant start.
func newAnswer(got tokenresponse.Success, start tokencache.Instant) *answer {
	a := &answer{idToken: got.IDToken, refresh: got.RefreshToken, refreshLife: got.RefreshLife, clientInfo: got.ClientInfo}
	if got.AccessToken != "" {
		a.access = tokencache.NewToken(got.AccessToken, got.Scope, start, got.Life)
	}
	return a
}
