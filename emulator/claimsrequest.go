// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"slices"
)

// claimsRequest is what the parameter "claims" says (OpenID Connect Core 1.0 §5.5),
// as far as a tenant looks at it. It is never written once made.
type claimsRequest struct {
	// capable is for a client that says it can answer to a claims challenge: it
	// asks for an access token with "xms_cc" of "cp1".
	capable bool

	// policies are those that a challenge named.
	policies []string
}

// readClaimsRequest reads the parameter; "" asks for nothing. It isn't ok if that
// is no JSON object.
func readClaimsRequest(text string) (claimsRequest, bool) {
	type asked struct {
		Value  any      `json:"value"`
		Values []string `json:"values"`
	}
	var request struct {
		AccessToken map[string]*asked `json:"access_token"`
	}
	if text == "" {
		return claimsRequest{}, true
	}
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		return claimsRequest{}, false
	}
	var r claimsRequest
	if a := request.AccessToken["xms_cc"]; a != nil {
		r.capable = a.Value == "cp1" || slices.Contains(a.Values, "cp1")
	}
	if a := request.AccessToken["polids"]; a != nil {
		r.policies = a.Values
	}
	return r, true
}

// challengeOf is the "claims" of an error that wants a policy to be met: a client
// hands it to the authorize endpoint as it is.
func challengeOf(policy string) string {
	return `{"access_token":{"polids":{"essential":true,"values":["` + policy + `"]}}}`
}
