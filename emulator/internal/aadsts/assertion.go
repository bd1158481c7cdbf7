// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package aadsts

import "net/http"

// What External ID and Entra ID say to assertions of clients. Which of OAuth's
// codes and what status goes with 700021 and the federated ones is known from
// reports of MSAL, which calls them invalid_client.
var (
	MalformedAssertion = define("JWT malformed", Error{Code: "50027", OAuth: "invalid_request", Text: "JWT token is invalid or malformed."})
	AssertionClient    = define("assertion is of another client", Error{Code: "700021", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion application identifier doesn't match 'client_id' parameter."})
	AssertionAudience  = define("assertion is for another audience", Error{Code: "700023", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion audience claim does not match Realm issuer."})
	AssertionTime      = define("assertion out of its time", Error{Code: "700024", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s."})
	AssertionSignature = define("no registered key signed the assertion", Error{Code: "700027", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion contains an invalid signature. [Reason - %s]"})

	FederatedIssuer   = define("no federated credential has the issuer", Error{Code: "700211", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion issuer '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
	FederatedAudience = define("no federated credential has the audience", Error{Code: "700212", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion audience '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
	FederatedSubject  = define("no federated credential has the subject", Error{Code: "700213", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion subject '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
)

// What they say on behalf of a user.
var (
	UserAssertion         = define("user's token isn't valid here", Error{Code: "50013", OAuth: "invalid_grant", Text: "Assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value.]"})
	UserAssertionAudience = define("user's token is for another app", Error{Code: "500131", OAuth: "invalid_grant", Text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '%s' and the expected audience is '%s'."})
	UserAssertionTime     = define("user's token out of its time", Error{Code: "500133", OAuth: "invalid_grant", Text: "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: %s, expiry time of assertion %s."})
	NoUserInAssertion     = define("app's own token on behalf of nobody", Error{Code: "7000114", OAuth: "invalid_grant", Text: "Application '%s' is not allowed to make application on-behalf-of calls."})
	MFARequired           = define("more authentication needed", Error{Code: "50076", OAuth: "interaction_required", Text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '%s'."})
	AccessBlocked         = define("blocked by conditional access", Error{Code: "53003", OAuth: "invalid_grant", Text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."})
)

// What they say to a device that asks whether its user has signed in. OAuth's
// codes are those of Microsoft's documentation; the number of a refusal is a guess.
var (
	DevicePending  = define("device code not used yet", Error{Code: "70016", OAuth: "authorization_pending", Text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling."})
	DeviceDeclined = define("user declined", Error{Code: "65004", OAuth: "authorization_declined", Text: "User declined to consent to access the app."})
	DeviceUnknown  = define("device code unknown", Error{Code: "70018", OAuth: "bad_verification_code", Text: "Invalid verification code due to User typing in wrong user code for device code flow. Authorization is not approved."})
	DeviceExpired  = define("device code expired", Error{Code: "70020", OAuth: "expired_token", Text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired."})
)
