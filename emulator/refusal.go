// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// oauthError is an error of the token endpoint. B2C answers all of them with
// HTTP 400, and puts code, correlation id and time into the description: there
// are no other members, unlike in Entra ID's answers.
type oauthError struct {
	code  string // OAuth's
	b2c   string // B2C's, without the AADB2C in front
	text  string
	state int // HTTP status; 0 is 400
}

func (t *Tenant) refuse(w http.ResponseWriter, e *oauthError) {
	status := e.state
	if status == 0 {
		status = http.StatusBadRequest
	}
	writeJSON(w, status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{e.code, fmt.Sprintf("AADB2C%s: %s\r\nCorrelation ID: %s\r\nTimestamp: %s\r\n",
		e.b2c, e.text, randomGUID(), t.now().UTC().Format("2006-01-02 15:04:05Z"))})
}

func errMissing(parameter string) *oauthError {
	return &oauthError{code: "invalid_request", b2c: "90083", text: "The request is missing required parameter: " + parameter + "."}
}

func errGrantType(grant string) *oauthError {
	return &oauthError{code: "unsupported_grant_type", b2c: "90086", text: "The supplied grant_type [" + quoted(grant) + "] is not supported."}
}

func errAssertion(flow string) *oauthError {
	return &oauthError{code: "invalid_request", b2c: "99027", text: "Policy '" + flow + "' does not contain a AuthorizationTechnicalProfile with a corresponding ClientAssertionType."}
}

func errClient(id, tenant string) *oauthError {
	return &oauthError{code: "invalid_client", b2c: "90018", text: "The client id '" + quoted(id) + "' specified in the request is not registered in tenant '" + tenant + "'."}
}

func errNoSecret() *oauthError {
	return &oauthError{code: "invalid_request", b2c: "90079", text: "Clients must send a client_secret when redeeming a confidential grant."}
}

func errSecret() *oauthError {
	return &oauthError{code: "invalid_client", b2c: "90081", text: "The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again."}
}

func errScopeForm(scope string) *oauthError {
	return &oauthError{code: "invalid_request", b2c: "99068", text: "Scope parameter (" + quoted(scope) + ") must be formatted like https://<application-uri>/.default"}
}

func errScope(scope string) *oauthError {
	return &oauthError{code: "invalid_request", b2c: "90117", text: "The scope '" + quoted(scope) + "' provided in the request is not supported."}
}

func errResources(scope string) *oauthError {
	return &oauthError{code: "invalid_request", b2c: "90146", text: "The scope '" + quoted(scope) + "' provided in request specifies more than one resource for an access token, which is not supported."}
}

func errPermission() *oauthError {
	return &oauthError{code: "invalid_request", b2c: "90205", text: "This application does not have sufficient permissions against this web resource to perform the operation."}
}

func errInternal() *oauthError {
	return &oauthError{code: "server_error", b2c: "90037", text: "An error occurred while processing the request. Please contact administrator of the site you are trying to access.", state: http.StatusInternalServerError}
}

// quoted prepares a client's words for an error text: on one line, and not
// without end.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
