// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/base64"
	"net/http"

	"github.com/b2ckit/b2ckit/acquire/internal/challenge"
)

// ClaimsChallenge reads the claims challenge of an API's answer: 401, and in
// WWW-Authenticate the scheme Bearer with the error insufficient_claims and, in base64,
// the claims that another token has to be asked for with
// (https://learn.microsoft.com/entra/identity-platform/claims-challenge). It returns
// false if there is none, or none that is well-formed and no longer than 4 KiB.
//
// A [Transport] tries to get such a token by itself, and returns an answer with a
// challenge where it can't: then only the user can help. A web app sends them to sign in
// with AuthorizeOptions.Claims set to Error.Claims. An API that called on the user's
// behalf passes the error on to its own client by guard.Rule.Deny.
func ClaimsChallenge(resp *http.Response) (*Error, bool) {
	if resp.StatusCode != http.StatusUnauthorized {
		return nil, false
	}
	for _, field := range resp.Header.Values("WWW-Authenticate") {
		all, _ := challenge.Parse(field)
		for _, c := range all {
			if claims := claimsOf(c); claims != "" {
				return &Error{
					Class: ErrInteractionRequired, Status: http.StatusUnauthorized, OAuthError: insufficientClaims, Claims: claims,
					Advice: "the API wants a token with more claims; sign the user in with them",
				}, true
			}
		}
	}
	return nil, false
}

const insufficientClaims = "insufficient_claims"

// claimsOf returns the claims request of a challenge, "" if there is none.
func claimsOf(c challenge.Challenge) string {
	encoded := c.Params["claims"]
	if c.Scheme != "bearer" || c.Params["error"] != insufficientClaims || encoded == "" || len(encoded) > base64.StdEncoding.EncodedLen(maxClaims) {
		return ""
	}
	claims, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || !isClaimsRequest(string(claims)) {
		return ""
	}
	return string(claims)
}

// ClaimsRequest returns Claims if signing the user in with them helps, which a guard
// tells the client then, see [validator.ClaimsChallenge].
func (e *Error) ClaimsRequest() string {
	if e.Class != ErrInteractionRequired {
		return ""
	}
	return e.Claims
}
