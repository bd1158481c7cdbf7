// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// Reason says why a token, or a request with it, was refused. The list is
// closed: these constants are all there are. A Reason is an error itself, so
// that errors.Is(err, validator.ErrExpired) works, and its text is short,
// stable and fit for a metric's label or a log field.
type Reason string

// Reasons of [Validator.Validate], most of them also of [IDTokens.Validate].
const (
	// ErrMalformed means that the token is not a compact JWS of strict base64url and strict JSON.
	ErrMalformed Reason = "malformed"
	// ErrTooLarge means that the token is longer than Options.MaxTokenBytes;
	// nothing in it was looked at.
	ErrTooLarge Reason = "too_large"
	// ErrEncrypted means that the token has five parts, so it is an encrypted
	// JWE. B2C's refresh tokens and authorization codes look like that; its
	// access tokens never do.
	ErrEncrypted Reason = "encrypted"
	// ErrAlgorithm means that the header's alg is not RS256, or for other OpenID Connect
	// providers none that they, and the key, are trusted with.
	ErrAlgorithm Reason = "algorithm"
	// ErrHeader means that a header member can't be accepted (crit, b64, typ,
	// cty, kid).
	ErrHeader Reason = "header"
	// ErrUnknownKey means that no trusted authority publishes the key with this kid.
	ErrUnknownKey Reason = "unknown_key"
	// ErrSignature means that the signature does not verify with the key of
	// this kid.
	ErrSignature Reason = "signature"
	// ErrClaim means that a claim is of the wrong type, or that one which every
	// token needs is missing.
	ErrClaim Reason = "claim"
	// ErrIssuer means that the issuer is none of the trusted authorities'.
	ErrIssuer Reason = "issuer"
	// ErrAudience means that the token is for another API, or the ID token for
	// another app.
	ErrAudience Reason = "audience"
	// ErrExpired means that exp has passed.
	ErrExpired Reason = "expired"
	// ErrNotYetValid means that nbf or iat lies in the future.
	ErrNotYetValid Reason = "not_yet_valid"
	// ErrNotAccessToken means that it is an ID token, or anything else without
	// scp; of other products than B2C, what nothing marks as an access token.
	ErrNotAccessToken Reason = "not_access_token"
	// ErrFlow means that the token is of a flow that is not trusted, or names
	// none.
	ErrFlow Reason = "flow"
	// ErrClient means that the token is of a client that Options.Clients does
	// not list, or the ID token of another app, by its azp.
	ErrClient Reason = "client"
	// ErrUnavailable means that the keys needed to verify the token can't be had
	// now. It says nothing about the token.
	ErrUnavailable Reason = "keys_unavailable"
)

// Reasons of [IDTokens.Validate] alone. It also uses ErrSignInTooOld.
const (
	// ErrNotIDToken means that it is an access token.
	ErrNotIDToken Reason = "not_id_token"
	// ErrNonce means that the ID token answers another sign-in: its nonce is
	// missing, or not the one expected.
	ErrNonce Reason = "nonce"
	// ErrHash means that the ID token was not issued together with the access
	// token (at_hash) or code (c_hash) that it came with.
	ErrHash Reason = "hash"
)

// Reasons of requirements.
const (
	// ErrScopeRequired means that the token lacks a scope.
	ErrScopeRequired Reason = "scope_required"
	// ErrRoleRequired means that the token lacks a role.
	ErrRoleRequired Reason = "role_required"
	// ErrGroupRequired means that the user is not in a group, as far as the token tells.
	ErrGroupRequired Reason = "group_required"
	// ErrGroupsOverage means that the user is in more groups than a token holds, so
	// that it lists none.
	ErrGroupsOverage Reason = "groups_overage"
	// ErrTenantRequired means that the token is of a trusted tenant, but not of one for
	// here.
	ErrTenantRequired Reason = "tenant_required"
	// ErrFlowRequired means that the token is of a trusted flow, but not of one
	// for here.
	ErrFlowRequired Reason = "flow_required"
	// ErrClientRequired means that the token is of a client that may not come
	// here.
	ErrClientRequired Reason = "client_required"
	// ErrClaimRequired means that a claim does not have the value that is asked for.
	ErrClaimRequired Reason = "claim_required"
	// ErrUserRequired means that nothing shows that a user has signed in for the token.
	ErrUserRequired Reason = "user_required"
	// ErrAppRequired means that nothing shows that the token is an app's own.
	ErrAppRequired Reason = "app_required"
	// ErrSignInTooOld means that the user signed in too long ago (RFC 9470).
	ErrSignInTooOld Reason = "sign_in_too_old"
	// ErrClaimsChallenge means that Conditional Access wants more of the user, so that
	// another token has to be asked for with the claims of Error.ClaimsRequest.
	ErrClaimsChallenge Reason = "claims_challenge"
	// ErrRefused means that the application's own function said no.
	ErrRefused Reason = "refused"
	// ErrUndecided means that the application's own function could not decide about the
	// token, since what it asks is away or the request has ended. It says nothing
	// about the token.
	ErrUndecided Reason = "undecided"
)

// Error returns the reason's text.
func (r Reason) Error() string { return string(r) }

// Kind groups reasons by what the client can do about them.
type Kind uint8

const (
	// InvalidToken means: get another token (HTTP 401).
	InvalidToken Kind = iota
	// InsufficientScope means: this token is good but not for this (HTTP 403; 401 with
	// a claims challenge for clients that understand one).
	InsufficientScope
	// InsufficientAuthentication means: sign in again (HTTP 401, RFC 9470).
	InsufficientAuthentication
	// Unavailable means: try again later with the same token (HTTP 503).
	Unavailable
)

// Kind returns the reason's kind.
func (r Reason) Kind() Kind {
	switch r {
	case ErrUnavailable, ErrUndecided:
		return Unavailable
	case ErrSignInTooOld:
		return InsufficientAuthentication
	case ErrScopeRequired, ErrRoleRequired, ErrGroupRequired, ErrGroupsOverage, ErrTenantRequired, ErrFlowRequired, ErrClientRequired, ErrClaimRequired, ErrUserRequired, ErrAppRequired, ErrClaimsChallenge, ErrRefused:
		return InsufficientScope
	default:
		return InvalidToken
	}
}
