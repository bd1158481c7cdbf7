// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

// Errors of more than one endpoint. The texts are B2C's; which of OAuth's codes
// goes with which of them is known from reports, and guessed for the rest.
var (
	errMissing    = &oauthError{code: "invalid_request", b2c: "AADB2C90083", text: "The request is missing required parameter: %s."}
	errClient     = &oauthError{code: "invalid_client", b2c: "AADB2C90018", text: "The client id '%s' specified in the request is not registered in tenant '%s'."}
	errScope      = &oauthError{code: "invalid_request", b2c: "AADB2C90117", text: "The scope '%s' provided in the request is not supported."}
	errScopeSign  = &oauthError{code: "invalid_request", b2c: "AADB2C99005", text: "The request contains an invalid scope parameter which includes an illegal character '%s'."}
	errResources  = &oauthError{code: "invalid_request", b2c: "AADB2C90146", text: "The scope '%s' provided in request specifies more than one resource for an access token, which is not supported."}
	errPermission = &oauthError{code: "invalid_request", b2c: "AADB2C90205", text: "This application does not have sufficient permissions against this web resource to perform the operation."}
	errInternal   = &oauthError{code: "server_error", b2c: "AADB2C90037", text: "An error occurred while processing the request. Please contact administrator of the site you are trying to access.", status: http.StatusInternalServerError}
)

// Errors of the token endpoint.
var (
	errGrantType    = &oauthError{code: "unsupported_grant_type", b2c: "AADB2C90086", text: "The supplied grant_type [%s] is not supported."}
	errAssertion    = &oauthError{code: "invalid_request", b2c: "AADB2C99027", text: "Policy '%s' does not contain a AuthorizationTechnicalProfile with a corresponding ClientAssertionType."}
	errNoSecret     = &oauthError{code: "invalid_request", b2c: "AADB2C90079", text: "Clients must send a client_secret when redeeming a confidential grant."}
	errSecret       = &oauthError{code: "invalid_client", b2c: "AADB2C90081", text: "The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again."}
	errPublicSecret = &oauthError{code: "invalid_request", b2c: "AADB2C90084", text: "Public clients should not send a client_secret when redeeming a publicly acquired grant."}
	errScopeForm    = &oauthError{code: "invalid_request", b2c: "AADB2C99068", text: "Scope parameter (%s) must be formatted like https://<application-uri>/.default"}
	errGrant        = &oauthError{code: "invalid_grant", b2c: "AADB2C90085", text: "The service has encountered an internal error. Please reauthenticate and try again."}
	errExpired      = &oauthError{code: "invalid_grant", b2c: "AADB2C90080", text: "The provided grant has expired. Please re-authenticate and try again. Current time: %s, Grant issued time: %s, Grant expiration time: %s"}
	errRevoked      = &oauthError{code: "invalid_grant", b2c: "AADB2C90129", text: "The provided grant has been revoked. Please reauthenticate and try again."}
	errGone         = &oauthError{code: "invalid_grant", b2c: "AADB2C90128", text: "The account associated with this grant no longer exists. Please reauthenticate and try again."}
	errEndpoint     = &oauthError{code: "invalid_grant", b2c: "AADB2C90088", text: "The provided grant has not been issued for this endpoint. Actual Value : %s and Expected Value : %s"}
	errGrantClient  = &oauthError{code: "invalid_grant", b2c: "AADB2C90279", text: "The provided client id '%s' does not match the client id that issued the grant."}
	errGrantURI     = &oauthError{code: "invalid_grant", b2c: "AADB2C90287", text: "The request contains invalid redirect URI '%s'."}
	errVerifier     = &oauthError{code: "invalid_grant", b2c: "AADB2C90183", text: "The supplied code_verifier is invalid"}
	errMismatch     = &oauthError{code: "invalid_grant", b2c: "AADB2C90182", text: "The supplied code_verifier does not match associated code_challenge"}
	errROPC         = &oauthError{code: "unauthorized_client", b2c: "AADB2C90224", text: "Resource owner flow has not been enabled for the application."}
	errCredentials  = &oauthError{code: "access_denied", b2c: "AADB2C90225", text: "The username or password provided in the request are invalid."}
	errThrottled    = &oauthError{code: "temporarily_unavailable", b2c: "AADB2C90229", text: "Too many requests. Try again later.", status: http.StatusTooManyRequests}
)

// Errors of the authorize endpoint.
var (
	errNoClient     = &oauthError{code: "invalid_request", b2c: "AADB2C90008", text: "The request does not contain a client id parameter."}
	errRedirectURI  = &oauthError{code: "redirect_uri_mismatch", b2c: "AADB2C90006", text: "The redirect URI '%s' provided in the request is not registered for the client id '%s'."}
	errNoURIs       = &oauthError{code: "invalid_request", b2c: "AADB2C90007", text: "The application associated with client id '%s' has no registered redirect URIs."}
	errNoScope      = &oauthError{code: "invalid_request", b2c: "AADB2C90010", text: "The request does not contain a scope parameter."}
	errNoResource   = &oauthError{code: "invalid_request", b2c: "AADB2C90055", text: "The scope '%s' provided in request must specify a resource, such as 'https://example.com/calendar.read'."}
	errNoOpenID     = &oauthError{code: "invalid_request", b2c: "AADB2C90110", text: "The scope parameter must include 'openid' when requesting a response_type that includes 'id_token'."}
	errCodeScope    = &oauthError{code: "invalid_request", b2c: "AADB2C90115", text: "When requesting the 'code' response_type, the scope parameter must include a resource or client ID for access tokens, and 'openid' for ID tokens. Additionally include 'offline_access' for refresh tokens."}
	errResponseType = &oauthError{code: "unsupported_response_type", b2c: "AADB2C90013", text: "The requested response type '%s' provided in the request is not supported."}
	errResponseMode = &oauthError{code: "invalid_request", b2c: "AADB2C90014", text: "The requested response mode '%s' provided in the request is not supported."}
	errImplicit     = &oauthError{code: "unauthorized_client", b2c: "AADB2C90057", text: "The provided application is not configured to allow the 'OAuth' Implicit flow."}
	errNoChallenge  = &oauthError{code: "invalid_request", b2c: "AADB2C99059", text: "The supplied request must present a code_challenge"}
	errChallenge    = &oauthError{code: "invalid_request", b2c: "AADB2C90183", text: "The supplied code_verifier is invalid"}
	errMethod       = &oauthError{code: "invalid_request", b2c: "AADB2C90184", text: "The supplied code_challenge_method is not supported. Supported values are plain or S256"}
	errPrompt       = &oauthError{code: "invalid_request", b2c: "AADB2C90043", text: "The prompt included in the request contains invalid values. Expected 'none', 'login', 'consent' or 'select_account'."}
	errMaxAge       = &oauthError{code: "invalid_request", b2c: "AADB2C90120", text: "The max age parameter '%s' specified in the request is invalid. Max age must be an integer between '0' and '2147483647' inclusive."}
	errNobody       = &oauthError{code: "access_denied", b2c: "AADB2C90053", text: "A user with the specified credential could not be found."}
	errNoSession    = &oauthError{code: "interaction_required", b2c: "AADB2C90077", text: "User does not have an existing session and request prompt parameter has a value of 'None'."}
)

// Errors of pages.
var (
	errState = &oauthError{b2c: "AADB2C90046", text: "We are having trouble loading your current state. You might want to try starting your session over from the beginning."}
	// What an identity provider answers when someone clicks on Cancel there.
	errProviderCancelled error = &JourneyError{"access_denied", "AADB2C90273", "An invalid response was received : 'Error: access_denied,Error Description: The user cancelled.'"}
)

// Errors of the logout endpoint, all of them pages.
var (
	errLogoutURI     = &oauthError{b2c: "AADB2C90067", text: "The post logout redirect URI '%s' has an invalid format. Specify an https based URL such as 'https://example.com/return' or for native clients use the IETF native client URI 'urn:ietf:wg:oauth:2.0:oob'."}
	errNoHint        = &oauthError{b2c: "AADB2C90272", text: "The id_token_hint parameter has not been specified in the request. Please provide token and try again."}
	errHintExpired   = &oauthError{b2c: "AADB2C90235", text: "The provided id_token is expired. Please provide another token and try again."}
	errHintAudience  = &oauthError{b2c: "AADB2C90237", text: "The provided id_token does not contain a valid audience. Valid audience values: '%s'. Please provide another token and try again."}
	errHintIssuer    = &oauthError{b2c: "AADB2C90238", text: "The provided id_token does not contain a valid issuer. Valid issuer values: '%s'. Please provide another token and try again."}
	errHintSignature = &oauthError{b2c: "AADB2C90239", text: "The provided id_token failed signature validation. Please provide another token and try again."}
	errHintForm      = &oauthError{b2c: "AADB2C90240", text: "The provided id_token is malformed and could not be parsed. Please provide another token and try again."}
)
