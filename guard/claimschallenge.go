// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/b2ckit/b2ckit/validator"
)

const textClaims = "A token with other claims is required."

// maxClaimsRequest bounds what goes into a header.
const maxClaimsRequest = 2 << 10

// claimsRequestOf returns the claims that another token has to be asked for with, if the
// error tells: that of a requirement, or of what a handler could not get on the user's
// behalf.
func claimsRequestOf(err error) string {
	if e, ok := errors.AsType[*validator.Error](err); ok && e.ClaimsRequest != "" {
		return e.ClaimsRequest
	}
	if c, ok := errors.AsType[validator.ClaimsChallenge](err); ok {
		return c.ClaimsRequest()
	}
	return ""
}

// challengeForClaims makes a claims challenge of a 403 that another token would mend,
// where the client has said that it understands one: others would drop a good token
// for nothing.
func challengeForClaims(r *Refusal, verified validator.Frozen) {
	if r.Status != http.StatusForbidden || !verified.TakesClaimsChallenge() {
		return
	}
	claims := claimsRequestOf(r.Err)
	if claims == "" || len(claims) > maxClaimsRequest {
		return
	}
	r.Status, r.Code, r.Description = http.StatusUnauthorized, "insufficient_claims", textClaims
	r.Scopes, r.ClaimsRequest, r.signInAt = nil, claims, verified.AuthorizationEndpoint()
}

// claimsAttribute is how a challenge has the claims request.
func (r *Refusal) claimsAttribute() string {
	if r.status() != http.StatusUnauthorized || len(r.ClaimsRequest) > maxClaimsRequest {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(r.ClaimsRequest))
}
