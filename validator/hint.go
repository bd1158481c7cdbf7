// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// Hint names the usual cause of a refusal where its [Reason] has several. The list is
// closed, and the words are stable: they suit logs, metrics and look-up in a manual. A
// hint decides nothing, and is no more certain than the text beside it: while the
// signature has not been verified, it is a guess by what the token says of itself.
type Hint string

// Hints about what was sent in place of a token, or around it.
const (
	// HintOpaque: it has no dots, so it is no JWT.
	HintOpaque Hint = "opaque_token"
	// HintPlaceholder: it is what a client sends that has no token, such as
	// "undefined".
	HintPlaceholder Hint = "placeholder"
	// HintTruncated: a part of it is missing, or cut short.
	HintTruncated Hint = "truncated"
	// HintScheme: the word Bearer stands before it once more.
	HintScheme Hint = "scheme_in_front"
	// HintHeaderLine: it is a header line, or a command with one.
	HintHeaderLine Hint = "header_line"
	// HintQuoted: it stands in quotes.
	HintQuoted Hint = "quoted"
	// HintWhiteSpace: there is white space in it or around it.
	HintWhiteSpace Hint = "white_space"
	// HintTokenResponse: it is the whole answer of a token endpoint, or other JSON.
	HintTokenResponse Hint = "token_response"
	// HintEncrypted: it is encrypted (JWE), as B2C's refresh tokens and codes are.
	HintEncrypted Hint = "refresh_token_or_code"
)

// Hints about tokens of another kind or product.
const (
	// HintIDToken: it looks like an ID token, where an access token is wanted.
	HintIDToken Hint = "id_token"
	// HintAccessToken: it looks like an access token, where an ID token is wanted.
	HintAccessToken Hint = "access_token"
	// HintNoScope: it is an access token without any scope of an API.
	HintNoScope Hint = "no_scope"
	// HintNoRole: it is an app's own token without any app role.
	HintNoRole Hint = "no_role"
	// HintContradiction: it has marks of a user's token and of an app's own.
	HintContradiction Hint = "contradiction"
	// HintGraph: it is a token for Microsoft Graph, which nobody else can verify.
	HintGraph Hint = "microsoft_graph"
	// HintEntraV1: it is a token of Microsoft Entra ID, in the form of version 1.
	HintEntraV1 Hint = "entra_v1"
	// HintEntraV2: it is a token of Microsoft Entra ID, in the form of version 2.
	HintEntraV2 Hint = "entra_v2"
	// HintExternalID: it is a token of a Microsoft Entra External ID tenant that is
	// not trusted.
	HintExternalID Hint = "external_id"
	// HintOtherEndpoint: it is of a trusted tenant, issued at External ID's endpoint
	// where Entra ID's is trusted, or the other way round.
	HintOtherEndpoint Hint = "other_endpoint"
)

// Hints about tokens of somebody else, or for somebody else.
const (
	// HintOtherTenant: the issuer is of a tenant that is not trusted. B2C's user flows
	// of all tenants sign with one key, so that its signature may be good.
	HintOtherTenant Hint = "other_tenant"
	// HintOtherHost: the issuer is of this tenant, at a host or in a form that is not
	// trusted.
	HintOtherHost Hint = "other_host"
	// HintIssuerForm: the issuer is one that the flow may have, and its metadata names
	// the other.
	HintIssuerForm Hint = "issuer_form"
	// HintSlash: a slash at the end is all that the issuer differs in.
	HintSlash Hint = "issuer_slash"
	// HintAppIDURI: the audience is an App ID URI, where B2C writes a client id.
	HintAppIDURI Hint = "app_id_uri"
	// HintClientAudience: the audience is the client itself.
	HintClientAudience Hint = "client_as_audience"
	// HintOtherAuthority: the audience is right for another of the trusted authorities.
	HintOtherAuthority Hint = "other_authority"
	// HintOtherProduct: the audience is the API's client id in another product: that of
	// B2C in a token of External ID, or the other way round.
	HintOtherProduct Hint = "client_id_of_other_product"
	// HintOtherAudience: the token is for another API, or another app's ID token.
	HintOtherAudience Hint = "other_audience"
	// HintOtherFlow: the token is of a flow that is not trusted.
	HintOtherFlow Hint = "other_flow"
	// HintResetFlow: that flow is one for resetting a password, by its name.
	HintResetFlow Hint = "reset_flow"
	// HintEditFlow: that flow is one for editing a profile, by its name.
	HintEditFlow Hint = "edit_flow"
	// HintFlowSpelling: that flow's name is almost that of a trusted one.
	HintFlowSpelling Hint = "flow_spelling"
	// HintNoFlow: the token names no flow.
	HintNoFlow Hint = "no_flow"
	// HintUnmappedFlow: it names its flow under the name that a custom policy knows it
	// by, and not under the claim's.
	HintUnmappedFlow Hint = "unmapped_flow"
	// HintUnpublishedKey: no trusted authority publishes the key, as of just now.
	HintUnpublishedKey Hint = "unpublished_key"
	// HintKeyOfAnother: the key is another trusted authority's.
	HintKeyOfAnother Hint = "key_of_another"
	// HintClock: the time is off by so little that a clock may be wrong.
	HintClock Hint = "clock"
)

// Hints about why keys are away ([ErrUnavailable]).
const (
	// HintClosed: the validator is closed, or empty.
	HintClosed Hint = "closed"
	// HintDNS: the name of the server is not known.
	HintDNS Hint = "dns"
	// HintConnect: there is no connection to the server.
	HintConnect Hint = "connect"
	// HintTLS: there is one, and its certificate can't be trusted, or TLS failed.
	HintTLS Hint = "tls"
	// HintTimeout: the server was too slow, or the caller stopped waiting.
	HintTimeout Hint = "timeout"
	// HintNoSuchFlow: the server knows no such tenant or flow (HTTP 404).
	HintNoSuchFlow Hint = "no_such_flow"
	// HintThrottled: the server wants fewer requests (HTTP 429).
	HintThrottled Hint = "throttled"
	// HintHTTPStatus: it gave another answer than the document.
	HintHTTPStatus Hint = "http_status"
	// HintDocument: what it gave can't be accepted.
	HintDocument Hint = "document"
	// HintHeldBack: the key may be new, or there are none, and no request is allowed
	// at this time.
	HintHeldBack Hint = "held_back"
)
