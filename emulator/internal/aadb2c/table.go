// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package aadb2c

import "net/http"

// Errors of more than one endpoint. The texts are B2C's; which of OAuth's codes
// goes with which of them is known from reports, and guessed for the rest.
var (
	MissingParameter = define("parameter missing", Error{Code: "AADB2C90083", OAuth: "invalid_request", Text: "The request is missing required parameter: %s."})
	UnknownClient    = define("no such client in this tenant", Error{Code: "AADB2C90018", OAuth: "invalid_client", Text: "The client id '%s' specified in the request is not registered in tenant '%s'."})
	UnsupportedScope = define("scope not supported", Error{Code: "AADB2C90117", OAuth: "invalid_request", Text: "The scope '%s' provided in the request is not supported."})
	ScopeCharacter   = define("illegal character in scope", Error{Code: "AADB2C99005", OAuth: "invalid_request", Text: "The request contains an invalid scope parameter which includes an illegal character '%s'."})
	SeveralResources = define("scopes of several resources", Error{Code: "AADB2C90146", OAuth: "invalid_request", Text: "The scope '%s' provided in request specifies more than one resource for an access token, which is not supported."})
	NoPermission     = define("app lacks permission on the API", Error{Code: "AADB2C90205", OAuth: "invalid_request", Text: "This application does not have sufficient permissions against this web resource to perform the operation."})
	Internal         = define("error while processing", Error{Code: "AADB2C90037", OAuth: "server_error", Text: "An error occurred while processing the request. Please contact administrator of the site you are trying to access.", Status: http.StatusInternalServerError})
)

// Errors of the token endpoint.
var (
	GrantType          = define("grant_type not supported", Error{Code: "AADB2C90086", OAuth: "unsupported_grant_type", Text: "The supplied grant_type [%s] is not supported."})
	ClientAssertion    = define("client assertion not supported", Error{Code: "AADB2C99027", OAuth: "invalid_request", Text: "Policy '%s' does not contain a AuthorizationTechnicalProfile with a corresponding ClientAssertionType."})
	NoSecret           = define("client must send a secret", Error{Code: "AADB2C90079", OAuth: "invalid_request", Text: "Clients must send a client_secret when redeeming a confidential grant."})
	WrongSecret        = define("wrong client secret", Error{Code: "AADB2C90081", OAuth: "invalid_client", Text: "The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again."})
	PublicClientSecret = define("public client sent a secret", Error{Code: "AADB2C90084", OAuth: "invalid_request", Text: "Public clients should not send a client_secret when redeeming a publicly acquired grant."})
	ScopeForm          = define("scope must end in /.default", Error{Code: "AADB2C99068", OAuth: "invalid_request", Text: "Scope parameter (%s) must be formatted like https://<application-uri>/.default"})
	UnknownGrant       = define("internal error: the grant isn't known", Error{Code: "AADB2C90085", OAuth: "invalid_grant", Text: "The service has encountered an internal error. Please reauthenticate and try again."})
	UsedGrant          = define("internal error: the grant isn't known", Error{Code: "AADB2C90085", OAuth: "invalid_grant", Text: "The service has encountered an internal error. Please reauthenticate and try again."})
	GrantExpired       = define("grant expired", Error{Code: "AADB2C90080", OAuth: "invalid_grant", Text: "The provided grant has expired. Please re-authenticate and try again. Current time: %s, Grant issued time: %s, Grant expiration time: %s"})
	GrantRevoked       = define("grant revoked", Error{Code: "AADB2C90129", OAuth: "invalid_grant", Text: "The provided grant has been revoked. Please reauthenticate and try again."})
	AccountGone        = define("account is gone", Error{Code: "AADB2C90128", OAuth: "invalid_grant", Text: "The account associated with this grant no longer exists. Please reauthenticate and try again."})
	GrantFlow          = define("grant is of another flow", Error{Code: "AADB2C90088", OAuth: "invalid_grant", Text: "The provided grant has not been issued for this endpoint. Actual Value : %s and Expected Value : %s"})
	GrantClient        = define("grant is of another client", Error{Code: "AADB2C90279", OAuth: "invalid_grant", Text: "The provided client id '%s' does not match the client id that issued the grant."})
	GrantRedirectURI   = define("redirect URI isn't the grant's", Error{Code: "AADB2C90287", OAuth: "invalid_grant", Text: "The request contains invalid redirect URI '%s'."})
	MalformedVerifier  = define("code_verifier malformed", Error{Code: "AADB2C90183", OAuth: "invalid_grant", Text: "The supplied code_verifier is invalid"})
	WrongVerifier      = define("code_verifier doesn't match", Error{Code: "AADB2C90182", OAuth: "invalid_grant", Text: "The supplied code_verifier does not match associated code_challenge"})
	NoROPC             = define("ROPC isn't enabled", Error{Code: "AADB2C90224", OAuth: "unauthorized_client", Text: "Resource owner flow has not been enabled for the application."})
	WrongCredentials   = define("wrong user name or password", Error{Code: "AADB2C90225", OAuth: "access_denied", Text: "The username or password provided in the request are invalid."})
	Throttled          = define("throttled", Error{Code: "AADB2C90229", OAuth: "temporarily_unavailable", Text: "Too many requests. Try again later.", Status: http.StatusTooManyRequests})
)

// Errors of the authorize endpoint.
var (
	NoClient           = define("no client_id", Error{Code: "AADB2C90008", OAuth: "invalid_request", Text: "The request does not contain a client id parameter."})
	RedirectURI        = define("redirect URI isn't registered", Error{Code: "AADB2C90006", OAuth: "redirect_uri_mismatch", Text: "The redirect URI '%s' provided in the request is not registered for the client id '%s'."})
	NoRedirectURIs     = define("client has no redirect URI", Error{Code: "AADB2C90007", OAuth: "invalid_request", Text: "The application associated with client id '%s' has no registered redirect URIs."})
	NoScope            = define("no scope", Error{Code: "AADB2C90010", OAuth: "invalid_request", Text: "The request does not contain a scope parameter."})
	NoResource         = define("scope must name a resource", Error{Code: "AADB2C90055", OAuth: "invalid_request", Text: "The scope '%s' provided in request must specify a resource, such as 'https://example.com/calendar.read'."})
	NoOpenID           = define("id_token without openid", Error{Code: "AADB2C90110", OAuth: "invalid_request", Text: "The scope parameter must include 'openid' when requesting a response_type that includes 'id_token'."})
	CodeScope          = define("code needs a scope", Error{Code: "AADB2C90115", OAuth: "invalid_request", Text: "When requesting the 'code' response_type, the scope parameter must include a resource or client ID for access tokens, and 'openid' for ID tokens. Additionally include 'offline_access' for refresh tokens."})
	ResponseType       = define("response_type not supported", Error{Code: "AADB2C90013", OAuth: "unsupported_response_type", Text: "The requested response type '%s' provided in the request is not supported."})
	ResponseMode       = define("response_mode not supported", Error{Code: "AADB2C90014", OAuth: "invalid_request", Text: "The requested response mode '%s' provided in the request is not supported."})
	NoImplicit         = define("implicit isn't enabled for the app", Error{Code: "AADB2C90057", OAuth: "unauthorized_client", Text: "The provided application is not configured to allow the 'OAuth' Implicit flow."})
	NoChallenge        = define("code_challenge required", Error{Code: "AADB2C99059", OAuth: "invalid_request", Text: "The supplied request must present a code_challenge"})
	MalformedChallenge = define("code_verifier malformed", Error{Code: "AADB2C90183", OAuth: "invalid_request", Text: "The supplied code_verifier is invalid"})
	ChallengeMethod    = define("bad code_challenge_method", Error{Code: "AADB2C90184", OAuth: "invalid_request", Text: "The supplied code_challenge_method is not supported. Supported values are plain or S256"})
	Prompt             = define("bad prompt", Error{Code: "AADB2C90043", OAuth: "invalid_request", Text: "The prompt included in the request contains invalid values. Expected 'none', 'login', 'consent' or 'select_account'."})
	MaxAge             = define("bad max_age", Error{Code: "AADB2C90120", OAuth: "invalid_request", Text: "The max age parameter '%s' specified in the request is invalid. Max age must be an integer between '0' and '2147483647' inclusive."})
	NoUser             = define("no such user", Error{Code: "AADB2C90053", OAuth: "access_denied", Text: "A user with the specified credential could not be found."})
	NoSession          = define("no session for prompt=none", Error{Code: "AADB2C90077", OAuth: "interaction_required", Text: "User does not have an existing session and request prompt parameter has a value of 'None'."})
)

// Errors of pages, and how a journey ends there without a sign-in.
var (
	StalePage         = define("stale page, or another browser's", Error{Code: "AADB2C90046", Text: "We are having trouble loading your current state. You might want to try starting your session over from the beginning."})
	Cancelled         = define("user cancelled", Error{Code: "AADB2C90091", OAuth: "access_denied", Text: "The user has cancelled entering self-asserted information."})
	ForgotPassword    = define("forgot password", Error{Code: "AADB2C90118", OAuth: "access_denied", Text: "The user has forgotten their password."})
	ProviderCancelled = define("bad answer from the identity provider, as of one who cancelled there", Error{Code: "AADB2C90273", OAuth: "access_denied", Text: "An invalid response was received : 'Error: access_denied,Error Description: The user cancelled.'"})
)

// Errors of the logout endpoint, all of them pages.
var (
	LogoutURI     = define("post-logout URI badly formed", Error{Code: "AADB2C90067", Text: "The post logout redirect URI '%s' has an invalid format. Specify an https based URL such as 'https://example.com/return' or for native clients use the IETF native client URI 'urn:ietf:wg:oauth:2.0:oob'."})
	NoHint        = define("ID token hint missing", Error{Code: "AADB2C90272", Text: "The id_token_hint parameter has not been specified in the request. Please provide token and try again."})
	HintExpired   = define("ID token hint expired", Error{Code: "AADB2C90235", Text: "The provided id_token is expired. Please provide another token and try again."})
	HintAudience  = define("ID token hint for another app", Error{Code: "AADB2C90237", Text: "The provided id_token does not contain a valid audience. Valid audience values: '%s'. Please provide another token and try again."})
	HintIssuer    = define("ID token hint of another issuer", Error{Code: "AADB2C90238", Text: "The provided id_token does not contain a valid issuer. Valid issuer values: '%s'. Please provide another token and try again."})
	HintSignature = define("ID token hint with a bad signature", Error{Code: "AADB2C90239", Text: "The provided id_token failed signature validation. Please provide another token and try again."})
	HintForm      = define("ID token hint unreadable", Error{Code: "AADB2C90240", Text: "The provided id_token is malformed and could not be parsed. Please provide another token and try again."})
)

// What B2C has besides, and tests answer with.
var _ = define("identity provider out of reach", Error{Code: "AADB2C90289"})
