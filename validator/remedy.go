// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// found is the error without its reason, in a line.
func (e *Error) found() string {
	switch {
	case e.Err == nil:
		return foreign.Text(e.Detail)
	case e.Detail == "":
		return foreign.Text(e.Err.Error())
	}
	return foreign.Text(e.Detail + ": " + e.Err.Error())
}

// fix tells what to change: what the hint is for, or else the reason. Outside B2C some of
// it is another thing.
func (e *Error) fix(ofB2C bool) string {
	if !ofB2C {
		if text := cmp.Or(otherFixesByHint[e.Hint], otherFixesByReason[e.Reason]); text != "" && (e.Hint == "" || otherFixesByHint[e.Hint] != "") {
			return text
		}
	}
	if text := fixesByHint[e.Hint]; text != "" {
		return text
	}
	return fixesByReason[e.Reason]
}

var fixesByHint = map[Hint]string{
	HintOpaque:        "Have the client send the access token of a B2C flow. A token of another kind (a session id, another provider's) is no JWT.",
	HintPlaceholder:   "Look in the client for why it has no token: it asked for no scope of this API, or did not wait for the answer.",
	HintTruncated:     "Send the whole token. Look for a limit on the way: a header's size, a log line, a column, what was copied.",
	HintScheme:        "Send the word Bearer once: \"Authorization: Bearer eyJ…\".",
	HintHeaderLine:    "Send what stands behind the word Bearer, and nothing else.",
	HintQuoted:        "Send the token without quotes: a JSON string has to be decoded before it is sent.",
	HintWhiteSpace:    "Send the token without spaces and ends of lines.",
	HintTokenResponse: "Send the value of access_token, and not the whole answer of the token endpoint.",
	HintEncrypted:     "Send the access_token of the answer, and not its refresh_token or a code: those are for B2C alone.",

	HintIDToken:       "Have the client send the access token. It gets one if it asks for a scope of this API, such as https://contoso.onmicrosoft.com/tasks/tasks.read.",
	HintAccessToken:   "Take the id_token of the answer: an access token does not tell the app who signed in.",
	HintNoScope:       "Have the client ask for a scope of this API, and grant it: in the portal under API permissions, with admin consent.",
	HintNoRole:        "Assign an app role of the API to the client's service principal, and get a new token; or name the client in Options.AllowMissingRoles.",
	HintContradiction: "Find out who made this token: none of Microsoft's has both.",
	HintOtherEndpoint: "Trust the endpoint that the client asks (authority.ExternalID for ciamlogin.com, authority.Entra for login.microsoftonline.com), with the API's client id there, or have the client ask the trusted one.",
	HintOtherProduct:  "Have the client ask for the scopes of the API's registration in the product that it signs in at. An API in migration has two client ids: give each authority its own, WithAudiences.",
	HintGraph:         "Have the client ask for a scope of this API in place of User.Read or another of Graph's. One token is for one API.",
	HintEntraV1:       "Have the client ask the B2C flow's token endpoint, https://contoso.b2clogin.com/…/B2C_1_susi/oauth2/v2.0/token, and not login.microsoftonline.com.",
	HintEntraV2:       "Have the client ask the B2C flow's token endpoint, https://contoso.b2clogin.com/…/B2C_1_susi/oauth2/v2.0/token, and not login.microsoftonline.com.",
	HintExternalID:    "Trust that tenant with authority.ExternalID and its API's client id, or have the client ask a trusted flow.",

	HintOtherTenant:    "Have the client ask this tenant. If users of that one may come, trust it with its GUID, its flows and the API's client id there.",
	HintOtherHost:      "Have the client use the trusted host, or trust the other one too: Tenant.WithHosts.",
	HintIssuerForm:     "Look at the setting \"Issuer (iss) claim\" of the flow. After a change old tokens are refused until they have expired.",
	HintSlash:          "Find out who made this token: B2C's issuers end in a slash, and Entra's don't.",
	HintAppIDURI:       "Have the client ask B2C for the token. If it is B2C's after all, trust the API's client id as audience, which is what B2C writes.",
	HintClientAudience: "Have the client ask for a scope of this API, and not for its own client id. If client and API are one registration, that id is the audience to trust.",
	HintOtherAuthority: "Have the client ask the tenant or flow in which that audience is registered, or give the audience to this one: WithAudiences.",
	HintOtherAudience:  "Have the client ask for this API's scopes, or trust the audience that is named, if that is this API.",
	HintOtherFlow:      "Have the client use a trusted flow, or trust this one too, if it signs users in.",
	HintResetFlow:      "Leave it untrusted. Have the client begin a sign-in after the reset, and send the token of that.",
	HintEditFlow:       "Leave it untrusted. Have the client send the token of its sign-in flow, which goes on being good.",
	HintFlowSpelling:   "Compare the two names, letter by letter, and mend the configuration of the API or of the client.",
	HintNoFlow:         "For a daemon, name its client id in Options.AllowMissingFlow. For users, have the policy name itself: tfp in its output claims.",
	HintUnmappedFlow:   "Put PartnerClaimType=\"tfp\" on the output claim trustFrameworkPolicy of the custom policy.",
	HintUnpublishedKey: "Find out who signed it: decode its header and compare kid with the flow's key set. It may be of another tenant or flow, or made by hand.",
	HintKeyOfAnother:   "Have the policy sign with its own key container, or look whether the flow's name in the token is right.",
	HintClock:          "Compare the clock of this machine with NTP. If it is right, have the client renew its token before that expires.",

	HintClosed:     "Keep the validator open while there are requests, and look at its constructor's error.",
	HintDNS:        "Look at the name of the host: is the tenant's name right, and does this machine resolve it?",
	HintConnect:    "Look at the way out of this machine to the host: firewall, proxy, routes. Keys are asked for over https.",
	HintTLS:        "Look at who ends TLS on the way. For a private CA or an inspecting proxy, set Options.Transport to trust it.",
	HintTimeout:    "Try again. If it stays, look at the network, or allow more time: jwks.Options.FetchTimeout.",
	HintNoSuchFlow: "Compare tenant and flow in the configuration with the portal: the server knows none of that name.",
	HintThrottled:  "Wait. B2C counts requests per address: look for programs that ask for metadata or tokens in a loop.",
	HintHTTPStatus: "Open the metadata URL from this machine, and look at who answers: B2C, a proxy or a firewall.",
	HintDocument:   "Open the URL from this machine: what it answers is no metadata or key set of this flow.",
	HintHeldBack:   "Wait for the time that the error names. The last failed fetch stands in the log and in Validator.State.",
}

var fixesByReason = map[Reason]string{
	ErrMalformed:      "Send the access token as it came, with nothing around it and nothing missing.",
	ErrTooLarge:       "Find out what fills the token (groups, roles, extension attributes) and leave it out, or raise Options.MaxTokenBytes.",
	ErrEncrypted:      fixesByHint[HintEncrypted],
	ErrAlgorithm:      "Take the token from the flow's token endpoint: B2C signs with RS256 alone.",
	ErrHeader:         "Take the token from the flow's token endpoint: B2C's tokens have no such header.",
	ErrUnknownKey:     "Trust the tenant and flow that the token is of, or have the client ask one that is trusted.",
	ErrSignature:      "Take the token from the client anew, and look for what changes it on its way.",
	ErrClaim:          "Look at the flow's claims: B2C writes this one by itself, in this form.",
	ErrIssuer:         "Have the client ask a trusted tenant, or trust the one that it asks.",
	ErrAudience:       "Have the client ask for this API's scopes.",
	ErrExpired:        "Have the client renew its token before that expires, with its refresh token or silently.",
	ErrNotYetValid:    fixesByHint[HintClock],
	ErrNotAccessToken: fixesByHint[HintIDToken],
	ErrFlow:           fixesByHint[HintOtherFlow],
	ErrClient:         "Name the client in Options.Clients, if it may call this API.",
	ErrUnavailable:    "Try again. The error tells what is away.",

	ErrNotIDToken: fixesByHint[HintAccessToken],
	ErrNonce:      "Begin the sign-in anew.",
	ErrHash:       "Begin the sign-in anew.",

	ErrScopeRequired:   "Have the client ask for the scope, and grant it to the client in the portal (API permissions, admin consent). A token gets no scope later: it needs a new one.",
	ErrRoleRequired:    "Assign the app role to the user or the app, and get a new token.",
	ErrGroupRequired:   "Put the user into the group, or look whether the API's registration asks for groups (groupMembershipClaims), and get a new token.",
	ErrGroupsOverage:   "Have the API's registration send only groups assigned to the application, or ask Microsoft Graph for the user's groups in a Lookup.",
	ErrTenantRequired:  "Use a token of one of the tenants that are asked for.",
	ErrFlowRequired:    "Have the client send the user through one of the flows that are asked for.",
	ErrClientRequired:  "Use a client that may come here, or name this one.",
	ErrClaimRequired:   "Look at the flow's application claims, and at the value of the user.",
	ErrUserRequired:    "Call this with a token that a user has signed in for.",
	ErrAppRequired:     "Call this with an app's own token, by client credentials. In B2C its client has to be in Options.AllowMissingFlow.",
	ErrSignInTooOld:    "Have the user sign in anew: max_age or prompt=login at the flow's authorization endpoint.",
	ErrClaimsChallenge: "Have the client ask for another token with the claims that the challenge names, and sign the user in for it. It learns of the challenge if it declares the capability cp1 and the API's registration has the optional claim xms_cc.",
	ErrRefused:         "Look at the application's own rule of that name.",
	ErrUndecided:       "Look at what the application's own rule asks: that is away.",
}

// otherFixesByHint and otherFixesByReason are for tokens of other products than B2C, and
// for those of nobody where such ones are trusted, as far as they differ.
var (
	otherFixesByHint = map[Hint]string{
		HintOpaque:       "Have the client send an access token for this API. A token for somebody else (Graph's, a session id) may be no JWT.",
		HintEncrypted:    "Send the access_token of the answer, and not its refresh_token or a code: those are for the identity provider alone.",
		HintIDToken:      "Have the client send the access token. It gets one if it asks for a scope of this API, such as api://{client id}/tasks.read.",
		HintEntraV1:      "Set requestedAccessTokenVersion to 2 in the manifest of the API's app registration, and get a new token. If the tenant is another one, trust it first.",
		HintEntraV2:      "Trust that tenant with authority.Entra and the API's client id there, or have the client ask a trusted one.",
		HintOtherTenant:  "Have the client ask a trusted tenant. If users of that one may come, trust it with its GUID and the API's client id there.",
		HintOtherHost:    "Have the client use the trusted host, or trust the other one too: Tenant.WithHosts, Authority.WithHost.",
		HintSlash:        "Find out who made this token: B2C's issuers end in a slash, and Entra's and External ID's don't.",
		HintAppIDURI:     "Set requestedAccessTokenVersion to 2 in the manifest of the API's app registration: tokens then name its client id.",
		HintKeyOfAnother: "Don't trust where it came from: the key is another tenant's or another authority's, or not one for that algorithm.",
	}
	otherFixesByReason = map[Reason]string{
		ErrAlgorithm:     "Look with which algorithms the authority is trusted: RS256 for Microsoft's, and for others those given to authority.OpenIDProvider.",
		ErrHeader:        "Take the token from the token endpoint anew: none of the identity provider's has such a header.",
		ErrUnknownKey:    "Trust the tenant or provider that the token is of, or have the client ask one that is trusted.",
		ErrClaim:         "Look at the registration's optional claims and claims mapping: the identity provider writes this one by itself, in this form.",
		ErrClaimRequired: "Look at the optional claims and claims mapping of the API's registration, and at the value of the user.",
		ErrAppRequired:   "Call this with an app's own token, by client credentials, to which an app role of the API is assigned.",
	}
)
