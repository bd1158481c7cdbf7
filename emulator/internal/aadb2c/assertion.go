// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package aadb2c

import "net/http"

// What External ID and Entra ID say to assertions of clients. Which of OAuth's
// codes and what status goes with 700021 and the federated ones is known from
// reports of MSAL, which calls them invalid_client.
var (
	MalformedAssertion = define("JWT malformed", Error{Code: "AADSTS50027", OAuth: "invalid_request", Text: "JWT token is invalid or malformed."})
	AssertionClient    = define("assertion is of another client", Error{Code: "AADSTS700021", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion application identifier doesn't match 'client_id' parameter."})
	AssertionAudience  = define("assertion is for another audience", Error{Code: "AADSTS700023", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion audience claim does not match Realm issuer."})
	AssertionTime      = define("assertion out of its time", Error{Code: "AADSTS700024", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s."})
	AssertionSignature = define("no registered key signed the assertion", Error{Code: "AADSTS700027", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "Client assertion contains an invalid signature. [Reason - %s]"})

	FederatedIssuer   = define("no federated credential has the issuer", Error{Code: "AADSTS700211", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion issuer '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
	FederatedAudience = define("no federated credential has the audience", Error{Code: "AADSTS700212", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion audience '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
	FederatedSubject  = define("no federated credential has the subject", Error{Code: "AADSTS700213", OAuth: "invalid_client", Status: http.StatusUnauthorized, Text: "No matching federated identity record found for presented assertion subject '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."})
)
