// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package aadsts

import "net/http"

// Errors of more than one endpoint.
var (
	MissingParameter = define("parameter missing", Error{Code: "900144", OAuth: "invalid_request", Text: "The request body must contain the following parameter: '%s'."})
	UnknownClient    = define("no such app in this tenant", Error{Code: "700016", OAuth: "unauthorized_client", Text: "Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."})
	UnknownTenant    = define("no such tenant", Error{Code: "90002", OAuth: "invalid_tenant", Text: "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."})
	InvalidScope     = define("scope not valid", Error{Code: "70011", OAuth: "invalid_scope", Text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope %s is not valid."})
	SeveralResources = define("scopes of several resources", Error{Code: "28000", OAuth: "invalid_request", Text: "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope %s is not valid."})
	UnknownResource  = define("no such API in this tenant", Error{Code: "500011", OAuth: "invalid_resource", Text: "The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."})
	NoConsent        = define("no consent to what is asked for", Error{Code: "65001", OAuth: "invalid_grant", Text: "The user or administrator has not consented to use the application with ID '%s' named '%s'. Send an interactive authorization request for this user and resource."})
	NotAssigned      = define("not assigned to the app", Error{Code: "50105", OAuth: "invalid_grant", Text: "Your administrator has configured the application '%s' to block users unless they are specifically granted ('assigned') access to the application. The signed in user or app '%s' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator."})
	Throttled        = define("throttled", Error{Code: "90055", OAuth: "temporarily_unavailable", Text: "The server is busy. Too many requests. Please try again later.", Status: http.StatusTooManyRequests})
	Internal         = define("transient error", Error{Code: "90033", OAuth: "server_error", Text: "A transient error has occurred. Please try again.", Status: http.StatusInternalServerError})
)

// Errors of the token endpoint.
var (
	GrantType        = define("grant_type not supported", Error{Code: "70003", OAuth: "unsupported_grant_type", Text: "The app requested an unsupported grant type '%s'."})
	DefaultScope     = define("scope must end in /.default", Error{Code: "1002012", OAuth: "invalid_scope", Text: "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."})
	WrongSecret      = define("wrong client secret", Error{Code: "7000215", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'."})
	ExpiredSecret    = define("client secret expired", Error{Code: "7000222", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."})
	NoCredential     = define("client must authenticate", Error{Code: "7000218", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."})
	PublicClient     = define("public client sent a credential", Error{Code: "700025", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."})
	UnknownCode      = define("code isn't known", Error{Code: "70000", OAuth: "invalid_grant", Text: "The provided value for the 'code' or 'refresh_token' parameter is not valid."})
	UsedCode         = define("code redeemed already", Error{Code: "54005", OAuth: "invalid_grant", Text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."})
	ExpiredCode      = define("code expired", Error{Code: "70008", OAuth: "invalid_grant", Text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."})
	RevokedRefresh   = define("grant revoked", Error{Code: "50173", OAuth: "invalid_grant", Text: "The provided grant has expired due to it being revoked, a fresh auth token is needed."})
	ExpiredRefresh   = define("refresh token expired or revoked", Error{Code: "700082", OAuth: "invalid_grant", Text: "The refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."})
	RedirectURI      = define("redirect URI doesn't fit", Error{Code: "50011", OAuth: "invalid_request", Text: "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal."})
	RedirectMismatch = define("redirect URI isn't the code's", Error{Code: "500112", OAuth: "invalid_client", Text: "The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code."})
	WrongVerifier    = define("code_verifier doesn't match", Error{Code: "501481", OAuth: "invalid_grant", Text: "The Code_Verifier does not match the code_challenge supplied in the authorization request."})
	NoVerifier       = define("code_verifier missing or malformed", Error{Code: "50148", OAuth: "invalid_grant", Text: "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE."})
	CrossOrigin      = define("cross-origin redemption is for single-page apps", Error{Code: "9002326", OAuth: "invalid_request", Text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '%s'."})
	EmptyScope       = define("scope empty", Error{Code: "28003", OAuth: "invalid_request", Text: "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope."})
	BadRequest       = define("bad request", Error{Code: "90023", OAuth: "invalid_request", Text: "The request is not valid: %s."})
)

// Errors of the authorize endpoint.
var (
	NoRedirectURIs = define("app has no redirect URI", Error{Code: "500113", OAuth: "invalid_request", Text: "No reply address is registered for the application."})
	BadHint        = define("ID token hint not valid", Error{Code: "9002313", OAuth: "invalid_request", Text: "Invalid request. Request is malformed or invalid: the id_token_hint is not valid."})
	NoChallenge    = define("code_challenge required", Error{Code: "9002325", OAuth: "invalid_request", Text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption."})
	BadChallenge   = define("code_challenge malformed", Error{Code: "501491", OAuth: "invalid_request", Text: "The size or form of the Code_Challenge parameter, or the Code_Challenge_Method, is not valid."})
	ResponseType   = define("response_type not supported", Error{Code: "70005", OAuth: "unsupported_response_type", Text: "The app returned an unsupported response type '%s'."})
	NoImplicit     = define("response_type not enabled for the app", Error{Code: "700051", OAuth: "unsupported_response_type", Text: "The response_type '%s' is not enabled for the application."})
	ResponseMode   = define("response_mode not supported", Error{Code: "70007", OAuth: "invalid_request", Text: "'%s' is not a supported value of 'response_mode' when requesting a token."})
	NoSession      = define("no session for prompt=none", Error{Code: "50058", OAuth: "login_required", Text: "Session information is not sufficient for single-sign-on: a silent sign-in request was sent but no user is signed in."})
	NoUser         = define("no such user", Error{Code: "50034", OAuth: "invalid_grant", Text: "The user account does not exist in the directory. To sign into this application, the account must be added to the directory."})
	Cancelled      = define("user declined", Error{Code: "65004", OAuth: "access_denied", Text: "User declined to consent to access the app."})
	StalePage      = define("stale page, or another browser's", Error{Code: "165000", OAuth: "", Text: "Invalid request: the user session context was not found. Try to sign in again."})
)
